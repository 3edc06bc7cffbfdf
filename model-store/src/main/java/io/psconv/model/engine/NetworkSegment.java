package io.psconv.model.engine;

import io.psconv.model.convolution.ConvolutionScratch;
import io.psconv.model.convolution.FeatureMaps;
import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.network.FeatureShapes;
import io.psconv.model.network.FullyConnectedLayer;
import io.psconv.model.network.Layer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Consecutive layers planned for some images: their steps, their feature maps in one array. */
final class NetworkSegment {
    private final List<Layer> layers;
    private final String inputName;
    private final FeatureShapes shapes;
    private final int images;
    private final Map<String, FeatureMaps> maps = new HashMap<>();

    /** An array, because a list's iterator is an object for each batch. */
    private final Step[] steps;

    /**
     * Plans layers of which nothing but the last one's output is read by others.
     *
     * @param inputName what the first of them read
     */
    NetworkSegment(
            JvmModel model,
            List<Layer> layers,
            String inputName,
            int images,
            ConvolutionScratch scratch,
            LogitsTarget logits) {
        this.layers = layers;
        this.inputName = inputName;
        this.shapes = model.model().network().shapes();
        this.images = images;
        Arena plan = new Arena();
        Map<String, Integer> starts = planArena(plan);
        float[] arena = new float[plan.length()];
        starts.forEach((name, start) -> maps.put(name, mapsAt(name, arena, start)));
        LayerSteps made = new LayerSteps(model, maps, scratch, logits);
        this.steps = layers.stream().map(made::of).toArray(Step[]::new);
    }

    private FeatureMaps mapsAt(String name, float[] arena, int start) {
        FeatureShape shape = shapes.of(name);
        return new FeatureMaps(
                shape.channels(), shape.height(), shape.width(), images, arena, start);
    }

    /** Where maps start, by the name of the layer that writes them. */
    private Map<String, Integer> planArena(Arena plan) {
        Map<String, Integer> starts = new HashMap<>();
        List<String> held = new ArrayList<>();
        starts.put(inputName, plan.reserve(length(inputName)));
        held.add(inputName);
        for (int index = 0; index < layers.size(); index++) {
            Layer layer = layers.get(index);
            if (!(layer instanceof FullyConnectedLayer)) {
                starts.put(layer.name(), plan.reserve(length(layer.name())));
                held.add(layer.name());
            }
            List<Layer> later = layers.subList(index + 1, layers.size());
            for (String name : List.copyOf(held)) {
                boolean last = name.equals(layers.get(layers.size() - 1).name());
                if (!last && later.stream().noneMatch(reader -> reads(reader).contains(name))) {
                    plan.release(Objects.requireNonNull(starts.get(name)));
                    held.remove(name);
                }
            }
        }
        return starts;
    }

    private int length(String name) {
        FeatureShape shape = shapes.of(name);
        return FeatureMaps.length(shape.channels(), shape.height(), shape.width(), images);
    }

    /** Names of the layers whose outputs a layer reads. */
    static List<String> reads(Layer layer) {
        @Nullable String residual =
                layer instanceof ConvolutionLayer convolution ? convolution.residual() : null;
        return residual == null ? List.of(layer.input()) : List.of(layer.input(), residual);
    }

    FeatureMaps input() {
        return Objects.requireNonNull(maps.get(inputName));
    }

    /** Maps of the last layer, which must not be a fully connected one. */
    FeatureMaps output() {
        return Objects.requireNonNull(maps.get(layers.get(layers.size() - 1).name()));
    }

    List<Layer> layers() {
        return layers;
    }

    Step[] steps() {
        return steps;
    }
}
