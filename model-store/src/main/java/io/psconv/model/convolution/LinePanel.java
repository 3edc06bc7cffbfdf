package io.psconv.model.convolution;

import java.util.Arrays;

/**
 * Lines copied together for stride 2: of a row's lines the even ones, and the odd ones.
 *
 * <p>A copy has a column more than the output: of the odd ones it begins with the zero on the left
 * of the image, so that both the left and the right column of a kernel read it. A row of the output
 * is served at a time. Rows outside of the image are neither copied nor read.
 */
final class LinePanel implements LineSource {
    private final ConvolutionShape shape;
    private final FeatureMaps input;
    private final ConvolutionScratch scratch;

    /** By kernel row, even columns before odd ones: its place in a channel's panel, or -1. */
    private final int[] places = new int[6];

    private final int copyLength;
    private final int channelStride;

    LinePanel(
            ConvolutionShape shape,
            RowWeights.Inside[] rows,
            FeatureMaps input,
            ConvolutionScratch scratch) {
        this.shape = shape;
        this.input = input;
        this.scratch = scratch;
        boolean[] used = new boolean[places.length];
        for (RowWeights.Inside row : rows) {
            for (TapList list : row.lists()) {
                for (int tap : list.positions()) {
                    used[copyOf(tap)] = true;
                }
            }
        }
        Arrays.fill(places, -1);
        int count = 0;
        for (int copy = 0; copy < places.length; copy++) {
            if (used[copy]) {
                places[copy] = count++;
            }
        }
        int columns = shape.outWidth() + 1;
        this.copyLength = columns * FeatureMaps.INTERLEAVED_IMAGES;
        this.channelStride = (count * columns | 1) * FeatureMaps.INTERLEAVED_IMAGES;
        scratch.requirePanel(
                Math.addExact(
                        Math.multiplyExact(shape.inChannels(), channelStride),
                        FeatureMaps.ALIGNED_START));
    }

    private static int copyOf(int tap) {
        return tap / 3 * 2 + (tap % 3 == 1 ? 0 : 1);
    }

    @Override
    public String family() {
        return "image panel";
    }

    @Override
    public boolean inPlace() {
        return false;
    }

    @Override
    public void gather(int row, int part, int parts) {
        int step = 2 * FeatureMaps.INTERLEAVED_IMAGES;
        int end = shape.inChannels() * (part + 1) / parts;
        for (int channel = shape.inChannels() * part / parts; channel < end; channel++) {
            int panel = FeatureMaps.ALIGNED_START + channel * channelStride;
            for (int copy = 0; copy < places.length; copy++) {
                int inRow = 2 * row + copy / 2 - 1;
                if (places[copy] >= 0 && inRow >= 0 && inRow < shape.height()) {
                    int from = input.index(channel, 0, inRow, copy % 2 == 0 ? 0 : -1);
                    int to = panel + places[copy] * copyLength;
                    // With an odd width the last odd column is the zero behind the row.
                    VectorRows.copyLines(
                            input.values(), from, step, scratch.panel(), to, shape.outWidth() + 1);
                }
            }
        }
    }

    @Override
    public float[] values() {
        return scratch.panel();
    }

    @Override
    public int base(int row) {
        return FeatureMaps.ALIGNED_START;
    }

    @Override
    public int distance(int channel, int tap) {
        int column = tap % 3 == 2 ? FeatureMaps.INTERLEAVED_IMAGES : 0;
        return channel * channelStride + places[copyOf(tap)] * copyLength + column;
    }
}
