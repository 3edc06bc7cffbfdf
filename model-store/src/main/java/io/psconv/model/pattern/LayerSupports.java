package io.psconv.model.pattern;

/**
 * The support sets of one 3×3 convolution: which entries of each kernel are stored.
 *
 * <p>All filters store equally many values, so a layer's values are one array {@code [filters,
 * valuesPerFilter]} in canonical order: by filter, input channel, then position. Immutable.
 */
public interface LayerSupports {
    int filters();

    int inChannels();

    /** Values that each filter stores. */
    int valuesPerFilter();

    /** The stored positions of the kernel of {@code filter} over {@code inChannel}. */
    SupportSet supportSet(int filter, int inChannel);

    /** Filters with the same number share the support sets of all their kernels. */
    int supportList(int filter);

    /** Distinct lists of support sets: {@link #supportList} is below this. */
    int supportLists();
}
