package io.psconv.model.engine;

import io.psconv.model.convolution.ConvolutionScratch;
import io.psconv.model.convolution.FeatureMaps;
import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.network.FeatureShapes;
import io.psconv.model.network.Layer;
import io.psconv.model.network.Network;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A network planned for a fixed number of images.
 *
 * <p>Wide maps are large and their weights few: there one image after another runs through the
 * layers, so that maps stay in a near cache. Narrow maps are small and their weights many: from the
 * first of them on, images lie side by side, and weights are read once for all. Not thread-safe.
 */
final class NetworkPlan {
    /** Images that are interleaved: a cache line of values. */
    static final int INTERLEAVED = 16;

    /** Images from which interleaving them, with some lanes idle, beats smaller plans. */
    private static final int LEAST_INTERLEAVED = 12;

    /** Numbers of images that plans are made for, largest first; a batch is cut into these. */
    static final int[] SIZES = {INTERLEAVED, 8, 4, 2, 1};

    /** Bytes of interleaved input that a row of outputs may read: half a second-level cache. */
    private static final long WINDOW = 512 * 1024;

    /** Maps of this width fill vectors by themselves. */
    private static final int WIDE = 16;

    private final int images;
    private final LogitsTarget logits = new LogitsTarget();
    private final @Nullable NetworkSegment alone;
    private final NetworkSegment together;

    /** What images have become alone, until all of them can be interleaved. */
    private final FeatureMaps[] kept;

    /**
     * Plans a network.
     *
     * @param images one of {@link #sizes}
     * @param threads how many may take parts of a phase at the same time
     */
    NetworkPlan(JvmModel model, int images, int threads) {
        Network network = model.model().network();
        List<Layer> layers = network.layers();
        this.images = images;
        boolean interleaved = images == INTERLEAVED;
        int cut = images == 1 ? 0 : cut(network, interleaved);
        ConvolutionScratch scratch = new ConvolutionScratch(threads);
        this.alone =
                cut == 0
                        ? null
                        : new NetworkSegment(
                                model,
                                layers.subList(0, cut),
                                Network.INPUT,
                                1,
                                FeatureMaps.Layout.SIDE_BY_SIDE,
                                scratch,
                                logits);
        this.together =
                new NetworkSegment(
                        model,
                        layers.subList(cut, layers.size()),
                        cut == 0 ? Network.INPUT : layers.get(cut - 1).name(),
                        images,
                        interleaved
                                ? FeatureMaps.Layout.INTERLEAVED
                                : FeatureMaps.Layout.SIDE_BY_SIDE,
                        scratch,
                        logits);
        this.kept = new FeatureMaps[interleaved && alone != null ? images : 0];
        FeatureMaps meeting = together.input();
        for (int image = 0; image < kept.length; image++) {
            kept[image] = new FeatureMaps(meeting.channels(), meeting.height(), meeting.width(), 1);
        }
    }

    /** Numbers of images that plans can be made for, largest first. */
    static List<Integer> sizes(JvmModel model) {
        List<Layer> layers = model.model().network().layers();
        boolean interleaves =
                model.interleaves() && cut(model.model().network(), true) < layers.size();
        return Arrays.stream(SIZES)
                .filter(images -> images != INTERLEAVED || interleaves)
                .boxed()
                .toList();
    }

    /**
     * Layers before the images meet: of them nothing but the last one's output is read later, and
     * all later outputs are narrow. Without such a place zero, or where images are interleaved the
     * number of layers.
     */
    private static int cut(Network network, boolean interleaved) {
        FeatureShapes shapes = network.shapes();
        List<Layer> layers = network.layers();
        int place = layers.size();
        while (place > 0
                && shapes.of(layers.get(place - 1).name()).width() < WIDE
                && (!interleaved || interleaves(layers.get(place - 1), shapes))) {
            place--;
        }
        if (place == 0) {
            return 0;
        }
        for (int cut = place; cut < layers.size(); cut++) {
            if (onlyLastIsReadLater(layers, cut)) {
                return cut;
            }
        }
        return interleaved ? layers.size() : 0;
    }

    /** Whether a layer runs over interleaved maps from a near cache. */
    private static boolean interleaves(Layer layer, FeatureShapes shapes) {
        if (!(layer instanceof ConvolutionLayer convolution)) {
            return true;
        }
        FeatureShape read = shapes.of(layer.input());
        long window =
                (long) convolution.kernelSize()
                        * read.channels()
                        * (read.width() + 1)
                        * INTERLEAVED
                        * Float.BYTES;
        return !JvmModel.isUnfolded(convolution) && window <= WINDOW;
    }

    private static boolean onlyLastIsReadLater(List<Layer> layers, int cut) {
        Set<String> earlier = new HashSet<>(Set.of(Network.INPUT));
        for (Layer layer : layers.subList(0, cut - 1)) {
            earlier.add(layer.name());
        }
        for (Layer layer : layers.subList(cut, layers.size())) {
            if (NetworkSegment.reads(layer).stream().anyMatch(earlier::contains)) {
                return false;
            }
        }
        return true;
    }

    int images() {
        return images;
    }

    /** Images from which a plan of so many is worth running. */
    static int least(int images) {
        return images == INTERLEAVED ? LEAST_INTERLEAVED : images;
    }

    /** Layers that each image runs through alone; absent where all run together from the start. */
    @Nullable NetworkSegment alone() {
        return alone;
    }

    NetworkSegment together() {
        return together;
    }

    /**
     * Says where the next run's logits go.
     *
     * @param count images of it
     */
    void target(float[] logits, int first, int count) {
        this.logits.logits = logits;
        this.logits.first = first;
        this.logits.count = count;
    }

    /**
     * Classifies on the calling thread.
     *
     * @param first the first image of {@code input} and of {@code logits}
     * @param count images, at most {@link #images}; less only where they are interleaved
     */
    void run(float[] input, int first, int count, float[] logits) {
        target(logits, first, count);
        if (alone == null) {
            together.input().load(input, first, count);
        } else {
            for (int image = 0; image < count; image++) {
                alone.input().load(input, first + image, 1);
                run(alone);
                meet(alone, image, count);
            }
        }
        run(together);
    }

    /**
     * Takes what an image has become alone to where images run together.
     *
     * @param count images of this run; what lanes behind them hold does not matter
     */
    void meet(NetworkSegment alone, int image, int count) {
        if (kept.length == 0) {
            together.input().join(alone.output(), image);
            return;
        }
        kept[image].copy(alone.output());
        if (image == count - 1) {
            together.input().interleave(kept, count);
        }
    }

    private static void run(NetworkSegment segment) {
        for (Step step : segment.steps()) {
            for (int phase = 0; phase < step.phases(); phase++) {
                step.run(phase, 0, 1);
            }
        }
    }
}
