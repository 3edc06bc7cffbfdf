package io.psconv.bench.onednn;

import io.psconv.model.engine.Classifier;
import io.psconv.model.engine.LoadedModel;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.FoldedConvolution;
import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.network.FullyConnectedLayer;
import io.psconv.model.network.Layer;
import io.psconv.model.network.PaddedSubsampleLayer;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A model's weights made dense, and for 8 bits the scales of its feature maps. */
final class OneDnnModel implements LoadedModel {
    private static final int CALIBRATION_IMAGES = 8;

    private final CompressedModel model;
    private final OneDnnPrecision precision;
    private final OneDnnLayout layout;
    private final Map<String, FoldedConvolution> convolutions;
    private final @Nullable MapScales scales;

    OneDnnModel(CompressedModel model, OneDnnPrecision precision, OneDnnLayout layout) {
        for (Layer layer : model.network().layers()) {
            if (layer instanceof PaddedSubsampleLayer) {
                throw new IllegalArgumentException(
                        "layer '"
                                + layer.name()
                                + "' is a shortcut that pads channels, which is not built for"
                                + " oneDNN; measure resnet18 or vgg16");
            }
            if (layer instanceof FullyConnectedLayer connected && connected.relu()) {
                throw new IllegalArgumentException(
                        "layer '"
                                + layer.name()
                                + "' is fully connected with a ReLU, which is not built for oneDNN;"
                                + " measure a network of convolutions");
            }
        }
        this.model = model;
        this.precision = precision;
        this.layout = layout;
        this.convolutions = new HashMap<>();
        for (ConvolutionLayer layer : model.network().convolutions()) {
            convolutions.put(layer.name(), FoldedConvolution.dense(model, layer));
        }
        this.scales = precision == OneDnnPrecision.INT8 ? observed() : null;
    }

    /** Scales for images of normally distributed values, which is what normalised images are. */
    private MapScales observed() {
        Random random = new Random(1);
        float[] images = new float[CALIBRATION_IMAGES * model.network().input().length()];
        for (int index = 0; index < images.length; index++) {
            images[index] = (float) random.nextGaussian();
        }
        MapScales observed = new MapScales();
        OneDnnPlan plan =
                new OneDnnPlan(
                        model,
                        convolutions,
                        OneDnnPrecision.FP32,
                        layout,
                        null,
                        CALIBRATION_IMAGES);
        try {
            plan.observe(images, observed);
        } finally {
            plan.close();
        }
        return observed;
    }

    OneDnnPlan plan(int batch) {
        return new OneDnnPlan(model, convolutions, precision, layout, scales, batch);
    }

    @Override
    public CompressedModel model() {
        return model;
    }

    @Override
    public String engine() {
        return OneDnnEngine.NAME;
    }

    @Override
    public Classifier newClassifier(int maxBatch) {
        return new OneDnnClassifier(this, maxBatch);
    }

    @Override
    public void close() {
        // Weights are plain arrays; what is native belongs to the plans.
    }
}
