package io.psconv.model.convolution;

/**
 * The fast form: lanes are pixels, images where these are interleaved, or filters where pixels are
 * few; filters that share their supports are computed together.
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
    public int lanes() {
        return VectorTiles.LANES;
    }

    @Override
    public boolean interleaves() {
        return true;
    }

    @Override
    public PackedConvolution pack(ConvolutionShape shape, ConvolutionWeights weights) {
        ConvolutionChecks.check(shape, weights);
        return new VectorWeights(shape, weights);
    }
}
