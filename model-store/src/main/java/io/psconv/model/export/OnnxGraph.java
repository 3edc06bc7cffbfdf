package io.psconv.model.export;

import io.psconv.model.network.FeatureShape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** The nodes and initializers of an ONNX graph; field numbers are those of {@code onnx.proto}. */
final class OnnxGraph {
    private static final int FLOAT = 1;
    private static final int INT64 = 7;
    private static final int ATTRIBUTE_INT = 2;
    private static final int ATTRIBUTE_INTS = 7;

    // Fields of the graph already; put into it one behind the other.
    private final ProtobufMessage nodes = new ProtobufMessage();
    private final ProtobufMessage initializers = new ProtobufMessage();

    /**
     * Adds a node with one output, which has the node's name.
     *
     * @param attributes made by {@link #integer} and {@link #integers}
     */
    void node(String operator, String name, List<String> inputs, ProtobufMessage... attributes) {
        ProtobufMessage node = new ProtobufMessage();
        inputs.forEach(input -> node.text(1, input));
        node.text(2, name).text(3, name).text(4, operator);
        for (ProtobufMessage attribute : attributes) {
            node.message(5, attribute);
        }
        nodes.message(1, node);
    }

    static ProtobufMessage integer(String name, long value) {
        return new ProtobufMessage().text(1, name).number(3, value).number(20, ATTRIBUTE_INT);
    }

    static ProtobufMessage integers(String name, long... values) {
        return new ProtobufMessage().text(1, name).numbers(8, values).number(20, ATTRIBUTE_INTS);
    }

    /** Adds a tensor of the model. */
    void initializer(DenseTensor tensor) {
        ProtobufMessage proto = new ProtobufMessage();
        tensor.shape().forEach(dimension -> proto.number(1, dimension));
        proto.number(2, FLOAT).text(8, tensor.name()).bytes(9, tensor.littleEndian());
        initializers.message(5, proto);
    }

    /** Adds a vector of 64-bit integers, which some operators take as inputs. */
    void initializer(String name, long... values) {
        ByteBuffer raw =
                ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        raw.asLongBuffer().put(values);
        initializers.message(
                5,
                new ProtobufMessage()
                        .number(1, values.length)
                        .number(2, INT64)
                        .text(8, name)
                        .bytes(9, raw.array()));
    }

    /** The graph from {@value ModelExporter#INPUT} to {@value ModelExporter#OUTPUT}. */
    ProtobufMessage toMessage(String name, FeatureShape input, int classes) {
        return new ProtobufMessage()
                .fields(nodes)
                .text(2, name)
                .fields(initializers)
                .message(
                        11,
                        value(ModelExporter.INPUT, input.channels(), input.height(), input.width()))
                .message(12, value(ModelExporter.OUTPUT, classes));
    }

    /** A float tensor whose first dimension is the batch. */
    private static ProtobufMessage value(String name, long... dimensions) {
        ProtobufMessage shape =
                new ProtobufMessage()
                        .message(1, new ProtobufMessage().text(2, ModelExporter.BATCH));
        for (long dimension : dimensions) {
            shape.message(1, new ProtobufMessage().number(1, dimension));
        }
        ProtobufMessage tensor = new ProtobufMessage().number(1, FLOAT).message(2, shape);
        return new ProtobufMessage()
                .text(1, name)
                .message(2, new ProtobufMessage().message(1, tensor));
    }
}
