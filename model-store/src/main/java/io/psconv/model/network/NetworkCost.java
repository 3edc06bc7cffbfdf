package io.psconv.model.network;

import io.psconv.model.pattern.Variant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a network, or a layer of it, costs under a variant, counted for one image.
 *
 * @param parameters trained values: convolution weights and biases, batch normalization scale and
 *     shift, fully connected weights and biases
 * @param convolutionWeights stored convolution weights alone
 * @param macs multiply–accumulates of convolutions and fully connected layers, those on zero
 *     padding included, as published
 * @param unpaddedMacs the same without those on zero padding
 */
public record NetworkCost(long parameters, long convolutionWeights, long macs, long unpaddedMacs) {

    private static final NetworkCost NOTHING = new NetworkCost(0, 0, 0, 0);

    public static NetworkCost of(Network network, Variant variant) {
        NetworkCost cost = NOTHING;
        for (NetworkCost layer : ofLayers(network, variant).values()) {
            cost = cost.plus(layer);
        }
        return cost;
    }

    /** Costs by a layer's name, of layers that have weights. */
    public static Map<String, NetworkCost> ofLayers(Network network, Variant variant) {
        Map<String, NetworkCost> costs = new LinkedHashMap<>();
        Counter counter = new Counter(variant);
        var shapes = network.shapes();
        for (Layer layer : network.layers()) {
            if (layer instanceof ConvolutionLayer convolution) {
                costs.put(
                        layer.name(),
                        counter.cost(
                                convolution, shapes.of(layer.input()), shapes.of(layer.name())));
            } else if (layer instanceof FullyConnectedLayer connected) {
                costs.put(layer.name(), cost(connected));
            }
        }
        return costs;
    }

    private NetworkCost plus(NetworkCost other) {
        return new NetworkCost(
                parameters + other.parameters,
                convolutionWeights + other.convolutionWeights,
                macs + other.macs,
                unpaddedMacs + other.unpaddedMacs);
    }

    private static NetworkCost cost(FullyConnectedLayer layer) {
        long weights = (long) layer.inputs() * layer.outputs();
        return new NetworkCost(weights + layer.outputs(), 0, weights, weights);
    }

    private static final class Counter {
        private final Variant variant;
        private int sparseLayers;

        Counter(Variant variant) {
            this.variant = variant;
        }

        NetworkCost cost(ConvolutionLayer layer, FeatureShape input, FeatureShape output) {
            long[] storedByPosition = storedByPosition(layer);
            long weights = 0;
            long unpaddedMacs = 0;
            for (int position = 0; position < storedByPosition.length; position++) {
                long stored = storedByPosition[position];
                weights += stored;
                int row = position / layer.kernelSize();
                int column = position % layer.kernelSize();
                long inside =
                        (long) inside(row, layer, input.height(), output.height())
                                * inside(column, layer, input.width(), output.width());
                unpaddedMacs += stored * inside;
            }
            long biases = layer.bias() ? layer.filters() : 0;
            long normalization = layer.batchNormalization() == null ? 0 : 2L * layer.filters();
            return new NetworkCost(
                    weights + biases + normalization,
                    weights,
                    weights * output.height() * output.width(),
                    unpaddedMacs);
        }

        private long[] storedByPosition(ConvolutionLayer layer) {
            long[] stored = new long[layer.kernelSize() * layer.kernelSize()];
            if (!layer.sparse()) {
                Arrays.fill(stored, (long) layer.filters() * layer.inChannels());
                return stored;
            }
            var supports = variant.over(sparseLayers++, layer.filters(), layer.inChannels());
            for (int filter = 0; filter < layer.filters(); filter++) {
                for (int channel = 0; channel < layer.inChannels(); channel++) {
                    int bits = supports.supportSet(filter, channel).bits();
                    for (int position = 0; position < stored.length; position++) {
                        stored[position] += bits >> position & 1;
                    }
                }
            }
            return stored;
        }

        /** Output rows (or columns) for which this kernel row reads inside the image. */
        private static int inside(int kernelRow, ConvolutionLayer layer, int inputs, int outputs) {
            int count = 0;
            for (int output = 0; output < outputs; output++) {
                int read = output * layer.stride() + kernelRow - layer.kernelSize() / 2;
                count += read >= 0 && read < inputs ? 1 : 0;
            }
            return count;
        }
    }
}
