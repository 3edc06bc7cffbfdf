package io.psconv.bench.report;

import java.util.ArrayList;
import java.util.List;

/** An axis of equal steps, from one round value to another. */
final class LinearScale implements Scale {
    private final double start;
    private final double end;
    private final List<Double> ticks;

    private LinearScale(double start, double end, List<Double> ticks) {
        this.start = start;
        this.end = end;
        this.ticks = ticks;
    }

    /**
     * The axis that holds {@code least} to {@code most}.
     *
     * @param steps about how many there should be, at least 1
     * @param start position of its lowest value
     * @param end position of its highest
     */
    static LinearScale covering(double least, double most, int steps, double start, double end) {
        double high = most > least ? most : least + (least == 0 ? 1 : Math.abs(least) * 0.1);
        double step = roundStep((high - least) / steps);
        long first = (long) Math.floor(least / step + 1e-9);
        long last = (long) Math.ceil(high / step - 1e-9);
        List<Double> ticks = new ArrayList<>();
        for (long i = first; i <= last; i++) {
            ticks.add(i * step);
        }
        return new LinearScale(start, end, List.copyOf(ticks));
    }

    /** The next of 1, 2, 5 × 10ⁿ. */
    private static double roundStep(double step) {
        double power = Math.pow(10, Math.floor(Math.log10(step)));
        double share = step / power;
        return (share <= 1 + 1e-9 ? 1 : share <= 2 + 1e-9 ? 2 : share <= 5 + 1e-9 ? 5 : 10) * power;
    }

    @Override
    public double at(double value) {
        double low = ticks.get(0);
        double high = ticks.get(ticks.size() - 1);
        double share = (value - low) / (high - low);
        return start + Math.min(1, Math.max(0, share)) * (end - start);
    }

    @Override
    public List<Double> ticks() {
        return ticks;
    }
}
