package io.psconv.model.convolution;

import java.util.Arrays;

/**
 * Lays the patches that a large kernel reads side by side, so that its convolution is a 1×1 one.
 *
 * <p>Channel {@code c · size² + p} of the unfolded maps holds, for each output, what position
 * {@code p} (row by row) of the kernel over input channel {@code c} reads there; zero outside the
 * image. So the order of a filter's values stays the canonical one, and each output is the same
 * chain of fused multiply–adds. Costs a copy of {@code size²} values an input channel and output:
 * worth it for a stem of few channels, whose loops then are those of any other layer. Immutable.
 */
public final class Unfolding {
    /** Whether {@link VectorRows} can be linked. */
    private static final boolean VECTOR = ConvolutionForms.vector().isPresent();

    private final int kernelSize;
    private final int stride;

    /**
     * Describes the kernel.
     *
     * @param kernelSize an odd number; the padding is half of it
     * @param stride at least 1
     */
    public Unfolding(int kernelSize, int stride) {
        if (kernelSize < 1 || kernelSize % 2 == 0 || stride < 1) {
            throw new IllegalArgumentException(
                    "kernelSize was '"
                            + kernelSize
                            + "' and stride '"
                            + stride
                            + "' but the size must be odd and the stride at least 1");
        }
        this.kernelSize = kernelSize;
        this.stride = stride;
    }

    /** Channels of the unfolded maps. */
    public int channels(int inChannels) {
        return Math.multiplyExact(inChannels, kernelSize * kernelSize);
    }

    /** Rows or columns of the unfolded maps. */
    public int side(int inputs) {
        return (inputs - 1) / stride + 1;
    }

    /**
     * Copies patches.
     *
     * @param input not modified
     * @param output of {@link #channels} channels and {@link #side} rows and columns, overwritten
     * @param from the first channel of {@code output} to write
     * @param to behind the last one
     * @throws IllegalArgumentException if the maps do not fit one another
     */
    public void apply(FeatureMaps input, FeatureMaps output, int from, int to) {
        check(input, output);
        int positions = kernelSize * kernelSize;
        for (int channel = from; channel < to; channel++) {
            int down = channel % positions / kernelSize - kernelSize / 2;
            int across = channel % kernelSize - kernelSize / 2;
            // In the order of the output's memory: vectors overrun rows.
            for (int row = 0; row < output.height(); row++) {
                for (int image = 0; image < output.images(); image++) {
                    copyRow(
                            input,
                            channel / positions,
                            image,
                            row * stride + down,
                            across,
                            output,
                            output.index(channel, image, row, 0));
                }
            }
        }
        output.clearBorders(from, to);
    }

    private void copyRow(
            FeatureMaps input,
            int channel,
            int image,
            int row,
            int across,
            FeatureMaps output,
            int place) {
        float[] written = output.values();
        int width = output.width();
        if (row < 0 || row >= input.height()) {
            Arrays.fill(written, place, place + width, 0);
            return;
        }
        // Columns whose read falls inside the image: first and one behind the last.
        int first = Math.min(width, Math.max(0, (-across + stride - 1) / stride));
        int last = Math.floorDiv(input.width() - 1 - across, stride);
        int end = Math.max(first, Math.min(width, last + 1));
        Arrays.fill(written, place, place + first, 0);
        float[] read = input.values();
        int at = input.index(channel, image, row, first * stride + across);
        if (stride == 1) {
            System.arraycopy(read, at, written, place + first, end - first);
        } else if (VECTOR && stride == 2 && end > first) {
            VectorRows.everySecond(read, at, written, place + first, end - first);
        } else {
            for (int column = first; column < end; column++) {
                written[place + column] = read[at];
                at += stride;
            }
        }
        Arrays.fill(written, place + end, place + width, 0);
    }

    private void check(FeatureMaps input, FeatureMaps output) {
        if (input.layout() != FeatureMaps.Layout.SIDE_BY_SIDE
                || output.layout() != FeatureMaps.Layout.SIDE_BY_SIDE) {
            throw new IllegalArgumentException(
                    "maps were "
                            + input.layout()
                            + " and "
                            + output.layout()
                            + " but patches are copied between "
                            + FeatureMaps.Layout.SIDE_BY_SIDE);
        }
        if (output.channels() != channels(input.channels())
                || output.height() != side(input.height())
                || output.width() != side(input.width())
                || output.images() != input.images()) {
            throw new IllegalArgumentException(
                    "unfolded maps were "
                            + output.channels()
                            + "x"
                            + output.height()
                            + "x"
                            + output.width()
                            + " of "
                            + output.images()
                            + " images but the input needs "
                            + channels(input.channels())
                            + "x"
                            + side(input.height())
                            + "x"
                            + side(input.width())
                            + " of "
                            + input.images());
        }
    }
}
