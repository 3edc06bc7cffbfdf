package io.psconv.model.export;

import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.FoldedConvolution;
import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.network.FullyConnectedLayer;
import io.psconv.model.network.Layer;
import io.psconv.model.network.Network;
import java.util.List;

/** Dense weights and biases of a model's layers, batch normalization folded. */
final class DenseWeights {
    private final CompressedModel model;

    /**
     * @throws IllegalArgumentException if the network does not end in its only fully connected
     *     layer
     */
    DenseWeights(CompressedModel model) {
        this.model = model;
        checkEnd(model.network());
    }

    /** OIHW weights, zeros wherever nothing is stored. */
    WeightsAndBias of(ConvolutionLayer layer) {
        FoldedConvolution dense = FoldedConvolution.dense(model, layer);
        int size = layer.kernelSize();
        return new WeightsAndBias(
                new DenseTensor(
                        layer.name() + ".weight",
                        List.of(layer.filters(), layer.inChannels(), size, size),
                        dense.values()),
                new DenseTensor(layer.name() + ".bias", List.of(layer.filters()), dense.bias()));
    }

    /** Weights {@code (outputs, inputs)}. */
    WeightsAndBias of(FullyConnectedLayer layer) {
        String weight = layer.name() + ".weight";
        String bias = layer.name() + ".bias";
        return new WeightsAndBias(
                new DenseTensor(
                        weight, List.of(layer.outputs(), layer.inputs()), model.tensor(weight)),
                new DenseTensor(bias, List.of(layer.outputs()), model.tensor(bias)));
    }

    private static void checkEnd(Network network) {
        List<Layer> layers = network.layers();
        for (int index = 0; index < layers.size(); index++) {
            boolean last = index == layers.size() - 1;
            if (layers.get(index) instanceof FullyConnectedLayer != last) {
                throw new IllegalArgumentException(
                        "layer '"
                                + layers.get(index).name()
                                + "' is "
                                + (last ? "the last but not" : "not the last but")
                                + " fully connected; only networks that end in their one fully"
                                + " connected layer can be exported");
            }
        }
    }

    /** What one layer computes with. */
    record WeightsAndBias(DenseTensor weight, DenseTensor bias) {}
}
