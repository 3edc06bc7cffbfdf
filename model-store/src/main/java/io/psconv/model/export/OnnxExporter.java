package io.psconv.model.export;

import io.psconv.model.export.DenseWeights.WeightsAndBias;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.network.AveragePoolLayer;
import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.network.FullyConnectedLayer;
import io.psconv.model.network.Layer;
import io.psconv.model.network.MaxPoolLayer;
import io.psconv.model.network.Network;
import io.psconv.model.network.PaddedSubsampleLayer;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes ONNX models: intermediate representation 8, operator set 17 of the default domain.
 *
 * <p>A convolution becomes {@code Conv}, then {@code Add} and {@code Relu} where it has them; a
 * shortcut without weights becomes {@code Slice} and {@code Pad}; a fully connected layer is {@code
 * Flatten} and {@code Gemm}. Padding and strides mean the same there as here: {@code kernelSize /
 * 2} on every side, the first window centred on the first pixel. Stateless and safe to share.
 */
public final class OnnxExporter implements ModelExporter {
    private static final long IR_VERSION = 8;
    private static final long OPERATOR_SET = 17;

    @Override
    public void write(CompressedModel model, String name, OutputStream out) throws IOException {
        ProtobufMessage proto =
                new ProtobufMessage()
                        .number(1, IR_VERSION)
                        .text(2, "psconv")
                        .text(6, ExportDescription.text(model, name))
                        .message(7, graph(model, name))
                        .message(8, new ProtobufMessage().text(1, "").number(2, OPERATOR_SET));
        ExportDescription.properties(model, name)
                .forEach(
                        (key, value) ->
                                proto.message(
                                        14, new ProtobufMessage().text(1, key).text(2, value)));
        proto.writeTo(out);
    }

    private static ProtobufMessage graph(CompressedModel model, String name) {
        Network network = model.network();
        GraphWriter writer = new GraphWriter(model);
        network.layers().forEach(writer::add);
        return writer.graph.toMessage(name, network.input(), network.classes());
    }

    /** Walks the layers, remembering which value each of them made. */
    private static final class GraphWriter {
        private final OnnxGraph graph = new OnnxGraph();
        private final Network network;
        private final DenseWeights dense;
        private final Map<String, String> values = new HashMap<>();

        GraphWriter(CompressedModel model) {
            this.network = model.network();
            this.dense = new DenseWeights(model);
            values.put(Network.INPUT, INPUT);
        }

        void add(Layer layer) {
            String read = valueOf(layer.input());
            String made;
            if (layer instanceof ConvolutionLayer convolution) {
                made = convolution(convolution, read);
            } else if (layer instanceof MaxPoolLayer pool) {
                made =
                        pool(
                                "MaxPool",
                                pool.name(),
                                read,
                                pool.size(),
                                pool.stride(),
                                pool.padding());
            } else if (layer instanceof AveragePoolLayer pool) {
                made = pool("AveragePool", pool.name(), read, pool.size(), pool.size(), 0);
            } else if (layer instanceof FullyConnectedLayer connected) {
                made = connected(connected, read);
            } else {
                made = shortcut((PaddedSubsampleLayer) layer, read);
            }
            values.put(layer.name(), made);
        }

        private String convolution(ConvolutionLayer layer, String read) {
            WeightsAndBias tensors = dense.of(layer);
            graph.initializer(tensors.weight());
            graph.initializer(tensors.bias());
            long size = layer.kernelSize();
            long padding = size / 2;
            long stride = layer.stride();
            String made = layer.name() + ".convolution";
            graph.node(
                    "Conv",
                    made,
                    List.of(read, tensors.weight().name(), tensors.bias().name()),
                    OnnxGraph.integers("kernel_shape", size, size),
                    OnnxGraph.integers("pads", padding, padding, padding, padding),
                    OnnxGraph.integers("strides", stride, stride));
            @Nullable String residual = layer.residual();
            if (residual != null) {
                String sum = layer.name() + ".sum";
                graph.node("Add", sum, List.of(made, valueOf(residual)));
                made = sum;
            }
            if (layer.relu()) {
                String positive = layer.name() + ".relu";
                graph.node("Relu", positive, List.of(made));
                made = positive;
            }
            return made;
        }

        private String pool(
                String operator, String name, String read, long size, long stride, long padding) {
            graph.node(
                    operator,
                    name,
                    List.of(read),
                    OnnxGraph.integers("kernel_shape", size, size),
                    OnnxGraph.integers("pads", padding, padding, padding, padding),
                    OnnxGraph.integers("strides", stride, stride));
            return name;
        }

        private String connected(FullyConnectedLayer layer, String read) {
            WeightsAndBias tensors = dense.of(layer);
            graph.initializer(tensors.weight());
            graph.initializer(tensors.bias());
            String flat = layer.name() + ".flat";
            graph.node("Flatten", flat, List.of(read), OnnxGraph.integer("axis", 1));
            boolean last = layer.equals(network.layers().get(network.layers().size() - 1));
            String made = last && !layer.relu() ? OUTPUT : layer.name() + ".product";
            graph.node(
                    "Gemm",
                    made,
                    List.of(flat, tensors.weight().name(), tensors.bias().name()),
                    OnnxGraph.integer("transB", 1));
            if (layer.relu()) {
                String positive = last ? OUTPUT : layer.name() + ".relu";
                graph.node("Relu", positive, List.of(made));
                return positive;
            }
            return made;
        }

        private String shortcut(PaddedSubsampleLayer layer, String read) {
            String name = layer.name();
            graph.initializer(name + ".starts", 0, 0);
            graph.initializer(name + ".ends", Long.MAX_VALUE, Long.MAX_VALUE);
            graph.initializer(name + ".axes", 2, 3);
            graph.initializer(name + ".steps", layer.stride(), layer.stride());
            String subsample = name + ".subsample";
            graph.node(
                    "Slice",
                    subsample,
                    List.of(
                            read,
                            name + ".starts",
                            name + ".ends",
                            name + ".axes",
                            name + ".steps"));
            ChannelPadding padding = ChannelPadding.of(layer, network);
            graph.initializer(name + ".pads", 0, padding.front(), 0, 0, 0, padding.back(), 0, 0);
            graph.node("Pad", name, List.of(subsample, name + ".pads"));
            return name;
        }

        private String valueOf(String layer) {
            return Objects.requireNonNull(values.get(layer), layer);
        }
    }
}
