package io.psconv.model.engine;

import io.psconv.model.convolution.FeatureMaps;
import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.network.FeatureShapes;
import io.psconv.model.network.Layer;
import io.psconv.model.network.Network;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How a network is run for a fixed number of images, and the memory that it takes.
 *
 * <p>Sixteen images, or eight with vectors of eight lanes, are interleaved from the first layer on,
 * where the rows that a layer reads fit into a near cache then. Otherwise, and if they are fewer,
 * wide maps are large and their weights few: there one image after another runs through the layers,
 * so that maps stay in a near cache and no lanes are idle. Narrow maps are small and their weights
 * many: from the first of them on, images run together, and weights are read once for all.
 */
final class BatchPlan {
    /** Images that are interleaved. */
    static final int INTERLEAVED = FeatureMaps.INTERLEAVED_IMAGES;

    /** Images from which interleaving them, with some lanes idle, beats smaller plans. */
    private static final int LEAST_INTERLEAVED = INTERLEAVED * 3 / 4;

    /** Numbers of images that run side by side, largest first. */
    private static final int[] SIDE_BY_SIDE = {8, 4, 2, 1};

    /** Numbers of images that plans may be made for, smallest first. */
    static final List<Integer> SIZES =
            IntStream.concat(IntStream.of(SIDE_BY_SIDE), IntStream.of(INTERLEAVED))
                    .sorted()
                    .distinct()
                    .boxed()
                    .toList();

    /** Maps of this width fill vectors by themselves, an image's alone. */
    private static final int WIDE = 16;

    private final boolean interleaved;
    private final int images;
    private final int least;
    private final @Nullable SegmentPlan alone;
    private final SegmentPlan together;

    /** Where the images meet, if they run alone first. */
    private final FeatureShape meeting;

    /**
     * The plan of a network for batches of so many images.
     *
     * @throws IllegalArgumentException if it has none
     */
    static BatchPlan of(JvmModel model, int images) {
        List<BatchPlan> plans = all(model);
        return plans.stream()
                .filter(plan -> plan.images == images)
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "images was '"
                                                + images
                                                + "' but plans of this network and form are for "
                                                + plans.stream()
                                                        .map(BatchPlan::images)
                                                        .distinct()
                                                        .toList()));
    }

    /** All plans of a network, those for more images first. */
    static List<BatchPlan> all(JvmModel model) {
        Network network = model.model().network();
        List<BatchPlan> plans = new ArrayList<>();
        if (model.interleaves()) {
            int cut = cut(network, true);
            if (cut > 0 && interleaves(network.layers(), network.shapes())) {
                plans.add(new BatchPlan(network, true, INTERLEAVED, INTERLEAVED, 0));
            }
            if (cut < network.layers().size()) {
                plans.add(new BatchPlan(network, true, INTERLEAVED, LEAST_INTERLEAVED, cut));
            }
        }
        for (int images : SIDE_BY_SIDE) {
            if (images < INTERLEAVED || !model.interleaves()) {
                int cut = images == 1 ? 0 : cut(network, false);
                plans.add(new BatchPlan(network, false, images, images, cut));
            }
        }
        return List.copyOf(plans);
    }

    /**
     * Plans a network.
     *
     * @param interleaved whether images are, once they meet
     * @param least images from which the plan is worth running
     * @param cut layers before the images meet
     */
    private BatchPlan(Network network, boolean interleaved, int images, int least, int cut) {
        List<Layer> layers = network.layers();
        this.interleaved = interleaved;
        this.images = images;
        this.least = least;
        String inputName = cut == 0 ? Network.INPUT : layers.get(cut - 1).name();
        this.meeting = network.shapes().of(inputName);
        this.alone =
                cut == 0
                        ? null
                        : new SegmentPlan(
                                network,
                                layers.subList(0, cut),
                                Network.INPUT,
                                1,
                                FeatureMaps.Layout.SIDE_BY_SIDE);
        this.together =
                new SegmentPlan(
                        network,
                        layers.subList(cut, layers.size()),
                        inputName,
                        images,
                        interleaved
                                ? FeatureMaps.Layout.INTERLEAVED
                                : FeatureMaps.Layout.SIDE_BY_SIDE);
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

    private static boolean interleaves(List<Layer> layers, FeatureShapes shapes) {
        return layers.stream().allMatch(layer -> interleaves(layer, shapes));
    }

    /** Whether a layer runs over interleaved maps from a near cache. */
    private static boolean interleaves(Layer layer, FeatureShapes shapes) {
        if (!(layer instanceof ConvolutionLayer convolution)) {
            return true;
        }
        return !JvmModel.isUnfolded(convolution)
                && SegmentPlan.rowBytes(convolution, shapes) <= SegmentPlan.MOST_ROW_BYTES;
    }

    private static boolean onlyLastIsReadLater(List<Layer> layers, int cut) {
        Set<String> earlier = new HashSet<>(Set.of(Network.INPUT));
        for (Layer layer : layers.subList(0, cut - 1)) {
            earlier.add(layer.name());
        }
        for (Layer layer : layers.subList(cut, layers.size())) {
            if (SegmentPlan.reads(layer).stream().anyMatch(earlier::contains)) {
                return false;
            }
        }
        return true;
    }

    int images() {
        return images;
    }

    /** Images from which the plan is worth running. */
    int least() {
        return least;
    }

    /** Layers that each image runs through alone; absent where all run together from the start. */
    @Nullable SegmentPlan alone() {
        return alone;
    }

    SegmentPlan together() {
        return together;
    }

    /** How many images are kept until all of them can be interleaved. */
    int kept() {
        return interleaved && alone != null ? images : 0;
    }

    /**
     * Maps that keep an image.
     *
     * @param start of their part of {@code memory}, a multiple of a cache line
     */
    FeatureMaps keptIn(float[] memory, int start) {
        return new FeatureMaps(
                meeting.channels(),
                meeting.height(),
                meeting.width(),
                1,
                FeatureMaps.Layout.SIDE_BY_SIDE,
                memory,
                FeatureMaps.ALIGNED_START + start);
    }

    /** Values that maps of {@link #keptIn} take, up to where others may start. */
    int keptLength() {
        int length =
                FeatureMaps.length(
                        meeting.channels(),
                        meeting.height(),
                        meeting.width(),
                        1,
                        FeatureMaps.Layout.SIDE_BY_SIDE);
        int end = FeatureMaps.ALIGNED_START + length;
        return FeatureMaps.alignedStart(end) - FeatureMaps.ALIGNED_START;
    }

    /** Values that all maps take. */
    int length() {
        int segments = Math.addExact(together.length(), alone == null ? 0 : alone.length());
        return Math.addExact(segments, Math.multiplyExact(kept(), keptLength()));
    }
}
