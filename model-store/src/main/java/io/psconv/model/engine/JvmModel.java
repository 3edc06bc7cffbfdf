package io.psconv.model.engine;

import io.psconv.model.convolution.ConvolutionForm;
import io.psconv.model.convolution.ConvolutionShape;
import io.psconv.model.convolution.ConvolutionWeights;
import io.psconv.model.convolution.FullyConnected;
import io.psconv.model.convolution.PackedConvolution;
import io.psconv.model.convolution.Unfolding;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.FoldedConvolution;
import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.network.FeatureShapes;
import io.psconv.model.network.FullyConnectedLayer;
import io.psconv.model.network.Layer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** A model packed for the JVM engine: weights by layer name, shared by all classifiers. */
final class JvmModel implements LoadedModel {
    private final CompressedModel model;
    private final boolean interleaves;
    private final @Nullable Executor executor;
    private final int threads;
    private final Map<String, PackedConvolution> convolutions = new HashMap<>();
    private final Map<String, FullyConnected> connected = new HashMap<>();

    /**
     * Packs a model.
     *
     * @param executor where threads besides the caller's come from; null for one thread
     */
    JvmModel(
            CompressedModel model, ConvolutionForm form, @Nullable Executor executor, int threads) {
        this.model = model;
        this.interleaves = form.interleaves();
        this.executor = executor;
        this.threads = threads;
        FeatureShapes shapes = model.network().shapes();
        for (Layer layer : model.network().layers()) {
            if (layer instanceof ConvolutionLayer convolution) {
                ConvolutionShape shape = shape(convolution, shapes.of(layer.input()));
                convolutions.put(layer.name(), form.pack(shape, folded(convolution)));
            } else if (layer instanceof FullyConnectedLayer every) {
                connected.put(
                        layer.name(),
                        new FullyConnected(
                                every.inputs(),
                                every.outputs(),
                                model.tensor(layer.name() + ".weight"),
                                model.tensor(layer.name() + ".bias")));
            }
        }
    }

    /** Of a large kernel: that of the 1×1 convolution over what was unfolded for it. */
    private static ConvolutionShape shape(ConvolutionLayer layer, FeatureShape input) {
        if (!isUnfolded(layer)) {
            return new ConvolutionShape(
                    input.channels(),
                    input.height(),
                    input.width(),
                    layer.filters(),
                    layer.stride());
        }
        FeatureShape unfolded = unfolded(layer, input);
        return new ConvolutionShape(
                unfolded.channels(), unfolded.height(), unfolded.width(), layer.filters(), 1);
    }

    /** Whether a layer's kernels are larger than the loops take. */
    static boolean isUnfolded(ConvolutionLayer layer) {
        return layer.kernelSize() > 3;
    }

    /** Shape of the maps that a layer of a large kernel is unfolded into. */
    static FeatureShape unfolded(ConvolutionLayer layer, FeatureShape input) {
        Unfolding unfolding = new Unfolding(layer.kernelSize(), layer.stride());
        return new FeatureShape(
                unfolding.channels(input.channels()),
                unfolding.side(input.height()),
                unfolding.side(input.width()));
    }

    private ConvolutionWeights folded(ConvolutionLayer layer) {
        FoldedConvolution folded = FoldedConvolution.of(model, layer);
        return new ConvolutionWeights(model.supports(layer), folded.values(), folded.bias());
    }

    /** Whether convolutions take interleaved maps. */
    boolean interleaves() {
        return interleaves;
    }

    PackedConvolution convolution(String layer) {
        return present(convolutions.get(layer), layer);
    }

    FullyConnected connected(String layer) {
        return present(connected.get(layer), layer);
    }

    private static <T> T present(@Nullable T packed, String layer) {
        if (packed == null) {
            throw new IllegalArgumentException("layer '" + layer + "' was not packed");
        }
        return packed;
    }

    @Override
    public CompressedModel model() {
        return model;
    }

    @Override
    public String engine() {
        return JvmEngine.NAME;
    }

    @Override
    public Classifier newClassifier(int maxBatch) {
        return executor == null || threads == 1
                ? new JvmClassifier(this, maxBatch)
                : new TeamClassifier(this, maxBatch, executor, threads);
    }

    @Override
    public void close() {
        // Weights are plain arrays: they go with the last reference.
    }
}
