package io.psconv.model.convolution;

import static io.psconv.model.convolution.VectorTiles.LANES;

import io.psconv.model.convolution.VectorConvolutionForm.FilterGroup;
import io.psconv.model.pattern.LayerSupports;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Convolves with lanes as pixels, over the padded plane as one line.
 *
 * <p>In {@link FeatureMaps} every tap of the kernel lies at a constant distance from its output, so
 * all images of a channel are one run of positions, whatever their width; the sums made for border
 * positions are thrown away. With stride 2 the input is first split by row and column parity, which
 * makes the distances constant again.
 */
final class VectorSparseConvolution implements SparseConvolution {
    /** Input that is kept in the second-level cache while all filters pass over it, in values. */
    private static final int CACHED_VALUES = 96 * 1024;

    private final ConvolutionShape shape;
    private final List<FilterGroup> groups;
    private final int[][] offsets;
    private final int[][] outputBases;
    private final @Nullable ParitySplit split;
    private final int chunk;

    VectorSparseConvolution(
            ConvolutionShape shape,
            LayerSupports supports,
            List<FilterGroup> groups,
            int maxBatch) {
        this.shape = shape;
        this.groups = groups;
        FeatureMaps geometry = new FeatureMaps(1, shape.outHeight(), shape.outWidth(), maxBatch);
        this.split = shape.stride() == 1 ? null : new ParitySplit(shape, supports, maxBatch);
        this.offsets = new int[supports.supportLists()][];
        this.outputBases = new int[groups.size()][];
        for (int index = 0; index < groups.size(); index++) {
            FilterGroup group = groups.get(index);
            if (offsets[group.supportList()] == null) {
                offsets[group.supportList()] = offsets(supports, group.filters()[0], geometry);
            }
            outputBases[index] = new int[group.filters().length];
            for (int filter = 0; filter < group.filters().length; filter++) {
                outputBases[index][filter] = geometry.origin(group.filters()[filter]);
            }
        }
        int tile = 6 * LANES;
        this.chunk = Math.max(1, CACHED_VALUES / shape.inChannels() / tile) * tile;
    }

    private int[] offsets(LayerSupports supports, int filter, FeatureMaps geometry) {
        int[] distances = new int[supports.valuesPerFilter()];
        int value = 0;
        for (int channel = 0; channel < shape.inChannels(); channel++) {
            int bits = supports.supportSet(filter, channel).bits();
            for (int position = 0; position < 9; position++) {
                if ((bits >> position & 1) != 0) {
                    distances[value++] = distance(channel, position, geometry);
                }
            }
        }
        return distances;
    }

    private int distance(int channel, int position, FeatureMaps geometry) {
        int row = position / 3;
        int column = position % 3;
        if (split == null) {
            return channel * geometry.channelStride()
                    + (row - 1) * geometry.rowStride()
                    + column
                    - 1;
        }
        // Row 2·y - 1 is row y - 1 of the odd ones, 2·y row y of the even, 2·y + 1 row y of the
        // odd.
        return split.channel(position, channel) * geometry.channelStride()
                - (row == 0 ? geometry.rowStride() : 0)
                - (column == 0 ? 1 : 0);
    }

    @Override
    public void convolve(
            FeatureMaps input,
            int batch,
            @Nullable FeatureMaps residual,
            boolean relu,
            FeatureMaps output) {
        ConvolutionChecks.check(shape, input, batch, residual, output);
        FeatureMaps source = input;
        if (split != null) {
            source = split.split(input, batch);
        }
        if (source.channelStride() != output.channelStride()) {
            throw new IllegalArgumentException(
                    "input was made for batches of "
                            + input.maxBatch()
                            + " and output of "
                            + output.maxBatch()
                            + " but they must be equal");
        }
        int positions = batch * output.imageStride() - output.rowStride();
        for (int from = 0; from < positions; from += chunk) {
            int to = Math.min(from + chunk, positions);
            for (int index = 0; index < groups.size(); index++) {
                sums(index, source, from, to, output);
                finish(outputBases[index], from, to, residual, relu, output);
            }
        }
        output.clearBorders(batch);
    }

    private void sums(int index, FeatureMaps source, int from, int to, FeatureMaps output) {
        FilterGroup group = groups.get(index);
        int[] taps = offsets[group.supportList()];
        float[] weights = group.weights();
        float[] bias = group.bias();
        int[] bases = outputBases[index];
        float[] read = source.values();
        float[] written = output.values();
        int origin = source.origin(0);
        int position = from;
        while (position < to) {
            int vectors = (to - position + LANES - 1) / LANES;
            int base = origin + position;
            int done;
            switch (group.filters().length) {
                case 8 -> {
                    if (vectors >= 3) {
                        VectorTiles.tile8x3(
                                read, base, taps, weights, bias, written, bases, position);
                        done = 3;
                    } else if (vectors == 2) {
                        VectorTiles.tile8x2(
                                read, base, taps, weights, bias, written, bases, position);
                        done = 2;
                    } else {
                        VectorTiles.tile8x1(
                                read, base, taps, weights, bias, written, bases, position);
                        done = 1;
                    }
                }
                case 4 -> {
                    if (vectors >= 6 && LANES >= 16) {
                        VectorTiles.tile4x6(
                                read, base, taps, weights, bias, written, bases, position);
                        done = 6;
                    } else if (vectors >= 3) {
                        VectorTiles.tile4x3(
                                read, base, taps, weights, bias, written, bases, position);
                        done = 3;
                    } else {
                        VectorTiles.tile4x1(
                                read, base, taps, weights, bias, written, bases, position);
                        done = 1;
                    }
                }
                case 2 -> {
                    if (vectors >= 6) {
                        VectorTiles.tile2x6(
                                read, base, taps, weights, bias, written, bases, position);
                        done = 6;
                    } else {
                        VectorTiles.tile2x1(
                                read, base, taps, weights, bias, written, bases, position);
                        done = 1;
                    }
                }
                default -> {
                    if (vectors >= 8) {
                        VectorTiles.tile1x8(
                                read, base, taps, weights, bias, written, bases, position);
                        done = 8;
                    } else {
                        VectorTiles.tile1x1(
                                read, base, taps, weights, bias, written, bases, position);
                        done = 1;
                    }
                }
            }
            position += done * LANES;
        }
    }

    /** A repeated filter must be finished once only. */
    private static void finish(
            int[] bases,
            int from,
            int to,
            @Nullable FeatureMaps residual,
            boolean relu,
            FeatureMaps output) {
        for (int filter = 0; filter < bases.length; filter++) {
            if (filter > 0 && bases[filter] == bases[filter - 1]) {
                continue;
            }
            int start = bases[filter] + from;
            int end = bases[filter] + to;
            if (residual != null && relu) {
                VectorTiles.addAndRelu(output.values(), residual.values(), start, end);
            } else if (residual != null) {
                VectorTiles.add(output.values(), residual.values(), start, end);
            } else if (relu) {
                VectorTiles.relu(output.values(), start, end);
            }
        }
    }
}
