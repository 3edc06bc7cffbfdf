package io.psconv.model.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import io.psconv.model.export.ChannelPadding;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.network.AveragePoolLayer;
import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.network.FullyConnectedLayer;
import io.psconv.model.network.Layer;
import io.psconv.model.network.MaxPoolLayer;
import io.psconv.model.network.Network;
import io.psconv.model.network.PaddedSubsampleLayer;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A network in training mode as calls of PyTorch's operators, which autograd follows. */
final class LayerGraph {
    private static final Shape NO_PADDING = new Shape(0, 0);

    /** DJL's sense: the weight of the old running statistics. PyTorch would say 0.1. */
    private static final float MOMENTUM = 0.9f;

    /** Where DJL takes the channels to be, without wrapping the operator in transpositions. */
    private static final int NATIVE_AXIS = -1;

    private final Network network;
    private final Map<String, NDArray> tensors;
    private final Map<String, NDArray> made = new HashMap<>();

    /**
     * Makes one for a single pass.
     *
     * @param tensors by name, dense; running statistics are moved in place
     */
    LayerGraph(Network network, Map<String, NDArray> tensors) {
        this.network = network;
        this.tensors = tensors;
    }

    /**
     * What the last layer makes, {@code (batch, classes)}.
     *
     * @param images {@code (batch, channels, height, width)}
     */
    NDArray logits(NDArray images) {
        NDArray last = images;
        made.put(Network.INPUT, images);
        for (Layer layer : network.layers()) {
            last = apply(layer, of(layer.input()));
            made.put(layer.name(), last);
        }
        return last.reshape(images.getShape().get(0), network.classes());
    }

    private NDArray apply(Layer layer, NDArray read) {
        if (layer instanceof ConvolutionLayer convolution) {
            return convolution(convolution, read);
        }
        if (layer instanceof MaxPoolLayer pool) {
            return Pool.maxPool2d(
                    read,
                    square(pool.size()),
                    square(pool.stride()),
                    square(pool.padding()),
                    false);
        }
        if (layer instanceof AveragePoolLayer pool) {
            Shape size = square(pool.size());
            return Pool.avgPool2d(read, size, size, NO_PADDING, false, true);
        }
        if (layer instanceof FullyConnectedLayer connected) {
            NDArray flat = read.reshape(read.getShape().get(0), connected.inputs());
            NDArray made =
                    Linear.linear(
                                    flat,
                                    tensor(layer.name() + ".weight"),
                                    tensor(layer.name() + ".bias"))
                            .singletonOrThrow();
            return connected.relu() ? Activation.relu(made) : made;
        }
        return shortcut((PaddedSubsampleLayer) layer, read);
    }

    private NDArray convolution(ConvolutionLayer layer, NDArray read) {
        NDArray value =
                Conv2d.conv2d(
                                read,
                                tensor(layer.name() + ".weight"),
                                layer.bias() ? tensor(layer.name() + ".bias") : null,
                                square(layer.stride()),
                                square(layer.kernelSize() / 2))
                        .singletonOrThrow();
        @Nullable String normalization = layer.batchNormalization();
        if (normalization != null) {
            value = normalized(normalization, value);
        }
        @Nullable String residual = layer.residual();
        if (residual != null) {
            value = value.add(of(residual));
        }
        return layer.relu() ? Activation.relu(value) : value;
    }

    private NDArray normalized(String prefix, NDArray value) {
        return BatchNorm.batchNorm(
                        value,
                        tensor(prefix + ".running_mean"),
                        tensor(prefix + ".running_var"),
                        tensor(prefix + ".weight"),
                        tensor(prefix + ".bias"),
                        NATIVE_AXIS,
                        MOMENTUM,
                        CompressedModel.BATCH_NORMALIZATION_EPSILON,
                        true)
                .singletonOrThrow();
    }

    private NDArray shortcut(PaddedSubsampleLayer layer, NDArray read) {
        String step = "::" + layer.stride();
        ChannelPadding padding = ChannelPadding.of(layer, network);
        // Pairs from the last dimension back: columns, rows, channels.
        return read.get(new NDIndex(":, :, " + step + ", " + step))
                .pad(new Shape(0, 0, 0, 0, padding.front(), padding.back()), 0);
    }

    private NDArray of(String layer) {
        return Objects.requireNonNull(made.get(layer), layer);
    }

    private NDArray tensor(String name) {
        return Objects.requireNonNull(tensors.get(name), name);
    }

    private static Shape square(int side) {
        return new Shape(side, side);
    }
}
