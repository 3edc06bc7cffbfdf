package io.psconv.model.convolution;

import java.util.List;

/**
 * The fast form: lanes are pixels, filters that share their supports are computed together.
 *
 * <p>Made by reflection in {@link ConvolutionForms}, because its classes need the Vector API.
 */
final class VectorConvolutionForm implements ConvolutionForm {
    @Override
    public String name() {
        return "vector";
    }

    @Override
    public String description() {
        return VectorTiles.LANES + " lanes of 32 bits";
    }

    @Override
    public PackedConvolution pack(ConvolutionShape shape, ConvolutionWeights weights) {
        ConvolutionChecks.check(shape, weights);
        TapList[] lists = TapList.of(weights.supports());
        List<FilterGroup> groups = FilterGroup.of(shape, weights);
        return (input, residual, relu, output, scratch) ->
                new VectorSparseConvolution(
                        shape,
                        lists,
                        groups,
                        new ConvolutionMaps(input, residual, relu, output),
                        scratch);
    }
}
