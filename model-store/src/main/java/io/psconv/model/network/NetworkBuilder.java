package io.psconv.model.network;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Appends layers one behind another, keeping track of the shape between them. */
final class NetworkBuilder {
    private final String architecture;
    private final FeatureShape input;
    private final List<Layer> layers = new ArrayList<>();
    private String last = Network.INPUT;
    private FeatureShape shape;

    NetworkBuilder(String architecture, FeatureShape input) {
        this.architecture = architecture;
        this.input = input;
        this.shape = input;
    }

    /** Name of the newest layer. */
    String last() {
        return last;
    }

    /** Shape that the newest layer makes. */
    FeatureShape shape() {
        return shape;
    }

    /** A dense 3×3 convolution with ReLU: the first layer of networks for small images. */
    NetworkBuilder stem(String name, int filters, boolean bias, String batchNormalization) {
        return dense(name, filters, 3, 1, bias, batchNormalization, null);
    }

    /** A dense convolution with ReLU. */
    NetworkBuilder dense(
            String name,
            int filters,
            int kernelSize,
            int stride,
            boolean bias,
            String batchNormalization,
            @Nullable String residual) {
        return append(
                new ConvolutionLayer(
                        name,
                        last,
                        shape.channels(),
                        filters,
                        kernelSize,
                        stride,
                        false,
                        bias,
                        batchNormalization,
                        residual,
                        true));
    }

    /** A 3×3 convolution with ReLU to which pre-defined sparsity applies. */
    NetworkBuilder sparse(
            String name,
            int filters,
            int stride,
            boolean bias,
            String batchNormalization,
            @Nullable String residual) {
        return append(
                new ConvolutionLayer(
                        name,
                        last,
                        shape.channels(),
                        filters,
                        3,
                        stride,
                        true,
                        bias,
                        batchNormalization,
                        residual,
                        true));
    }

    NetworkBuilder maxPool(String name, int size) {
        return append(new MaxPoolLayer(name, last, size));
    }

    /** Windows that overlap. */
    NetworkBuilder maxPool(String name, int size, int stride, int padding) {
        return append(new MaxPoolLayer(name, last, size, stride, padding));
    }

    NetworkBuilder averagePool(String name, int size) {
        return append(new AveragePoolLayer(name, last, size));
    }

    /** A layer beside the chain: what comes next still reads the newest chained layer. */
    NetworkBuilder aside(Layer layer) {
        layers.add(layer);
        return this;
    }

    /** A fully connected layer with ReLU, not the last one. */
    NetworkBuilder hidden(String name, int outputs) {
        return append(new FullyConnectedLayer(name, last, shape.length(), outputs, true));
    }

    Network fullyConnected(String name, int classes) {
        append(new FullyConnectedLayer(name, last, shape.length(), classes));
        return new Network(architecture, input, classes, layers);
    }

    private NetworkBuilder append(Layer layer) {
        layers.add(layer);
        last = layer.name();
        shape = layer.outputShape(shape);
        return this;
    }
}
