package io.psconv.model.engine;

import io.psconv.model.convolution.ConvolutionScratch;
import io.psconv.model.network.FeatureShapes;
import io.psconv.model.network.Layer;
import io.psconv.model.network.Network;
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
    /** Numbers of images that plans are made for, largest first; a batch is cut into these. */
    static final int[] SIZES = {8, 4, 2, 1};

    /** Maps of this width fill vectors by themselves. */
    private static final int WIDE = 16;

    private final int images;
    private final LogitsTarget logits = new LogitsTarget();
    private final @Nullable NetworkSegment alone;
    private final NetworkSegment together;

    /**
     * Plans a network.
     *
     * @param threads how many may take parts of a phase at the same time
     */
    NetworkPlan(JvmModel model, int images, int threads) {
        Network network = model.model().network();
        List<Layer> layers = network.layers();
        this.images = images;
        int cut = images == 1 ? 0 : cut(network);
        ConvolutionScratch scratch = new ConvolutionScratch(threads);
        this.alone =
                cut == 0
                        ? null
                        : new NetworkSegment(
                                model, layers.subList(0, cut), Network.INPUT, 1, scratch, logits);
        this.together =
                new NetworkSegment(
                        model,
                        layers.subList(cut, layers.size()),
                        cut == 0 ? Network.INPUT : layers.get(cut - 1).name(),
                        images,
                        scratch,
                        logits);
    }

    /**
     * Layers before the images meet: of them nothing but the last one's output is read later, and
     * all later outputs are narrow. Zero if there is no such place.
     */
    private static int cut(Network network) {
        FeatureShapes shapes = network.shapes();
        List<Layer> layers = network.layers();
        int place = layers.size();
        while (place > 0 && shapes.of(layers.get(place - 1).name()).width() < WIDE) {
            place--;
        }
        for (int cut = Math.max(1, place); cut < layers.size(); cut++) {
            if (onlyLastIsReadLater(layers, cut)) {
                return cut;
            }
        }
        return 0;
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

    /** Layers that each image runs through alone; absent where all run together from the start. */
    @Nullable NetworkSegment alone() {
        return alone;
    }

    NetworkSegment together() {
        return together;
    }

    /** Says where the next run's logits go. */
    void target(float[] logits, int first) {
        this.logits.logits = logits;
        this.logits.first = first;
    }

    /**
     * Classifies on the calling thread.
     *
     * @param first the first image of {@code input} and of {@code logits}
     */
    void run(float[] input, int first, float[] logits) {
        target(logits, first);
        if (alone == null) {
            together.input().load(input, first);
        } else {
            for (int image = 0; image < images; image++) {
                alone.input().load(input, first + image);
                run(alone);
                together.input().join(alone.output(), image);
            }
        }
        run(together);
    }

    private static void run(NetworkSegment segment) {
        for (Step step : segment.steps()) {
            for (int phase = 0; phase < step.phases(); phase++) {
                step.run(phase, 0, 1);
            }
        }
    }
}
