package io.psconv.model.engine;

import io.psconv.model.convolution.FeatureMaps;
import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.network.FeatureShapes;
import io.psconv.model.network.FullyConnectedLayer;
import io.psconv.model.network.Layer;
import io.psconv.model.network.Network;
import io.psconv.model.network.PaddedSubsampleLayer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Consecutive layers for some images, and where their feature maps lie in memory.
 *
 * <p>Interleaved convolutions behind one another are taken in chains, whose bands of rows can be
 * made in turns: all maps of a chain have places of their own.
 */
final class SegmentPlan {
    /**
     * Bytes that all layers of a chain may read for a row of outputs, residuals left out and what
     * two layers read counted twice: of sixteen images half a second-level cache of 2 MiB, and half
     * as much of eight.
     */
    static final long MOST_ROW_BYTES = BatchPlan.INTERLEAVED * 64L * 1024;

    /** Convolutions of a chain that read more than a row of many channels; more gain nothing. */
    private static final int MOST_READING_ROWS = 2;

    /** Channels below which a row is small. */
    private static final int MANY_CHANNELS = 16;

    private final List<Layer> layers;
    private final List<List<Layer>> chains;
    private final String inputName;
    private final FeatureShapes shapes;
    private final int images;
    private final FeatureMaps.Layout layout;

    /** What makes the logits: a fully connected layer writes them where they are wanted. */
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
        this.chains = planChains();
        this.starts = planArena(arena);
    }

    List<Layer> layers() {
        return layers;
    }

    /** All layers; those of a chain read nothing but its own maps and earlier ones. */
    List<List<Layer>> chains() {
        return chains;
    }

    /** Whether a layer makes the logits. */
    boolean isEnd(Layer layer) {
        return layer.equals(end);
    }

    FeatureShapes shapes() {
        return shapes;
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
                shape.channels(),
                shape.height(),
                shape.width(),
                images,
                layoutOf(name),
                memory,
                start);
    }

    /** Columns lie apart where a convolution makes them and all readers take every other one. */
    private FeatureMaps.Layout layoutOf(String name) {
        List<Layer> readers = layers.stream().filter(layer -> reads(layer).contains(name)).toList();
        boolean apart =
                layout.interleaves()
                        && layers.stream()
                                .anyMatch(layer -> layer.name().equals(name) && links(layer))
                        && !readers.isEmpty()
                        && readers.stream().allMatch(reader -> readsEveryOther(reader, name));
        return apart ? FeatureMaps.Layout.COLUMNS_APART : layout;
    }

    private static boolean readsEveryOther(Layer reader, String name) {
        if (reader instanceof ConvolutionLayer convolution) {
            return convolution.stride() == 2
                    && unfolded(reader) == null
                    && !name.equals(convolution.residual());
        }
        return reader instanceof PaddedSubsampleLayer subsample && subsample.stride() == 2;
    }

    private List<List<Layer>> planChains() {
        List<List<Layer>> planned = new ArrayList<>();
        List<Layer> chain = new ArrayList<>();
        for (Layer layer : layers) {
            if (!chain.isEmpty() && !continues(chain, layer)) {
                planned.add(List.copyOf(chain));
                chain.clear();
            }
            chain.add(layer);
        }
        planned.add(List.copyOf(chain));
        return List.copyOf(planned);
    }

    private boolean continues(List<Layer> chain, Layer layer) {
        return chain.stream().allMatch(this::links)
                && links(layer)
                && chain.stream().filter(this::readsManyRows).count() < MOST_READING_ROWS
                && chain.stream().mapToLong(this::rowBytes).sum() + rowBytes(layer)
                        <= MOST_ROW_BYTES;
    }

    /** Bytes of interleaved maps that a convolution reads for a row of its output. */
    static long rowBytes(ConvolutionLayer layer, FeatureShapes shapes) {
        FeatureShape read = shapes.of(layer.input());
        return (long) layer.kernelSize()
                * read.channels()
                * (read.width() + 1)
                * BatchPlan.INTERLEAVED
                * Float.BYTES;
    }

    /** The same of a layer that {@link #links}. */
    private long rowBytes(Layer layer) {
        return rowBytes((ConvolutionLayer) layer, shapes);
    }

    private boolean links(Layer layer) {
        return layout.interleaves() && layer instanceof ConvolutionLayer && unfolded(layer) == null;
    }

    private boolean readsManyRows(Layer layer) {
        return layer instanceof ConvolutionLayer convolution
                && convolution.kernelSize() > 1
                && shapes.of(layer.input()).channels() >= MANY_CHANNELS;
    }

    private Map<String, Integer> planArena(Arena plan) {
        Map<String, Integer> starts = new HashMap<>();
        List<String> held = new ArrayList<>();
        starts.put(inputName, plan.reserve(length(inputName)));
        held.add(inputName);
        int done = 0;
        for (List<Layer> chain : chains) {
            for (Layer layer : chain) {
                @Nullable String patches = unfolded(layer);
                if (patches != null) {
                    starts.put(patches, plan.reserve(length(patches)));
                }
                if (!(layer instanceof FullyConnectedLayer && isEnd(layer))) {
                    starts.put(layer.name(), plan.reserve(length(layer.name())));
                    held.add(layer.name());
                }
                if (patches != null) {
                    plan.release(Objects.requireNonNull(starts.get(patches)));
                }
            }
            done += chain.size();
            List<Layer> later = layers.subList(done, layers.size());
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
        return FeatureMaps.length(
                shape.channels(), shape.height(), shape.width(), images, layoutOf(name));
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
