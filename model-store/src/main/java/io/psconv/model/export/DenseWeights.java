package io.psconv.model.export;

import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.FoldedConvolution;
import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.network.FullyConnectedLayer;
import io.psconv.model.network.Layer;
import io.psconv.model.network.Network;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Dense weights and biases of a model's layers, batch normalization folded. */
final class DenseWeights {
    private final CompressedModel model;

    /**
     * @throws IllegalArgumentException if the network does not end in a fully connected layer, or
     *     another kind of layer reads one
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
        Set<String> connected = new HashSet<>();
        for (int index = 0; index < layers.size(); index++) {
            Layer layer = layers.get(index);
            boolean last = index == layers.size() - 1;
            boolean behind = last || connected.contains(layer.input());
            if (layer instanceof FullyConnectedLayer) {
                connected.add(layer.name());
            } else if (behind) {
                throw new IllegalArgumentException(
                        "layer '"
                                + layer.name()
                                + "' is "
                                + (last ? "the last" : "behind a fully connected one")
                                + " but not fully connected; only networks that end in fully"
                                + " connected layers can be exported");
            }
        }
    }

    /** What one layer computes with. */
    record WeightsAndBias(DenseTensor weight, DenseTensor bias) {}
}
