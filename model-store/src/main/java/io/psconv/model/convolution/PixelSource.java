package io.psconv.model.convolution;

/**
 * Where the tiles of a convolution read pixels: at constant distances from an output's position.
 *
 * <p>Positions run over the rows of the output as {@link FeatureMaps} lays them out.
 */
sealed interface PixelSource permits RowSource, PanelSource {
    /** Reads pixels where they lie if they can be, and copies them together otherwise. */
    static PixelSource of(
            ConvolutionShape shape,
            TapList[] lists,
            FeatureMaps input,
            FeatureMaps output,
            ConvolutionScratch scratch) {
        return shape.stride() == 1 && input.bordered()
                ? new RowSource(input)
                : new PanelSource(shape, lists, input, output, scratch);
    }

    /** Name of the loop family. */
    String family();

    /** Positions that can be read after one {@link #gather}, a multiple of a vector. */
    int stripPositions();

    /**
     * Makes ready what positions from {@code from} to below {@code to} read, for a part of the
     * channels.
     */
    void gather(int from, int to, int part, int parts);

    /** The array that is read. */
    float[] values();

    /** Index to which a tap's distance is added for the output at {@code position}. */
    int base(int position);

    /** Distance of what a kernel's {@code tap} (0 to 8, row by row) reads of a channel. */
    int distance(int channel, int tap);
}
