package io.psconv.model.engine;

import io.psconv.model.convolution.ConvolutionWeights;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.FoldedConvolution;
import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.pattern.LayerSupports;
import io.psconv.model.pattern.SupportPattern;
import io.psconv.model.pattern.SupportSet;
import io.psconv.model.pattern.Variant;
import java.util.List;

/** A {@linkplain FoldedConvolution folded} convolution with the supports its values lie on. */
final class FoldedLayer {
    private static final SupportPattern CENTRE =
            new SupportPattern(List.of(SupportSet.of(4)), SupportPattern.ALL_FILTERS);

    private FoldedLayer() {}

    /**
     * Folds one layer.
     *
     * @param sparseLayer position of the layer among the network's sparse ones
     */
    static ConvolutionWeights of(CompressedModel model, ConvolutionLayer layer, int sparseLayer) {
        FoldedConvolution folded = FoldedConvolution.of(model, layer);
        return new ConvolutionWeights(
                supports(model.variant(), layer, sparseLayer), folded.values(), folded.bias());
    }

    private static LayerSupports supports(
            Variant variant, ConvolutionLayer layer, int sparseLayer) {
        if (layer.kernelSize() == 1) {
            return CENTRE.over(layer.filters(), layer.inChannels());
        }
        Variant own = layer.sparse() ? variant : Variant.DENSE;
        return own.over(sparseLayer, layer.filters(), layer.inChannels());
    }
}
