package io.psconv.model.engine;

import io.psconv.model.convolution.FeatureMaps;
import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.network.FeatureShapes;
import io.psconv.model.network.FullyConnectedLayer;
import io.psconv.model.network.Layer;
import io.psconv.model.network.Network;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Consecutive layers for some images, and where their feature maps lie in memory. */
final class SegmentPlan {
    private final List<Layer> layers;
    private final String inputName;
    private final FeatureShapes shapes;
    private final int images;
    private final FeatureMaps.Layout layout;

    /** What makes the logits, which lie elsewhere. */
    private final Layer end;

    private final Arena arena = new Arena();

    /** By the name of the layer that writes them. */
    private final Map<String, Integer> starts;

    /**
     * Plans layers of which nothing but the last one's output is read by others.
     *
     * @param inputName what the first of them read
     */
    SegmentPlan(
            Network network,
            List<Layer> layers,
            String inputName,
            int images,
            FeatureMaps.Layout layout) {
        this.layers = layers;
        this.inputName = inputName;
        this.shapes = network.shapes();
        this.images = images;
        this.layout = layout;
        this.end = network.layers().get(network.layers().size() - 1);
        this.starts = planArena(arena);
    }

    List<Layer> layers() {
        return layers;
    }

    /** What the first of the layers read. */
    String inputName() {
        return inputName;
    }

    /** Values that the feature maps take, up to where others may start. */
    int length() {
        return FeatureMaps.alignedStart(arena.length()) - FeatureMaps.ALIGNED_START;
    }

    /**
     * The feature maps by name.
     *
     * @param start of their part of {@code memory}, a multiple of a cache line
     */
    Map<String, FeatureMaps> mapsIn(float[] memory, int start) {
        Map<String, FeatureMaps> maps = new HashMap<>();
        starts.forEach((name, own) -> maps.put(name, mapsAt(name, memory, start + own)));
        return maps;
    }

    private FeatureMaps mapsAt(String name, float[] memory, int start) {
        FeatureShape shape = shapeOf(name);
        return new FeatureMaps(
                shape.channels(), shape.height(), shape.width(), images, layout, memory, start);
    }

    private Map<String, Integer> planArena(Arena plan) {
        Map<String, Integer> starts = new HashMap<>();
        List<String> held = new ArrayList<>();
        starts.put(inputName, plan.reserve(length(inputName)));
        held.add(inputName);
        for (int index = 0; index < layers.size(); index++) {
            Layer layer = layers.get(index);
            @Nullable String patches = unfolded(layer);
            if (patches != null) {
                starts.put(patches, plan.reserve(length(patches)));
            }
            if (!(layer instanceof FullyConnectedLayer && layer.equals(end))) {
                starts.put(layer.name(), plan.reserve(length(layer.name())));
                held.add(layer.name());
            }
            if (patches != null) {
                plan.release(Objects.requireNonNull(starts.get(patches)));
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
        FeatureShape shape = shapeOf(name);
        return FeatureMaps.length(shape.channels(), shape.height(), shape.width(), images, layout);
    }

    private FeatureShape shapeOf(String name) {
        for (Layer layer : layers) {
            if (layer instanceof ConvolutionLayer convolution && name.equals(unfolded(layer))) {
                return JvmModel.unfolded(convolution, shapes.of(layer.input()));
            }
        }
        return shapes.of(name);
    }

    /** Name of the maps that a layer's input is unfolded into; null if it is not. */
    static @Nullable String unfolded(Layer layer) {
        return layer instanceof ConvolutionLayer convolution && JvmModel.isUnfolded(convolution)
                ? layer.name() + " unfolded"
                : null;
    }

    /** Names of the layers whose outputs a layer reads. */
    static List<String> reads(Layer layer) {
        @Nullable String residual =
                layer instanceof ConvolutionLayer convolution ? convolution.residual() : null;
        return residual == null ? List.of(layer.input()) : List.of(layer.input(), residual);
    }
}
