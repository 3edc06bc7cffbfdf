package io.psconv.model.convolution;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Weights as the vector loops read them, for the maps that are asked for.
 *
 * <p>Each of the loops cuts filters into other groups, and few processes need all of them for all
 * layers, so that weights are packed when the first such convolution is planned. Thread-safe.
 */
final class VectorWeights implements PackedConvolution {
    private final ConvolutionShape shape;
    private final ConvolutionWeights weights;
    private final TapList[] lists;

    private @Nullable List<FilterGroup> groups;
    private @Nullable FilterLanes filterLanes;
    private @Nullable RowWeights rows;

    VectorWeights(ConvolutionShape shape, ConvolutionWeights weights) {
        this.shape = shape;
        this.weights = weights;
        this.lists = TapList.of(weights.supports());
    }

    @Override
    public SparseConvolution bind(
            FeatureMaps input,
            @Nullable FeatureMaps residual,
            boolean relu,
            FeatureMaps output,
            ConvolutionScratch scratch) {
        ConvolutionMaps maps = new ConvolutionMaps(input, residual, relu, output);
        if (input.layout().interleaves()) {
            return new InterleavedConvolution(shape, rows(), maps, scratch);
        }
        return FilterLaneConvolution.suits(weights, output)
                ? new FilterLaneConvolution(shape, filterLanes(), maps, scratch)
                : new VectorSparseConvolution(shape, lists, groups(), maps, scratch);
    }

    private synchronized List<FilterGroup> groups() {
        List<FilterGroup> packed = groups;
        if (packed == null) {
            packed = FilterGroup.of(shape, lists, weights);
            groups = packed;
        }
        return packed;
    }

    private synchronized FilterLanes filterLanes() {
        FilterLanes packed = filterLanes;
        if (packed == null) {
            packed = FilterLanes.of(lists, weights);
            filterLanes = packed;
        }
        return packed;
    }

    private synchronized RowWeights rows() {
        RowWeights packed = rows;
        if (packed == null) {
            packed = RowWeights.of(shape, weights);
            rows = packed;
        }
        return packed;
    }
}
