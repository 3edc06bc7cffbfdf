package io.psconv.bench.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Which of several choices no other one beats in everything. */
final class ParetoFront {
    private ParetoFront() {}

    /**
     * The choices that no other one matches at no more cost and no less accuracy, being better in
     * one of the two. Equal ones are all kept.
     *
     * @param choices in any order
     * @return by cost, which makes accuracy ascend too
     */
    static <T extends Choice> List<T> ofCostAndAccuracy(List<T> choices) {
        List<T> byCost = new ArrayList<>(choices);
        byCost.sort(
                Comparator.<T>comparingDouble(Choice::cost)
                        .thenComparing(Comparator.<T>comparingDouble(Choice::accuracy).reversed()));
        List<T> front = new ArrayList<>();
        for (T choice : byCost) {
            if (front.isEmpty()) {
                front.add(choice);
                continue;
            }
            T last = front.get(front.size() - 1);
            boolean equal = choice.cost() == last.cost() && choice.accuracy() == last.accuracy();
            if (choice.accuracy() > last.accuracy() || equal) {
                front.add(choice);
            }
        }
        return front;
    }

    /** Whether another choice is no worse in cost, accuracy and throughput, and better in one. */
    static boolean isDominated(Choice choice, List<? extends Choice> choices) {
        return choices.stream().anyMatch(other -> dominates(other, choice));
    }

    private static boolean dominates(Choice better, Choice choice) {
        return better.cost() <= choice.cost()
                && better.accuracy() >= choice.accuracy()
                && better.throughput() >= choice.throughput()
                && (better.cost() < choice.cost()
                        || better.accuracy() > choice.accuracy()
                        || better.throughput() > choice.throughput());
    }

    /** Something to choose: the less cost and the more of the other two, the better. */
    interface Choice {
        double cost();

        double accuracy();

        double throughput();
    }
}
