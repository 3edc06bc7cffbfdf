package io.psconv.model.convolution;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * A number cut into parts.
 *
 * @param sizes largest first; none if there is no such cut
 * @param cost infinite if there is no such cut
 */
record Cut(List<Integer> sizes, double cost) {
    static final Cut NONE = new Cut(List.of(), Double.POSITIVE_INFINITY);

    /**
     * The cheapest cut of a number into parts of some sizes.
     *
     * @param cost of a part, by its size
     * @param beyond whether the last part may reach beyond the end
     */
    static Cut of(int total, int[] sizes, IntToDoubleFunction cost, boolean beyond) {
        double[] best = new double[total + 1];
        int[] taken = new int[total + 1];
        for (int count = 1; count <= total; count++) {
            best[count] = Double.POSITIVE_INFINITY;
            for (int size : sizes) {
                if (size > count && !beyond) {
                    continue;
                }
                double sum = best[Math.max(0, count - size)] + cost.applyAsDouble(size);
                if (sum < best[count]) {
                    best[count] = sum;
                    taken[count] = size;
                }
            }
        }
        if (best[total] == Double.POSITIVE_INFINITY) {
            return NONE;
        }
        List<Integer> parts = new ArrayList<>();
        for (int left = total; left > 0; left -= taken[left]) {
            parts.add(taken[left]);
        }
        parts.sort(Comparator.reverseOrder());
        return new Cut(List.copyOf(parts), best[total]);
    }
}
