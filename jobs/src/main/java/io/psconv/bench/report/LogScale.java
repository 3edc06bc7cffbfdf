package io.psconv.bench.report;

import java.util.ArrayList;
import java.util.List;

/** An axis on which equal distances are equal ratios. */
final class LogScale implements Scale {
    private static final double[] ROUND = {1, 2, 5};
    private static final int MOST_TICKS = 7;

    private final double low;
    private final double high;
    private final double start;
    private final double end;
    private final List<Double> ticks;

    private LogScale(double low, double high, double start, double end, List<Double> ticks) {
        this.low = low;
        this.high = high;
        this.start = start;
        this.end = end;
        this.ticks = ticks;
    }

    /**
     * The axis that holds {@code least} to {@code most}, both above 0, from one of 1, 2, 5 × 10ⁿ to
     * another.
     *
     * @param start position of its lowest value
     * @param end position of its highest
     */
    static LogScale covering(double least, double most, double start, double end) {
        if (!(least > 0) || !(most >= least) || Double.isInfinite(most)) {
            throw new IllegalArgumentException(
                    "values were " + least + " to " + most + " but they must be above 0");
        }
        List<Double> steps = new ArrayList<>();
        int first = (int) Math.floor(Math.log10(least)) - 1;
        int last = (int) Math.floor(Math.log10(most)) + 1;
        for (int power = first; power <= last; power++) {
            for (double digit : ROUND) {
                steps.add(digit * Math.pow(10, power));
            }
        }
        int from = 0;
        while (steps.get(from + 1) <= least * (1 + 1e-9)) {
            from++;
        }
        int to = from + 1;
        while (steps.get(to) < most * (1 - 1e-9)) {
            to++;
        }
        double low = steps.get(from);
        double high = steps.get(to);
        List<Double> ticks = List.copyOf(steps.subList(from, to + 1));
        if (ticks.size() > MOST_TICKS) {
            // Powers of ten alone, every second or third where there are many.
            List<Double> powers = ticks.stream().filter(LogScale::isPowerOfTen).toList();
            int every = (powers.size() + MOST_TICKS - 1) / MOST_TICKS;
            List<Double> some = new ArrayList<>();
            for (int i = 0; i < powers.size(); i += every) {
                some.add(powers.get(i));
            }
            ticks = List.copyOf(some);
        }
        return new LogScale(low, high, start, end, ticks);
    }

    private static boolean isPowerOfTen(double value) {
        double power = Math.log10(value);
        return Math.abs(power - Math.rint(power)) < 1e-9;
    }

    @Override
    public double at(double value) {
        double share = Math.log(Math.max(value, low) / low) / Math.log(high / low);
        return start + Math.min(1, share) * (end - start);
    }

    @Override
    public List<Double> ticks() {
        return ticks;
    }
}
