package io.psconv.model.djl;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.network.Network;
import io.psconv.model.training.DifferentiableNetwork;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A network whose gradients PyTorch computes.
 *
 * <p>Every pass makes its arrays anew over the same memory and releases them all at its end, so
 * that no gradient is left to be cleared and no native handle stays behind.
 */
final class DjlNetwork implements DifferentiableNetwork {
    private final Network network;
    private final int threads;
    private final Map<String, float[]> tensors = new LinkedHashMap<>();
    private final Map<String, HostTensor> memory = new LinkedHashMap<>();
    private final Map<String, float[]> gradients = new LinkedHashMap<>();
    private final HostTensor images;
    private final HostTensor upstreams;
    private final int imageValues;
    private final float[] logits;
    private final NDManager manager;
    private final ChannelsLast channelsLast;
    private @Nullable Pass pass;
    private boolean closed;

    DjlNetwork(CompressedModel start, int batch, int threads, Device device) {
        this.network = start.network();
        this.threads = threads;
        CompressedModel.expectedTensors(network, start.variant())
                .forEach((name, shape) -> add(name, shape, start.tensor(name)));
        unpackSparse(start);
        FeatureShape image = network.input();
        this.imageValues = Math.multiplyExact(batch, image.length());
        this.images =
                new HostTensor(
                        new Shape(batch, image.channels(), image.height(), image.width()), null);
        this.upstreams = new HostTensor(new Shape(batch, network.classes()), null);
        this.logits = new float[Math.multiplyExact(batch, network.classes())];
        this.channelsLast = new ChannelsLast(device);
        this.manager = NDManager.newBaseManager(device, PyTorchRuntime.DJL_ENGINE);
    }

    private void add(String name, List<Integer> shape, float[] values) {
        tensors.put(name, values.clone());
        memory.put(
                name,
                new HostTensor(
                        new Shape(shape.stream().mapToLong(Integer::longValue).toArray()), null));
        if (!name.endsWith(".running_mean") && !name.endsWith(".running_var")) {
            gradients.put(name, new float[values.length]);
        }
    }

    private void unpackSparse(CompressedModel start) {
        if (start.variant().isDense()) {
            return;
        }
        List<ConvolutionLayer> sparse =
                network.convolutions().stream().filter(ConvolutionLayer::sparse).toList();
        for (int index = 0; index < sparse.size(); index++) {
            ConvolutionLayer layer = sparse.get(index);
            int size = layer.kernelSize();
            memory.put(
                    layer.name() + ".weight",
                    new HostTensor(
                            new Shape(layer.filters(), layer.inChannels(), size, size),
                            HostTensor.positions(
                                    start.variant()
                                            .over(index, layer.filters(), layer.inChannels()))));
        }
    }

    @Override
    public Network network() {
        return network;
    }

    @Override
    public Map<String, float[]> tensors() {
        return Collections.unmodifiableMap(tensors);
    }

    @Override
    public float[] forward(float[] input) {
        checkOpen();
        checkLength("input", input, imageValues);
        endPass();
        JniUtils.setNumThreads(threads);
        memory.forEach((name, tensor) -> tensor.put(values(name)));
        images.put(input);
        Pass begun = new Pass();
        pass = begun;
        begun.forward();
        return logits;
    }

    @Override
    public Map<String, float[]> backward(float[] upstream) {
        checkOpen();
        checkLength("upstream", upstream, logits.length);
        Pass begun = pass;
        if (begun == null) {
            throw new IllegalStateException(
                    "backward was called without a forward before it; each forward can be"
                            + " differentiated once");
        }
        JniUtils.setNumThreads(threads);
        upstreams.put(upstream);
        begun.backward();
        endPass();
        return Collections.unmodifiableMap(gradients);
    }

    private float[] values(String name) {
        float[] values = tensors.get(name);
        if (values == null) {
            throw new IllegalStateException("there is no tensor '" + name + "'");
        }
        return values;
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the network was closed; open it again to compute");
        }
    }

    private static void checkLength(String what, float[] given, int length) {
        if (given.length != length) {
            throw new IllegalArgumentException(
                    what
                            + " had '"
                            + given.length
                            + "' values but a batch of this network has "
                            + length);
        }
    }

    private void endPass() {
        if (pass != null) {
            pass.close();
            pass = null;
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            endPass();
            manager.close();
            channelsLast.close();
        }
    }

    /** What lives from a forward to its backward. */
    private final class Pass implements AutoCloseable {
        private final NDManager arrays = manager.newSubManager();
        private final Map<String, NDArray> parameters = new LinkedHashMap<>();
        private @Nullable NDArray output;

        void forward() {
            memory.forEach(
                    (name, tensor) -> {
                        NDArray array = tensor.array(arrays);
                        array.setRequiresGradient(gradients.containsKey(name));
                        parameters.put(name, array);
                    });
            NDArray made;
            boolean before = JniUtils.isGradMode();
            JniUtils.setGradMode(true);
            try {
                NDArray read = channelsLast.apply(images.array(arrays));
                made = new LayerGraph(network, parameters).logits(read);
            } finally {
                JniUtils.setGradMode(before);
            }
            output = made;
            upstreams.read(made, logits);
            parameters.forEach(
                    (name, array) -> {
                        if (!gradients.containsKey(name)) {
                            tensor(name).read(array, values(name));
                        }
                    });
        }

        void backward() {
            if (output == null || gradients.isEmpty()) {
                return;
            }
            JniUtils.backward(
                    (PtNDArray) output, (PtNDArray) upstreams.array(arrays), false, false);
            gradients.forEach((name, values) -> tensor(name).read(gradient(name), values));
        }

        private NDArray gradient(String name) {
            NDArray parameter = parameters.get(name);
            if (parameter == null) {
                throw new IllegalStateException("there is no parameter '" + name + "'");
            }
            return parameter.getGradient();
        }

        private HostTensor tensor(String name) {
            HostTensor tensor = memory.get(name);
            if (tensor == null) {
                throw new IllegalStateException("there is no tensor '" + name + "'");
            }
            return tensor;
        }

        @Override
        public void close() {
            arrays.close();
        }
    }
}
