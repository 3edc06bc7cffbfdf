package io.psconv.model.convolution;

/**
 * Where the tiles of an interleaved convolution read: at constant distances from an output's line.
 *
 * <p>A line is a pixel's values in all interleaved images. Lines that adjacent outputs read are
 * adjacent.
 */
sealed interface LineSource permits LineRows, LinePanel {
    /**
     * Reads lines where they lie if that makes them adjacent, and copies them together otherwise.
     */
    static LineSource of(
            ConvolutionShape shape,
            RowWeights.Inside[] rows,
            FeatureMaps input,
            ConvolutionScratch scratch) {
        return shape.stride() == 1 || input.layout() == FeatureMaps.Layout.COLUMNS_APART
                ? new LineRows(input, shape.stride())
                : new LinePanel(shape, rows, input, scratch);
    }

    /** Name of the loop family. */
    String family();

    /** Whether lines are read where they lie, so that all rows are ready without gathering. */
    boolean inPlace();

    /** Makes ready what a row of the output reads, for a part of the channels. */
    void gather(int row, int part, int parts);

    /** The array that is read. */
    float[] values();

    /** Index to which a tap's distance is added for the first column of a row of the output. */
    int base(int row);

    /** Distance of what a kernel's {@code tap} (0 to 8, row by row) reads of a channel. */
    int distance(int channel, int tap);
}
