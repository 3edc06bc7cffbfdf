package io.psconv.model.engine;

import io.psconv.model.convolution.FeatureMaps;
import io.psconv.model.convolution.FullyConnected;
import io.psconv.model.convolution.Pooling;
import io.psconv.model.convolution.SparseConvolution;
import io.psconv.model.network.AveragePoolLayer;
import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.network.FeatureShapes;
import io.psconv.model.network.FullyConnectedLayer;
import io.psconv.model.network.Layer;
import io.psconv.model.network.MaxPoolLayer;
import io.psconv.model.network.Network;
import io.psconv.model.network.PaddedSubsampleLayer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The steps of one network with their feature maps, planned once, run for each batch. */
final class JvmClassifier implements Classifier {
    private final int maxBatch;
    private final FeatureShape inputShape;
    private final int classes;
    private final FeatureMaps input;

    /** An array, because a list's iterator is an object for each batch. */
    private final Step[] steps;

    private float[] logits = new float[0];

    JvmClassifier(JvmModel model, int maxBatch) {
        if (maxBatch < 1) {
            throw new IllegalArgumentException(
                    "maxBatch was '" + maxBatch + "' but it must be at least 1");
        }
        Network network = model.model().network();
        this.maxBatch = maxBatch;
        this.inputShape = network.input();
        this.classes = network.classes();
        Arena arena = new Arena(network, maxBatch);
        this.input = arena.mapsOf(Network.INPUT);
        List<Step> planned = new ArrayList<>();
        for (Layer layer : network.layers()) {
            planned.add(step(model, layer, arena));
            arena.releaseReadLastBy(layer);
        }
        this.steps = planned.toArray(new Step[0]);
    }

    private Step step(JvmModel model, Layer layer, Arena arena) {
        FeatureMaps read = arena.mapsOf(layer.input());
        if (layer instanceof FullyConnectedLayer) {
            FullyConnected connected = model.connected(layer.name());
            return batch -> connected.apply(read, batch, logits);
        }
        FeatureMaps made = arena.allocate(layer.name());
        if (layer instanceof ConvolutionLayer convolution) {
            SparseConvolution packed = model.convolution(layer.name()).forBatch(maxBatch);
            @Nullable String from = convolution.residual();
            @Nullable FeatureMaps residual = from == null ? null : arena.mapsOf(from);
            boolean relu = convolution.relu();
            return batch -> packed.convolve(read, batch, residual, relu, made);
        }
        if (layer instanceof MaxPoolLayer pool) {
            return batch -> Pooling.max(read, batch, pool.size(), made);
        }
        if (layer instanceof AveragePoolLayer pool) {
            return batch -> Pooling.average(read, batch, pool.size(), made);
        }
        PaddedSubsampleLayer shortcut = (PaddedSubsampleLayer) layer;
        return batch -> Pooling.paddedSubsample(read, batch, shortcut.stride(), made);
    }

    @Override
    public int maxBatch() {
        return maxBatch;
    }

    @Override
    public void classify(float[] input, int batch, float[] logits) {
        if (batch < 1 || batch > maxBatch) {
            throw new IllegalArgumentException(
                    "batch was '" + batch + "' but it must be between 1 and " + maxBatch);
        }
        if (input.length < batch * inputShape.length() || logits.length < batch * classes) {
            throw new IllegalArgumentException(
                    "input had "
                            + input.length
                            + " and logits "
                            + logits.length
                            + " values but "
                            + batch
                            + " images need "
                            + batch * inputShape.length()
                            + " and "
                            + batch * classes);
        }
        this.logits = logits;
        this.input.load(input, batch);
        for (Step step : steps) {
            step.run(batch);
        }
    }

    @Override
    public void close() {
        // Maps are plain arrays: they go with the classifier.
    }

    private interface Step {
        void run(int batch);
    }

    /** Feature maps by layer, taken back for others of the same shape after their last reader. */
    private static final class Arena {
        private final Network network;
        private final FeatureShapes shapes;
        private final int maxBatch;
        private final Map<String, FeatureMaps> inUse = new HashMap<>();
        private final Map<FeatureShape, ArrayDeque<FeatureMaps>> free = new HashMap<>();

        Arena(Network network, int maxBatch) {
            this.network = network;
            this.shapes = network.shapes();
            this.maxBatch = maxBatch;
            allocate(Network.INPUT);
        }

        FeatureMaps mapsOf(String layer) {
            FeatureMaps maps = inUse.get(layer);
            if (maps == null) {
                throw new IllegalStateException("maps of '" + layer + "' were released already");
            }
            return maps;
        }

        FeatureMaps allocate(String layer) {
            FeatureShape shape = shapes.of(layer);
            ArrayDeque<FeatureMaps> spare = free.get(shape);
            FeatureMaps maps = spare == null ? null : spare.poll();
            if (maps == null) {
                maps = new FeatureMaps(shape.channels(), shape.height(), shape.width(), maxBatch);
            }
            inUse.put(layer, maps);
            return maps;
        }

        void releaseReadLastBy(Layer reader) {
            for (String layer : List.copyOf(inUse.keySet())) {
                if (!layer.equals(Network.INPUT)
                        && !layer.equals(reader.name())
                        && !readAfter(layer, reader)) {
                    free.computeIfAbsent(shapes.of(layer), shape -> new ArrayDeque<>())
                            .add(Objects.requireNonNull(inUse.remove(layer)));
                }
            }
        }

        private boolean readAfter(String layer, Layer reader) {
            List<Layer> layers = network.layers();
            return layers.subList(layers.indexOf(reader) + 1, layers.size()).stream()
                    .anyMatch(
                            later ->
                                    later.input().equals(layer)
                                            || (later instanceof ConvolutionLayer convolution
                                                    && layer.equals(convolution.residual())));
        }
    }
}
