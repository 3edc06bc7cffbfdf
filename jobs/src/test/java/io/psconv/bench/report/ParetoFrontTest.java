package io.psconv.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ParetoFrontTest {
    @Test
    void keepsWhatNothingBeats() {
        Offer cheap = new Offer(1, 0.80, 100);
        Offer good = new Offer(3, 0.95, 100);
        Offer poor = new Offer(2, 0.75, 100);

        assertThat(ParetoFront.ofCostAndAccuracy(List.of(good, poor, cheap)))
                .containsExactly(cheap, good);
    }

    @Test
    void throughputCanSaveWhatCostsMore() {
        Offer cheap = new Offer(1, 0.9, 100);
        Offer fast = new Offer(2, 0.9, 200);

        assertThat(ParetoFront.ofCostAndAccuracy(List.of(cheap, fast))).containsExactly(cheap);
        assertThat(ParetoFront.isDominated(fast, List.of(cheap, fast))).isFalse();
        assertThat(ParetoFront.isDominated(new Offer(2, 0.9, 100), List.of(cheap, fast))).isTrue();
    }

    @Test
    void agreesWithComparingEveryPair() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            List<Offer> offers = new ArrayList<>();
            int size = random.nextInt(12);
            for (int i = 0; i < size; i++) {
                // Few values, so that many are equal.
                offers.add(new Offer(random.nextInt(5), random.nextInt(5) / 4.0, i));
            }
            List<Offer> expected =
                    offers.stream()
                            .filter(one -> offers.stream().noneMatch(other -> beats(other, one)))
                            .toList();

            List<Offer> front = ParetoFront.ofCostAndAccuracy(offers);

            assertThat(front)
                    .as("seed %d, %s", seed, offers)
                    .containsExactlyInAnyOrderElementsOf(expected);
            for (int i = 1; i < front.size(); i++) {
                assertThat(front.get(i).cost()).isGreaterThanOrEqualTo(front.get(i - 1).cost());
                assertThat(front.get(i).accuracy())
                        .isGreaterThanOrEqualTo(front.get(i - 1).accuracy());
            }
        }
    }

    private static boolean beats(Offer better, Offer choice) {
        boolean noWorse = better.cost <= choice.cost && better.accuracy >= choice.accuracy;
        return noWorse && (better.cost != choice.cost || better.accuracy != choice.accuracy);
    }

    private record Offer(double cost, double accuracy, double throughput)
            implements ParetoFront.Choice {}
}
