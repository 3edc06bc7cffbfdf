package io.psconv.model.pattern;

import java.util.List;

/**
 * A periodic rule that gives every kernel of a layer its support set.
 *
 * <p>Kundu et al., IEEE Trans. Computers 69(7), 2020 (arXiv 2001.10710): the support sets of a
 * table are used cyclically, and the starting phase advances by one per filter. Unlike there, it
 * advances once per {@code filterBlock} filters: {@code phase(o, i) = (o / filterBlock + i + 1) mod
 * period}. A filter block of 1 is the paper's rule.
 *
 * @param table support set by phase; its length is the period
 * @param filterBlock filters in a row that share their phases, at least 1; {@link #ALL_FILTERS}
 *     makes the phase depend on the input channel alone
 */
public record SupportPattern(List<SupportSet> table, int filterBlock) {
    /** The filter block that holds every filter of any layer. */
    public static final int ALL_FILTERS = Integer.MAX_VALUE;

    /** Longest period that is accepted; the published ones end at 16. */
    public static final int MAX_PERIOD = 1024;

    public SupportPattern {
        table = List.copyOf(table);
        if (table.isEmpty() || table.size() > MAX_PERIOD) {
            throw new IllegalArgumentException(
                    "period was '"
                            + table.size()
                            + "' but it must be between 1 and "
                            + MAX_PERIOD
                            + ": the table has one support set a phase");
        }
        if (filterBlock < 1) {
            throw new IllegalArgumentException(
                    "filterBlock was '" + filterBlock + "' but it must be at least 1");
        }
    }

    /** Kernels until the support sets repeat, the paper's P. */
    public int period() {
        return table.size();
    }

    /** The table's row for the kernel of {@code filter} over {@code inChannel}. */
    public int phase(int filter, int inChannel) {
        return (int) (((long) filter / filterBlock + inChannel + 1) % period());
    }

    public SupportSet supportSet(int filter, int inChannel) {
        return table.get(phase(filter, inChannel));
    }

    /** Stored entries over all entries, on average over a period. */
    public double density() {
        int stored = table.stream().mapToInt(SupportSet::kernelSupportSize).sum();
        return (double) stored / (SupportSet.POSITIONS * period());
    }

    /**
     * Lays the pattern over a layer.
     *
     * @throws IllegalArgumentException if filters would store unequally many values, which happens
     *     only when the supports differ in size and the period does not divide {@code inChannels}
     */
    public LayerSupports over(int filters, int inChannels) {
        boolean equalSizes =
                table.stream().mapToInt(SupportSet::kernelSupportSize).distinct().count() == 1;
        if (!equalSizes && inChannels % period() != 0) {
            throw new IllegalArgumentException(
                    "period was '"
                            + period()
                            + "' but a table of unequal supports needs a period that divides the "
                            + inChannels
                            + " input channels of the layer; choose another variant");
        }
        int valuesPerFilter = 0;
        for (int channel = 0; channel < inChannels; channel++) {
            valuesPerFilter += supportSet(0, channel).kernelSupportSize();
        }
        return new PeriodicSupports(this, filters, inChannels, valuesPerFilter);
    }

    private record PeriodicSupports(
            SupportPattern pattern, int filters, int inChannels, int valuesPerFilter)
            implements LayerSupports {
        @Override
        public SupportSet supportSet(int filter, int inChannel) {
            return pattern.supportSet(filter, inChannel);
        }

        @Override
        public int supportList(int filter) {
            return filter / pattern.filterBlock() % pattern.period();
        }

        @Override
        public int supportLists() {
            int blocks = (filters - 1) / pattern.filterBlock() + 1;
            return Math.min(pattern.period(), blocks);
        }
    }
}
