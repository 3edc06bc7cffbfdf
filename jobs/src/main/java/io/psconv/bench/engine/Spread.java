package io.psconv.bench.engine;

import java.util.Arrays;
import java.util.List;

/** What came of several rounds: the middle one, the smallest and the largest. */
public record Spread(double median, double min, double max) {

    /**
     * Of one value a round; the median of an even number is the mean of the middle two.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Spread of(List<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("values were none but a median needs at least one");
        }
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        double median =
                sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }

    /**
     * Of ratios, each of two values of the same round: what disturbs a round disturbs both.
     *
     * @param values by round
     * @param others by round; rounds that only one of the two has are left out
     */
    public static Spread ofRatios(List<Double> values, List<Double> others) {
        Double[] ratios = new Double[Math.min(values.size(), others.size())];
        Arrays.setAll(ratios, round -> values.get(round) / others.get(round));
        return of(List.of(ratios));
    }

    /** Every value times a factor above zero. */
    public Spread times(double factor) {
        return new Spread(median * factor, min * factor, max * factor);
    }
}
