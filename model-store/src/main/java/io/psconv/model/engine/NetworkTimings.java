package io.psconv.model.engine;

import io.psconv.model.convolution.ConvolutionForm;
import io.psconv.model.convolution.LoopPlan;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.network.FeatureShapes;
import io.psconv.model.network.Layer;
import io.psconv.model.network.Network;
import io.psconv.model.network.NetworkCost;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Times each layer of the JVM engine where it runs, between its neighbours. */
public final class NetworkTimings {
    private static final int LEAST_PASSES = 9;

    private NetworkTimings() {}

    /** Numbers of images that can be timed: those that plans of any network are made for. */
    public static List<Integer> imageCounts() {
        return BatchPlan.SIZES;
    }

    /**
     * Runs a model for some time on the calling thread.
     *
     * @param images images at once, one of {@link #imageCounts}
     * @param ceilingGigaflops what fused multiply–adds between registers reach on this machine,
     *     zero if it is not known
     * @param nanos how long to warm up, and how long to measure
     * @return a line for each layer, in execution order
     */
    public static List<LayerTiming> measure(
            CompressedModel model,
            ConvolutionForm form,
            int images,
            double ceilingGigaflops,
            long nanos) {
        if (!imageCounts().contains(images)) {
            throw new IllegalArgumentException(
                    "images was '" + images + "' but it must be one of " + imageCounts());
        }
        JvmModel packed = new JvmModel(model, form, null, 1);
        NetworkPlan plan = NetworkPlan.of(packed, images, 1);
        float[] input = new float[images * model.network().input().length()];
        for (int index = 0; index < input.length; index++) {
            // Ordinary numbers, as pixels are once they are normalised.
            input[index] = index % 17 / 8f - 1;
        }
        float[] logits = new float[images * model.network().classes()];
        List<LayerTimes> alone = plan.alone() == null ? List.of() : LayerTimes.of(plan.alone(), 1);
        List<LayerTimes> together = LayerTimes.of(plan.together(), images);
        run(plan, alone, together, input, logits, nanos);
        List<LayerTimes> all = new ArrayList<>(alone);
        all.addAll(together);
        all.forEach(LayerTimes::clear);
        run(plan, alone, together, input, logits, nanos);
        Map<String, NetworkCost> costs = NetworkCost.ofLayers(model.network(), model.variant());
        return all.stream()
                .map(
                        times ->
                                times.timing(
                                        ceilingGigaflops,
                                        costs.get(times.layer.name()),
                                        bytes(
                                                model.network(),
                                                times,
                                                costs.get(times.layer.name()))))
                .toList();
    }

    /** Of one image, everything once. */
    private static long bytes(Network network, LayerTimes times, @Nullable NetworkCost cost) {
        FeatureShapes shapes = network.shapes();
        FeatureShape output = shapes.of(times.layer.name());
        long values = output.length();
        for (String read : SegmentPlan.reads(times.layer)) {
            values += shapes.of(read).length();
        }
        if (times.layer instanceof ConvolutionLayer convolution
                && convolution.kernelSize() < convolution.stride()) {
            // It leaves pixels out.
            values -= shapes.of(convolution.input()).length();
            values += (long) convolution.inChannels() * output.height() * output.width();
        }
        if (cost != null) {
            values += cost.parameters() / times.images;
        }
        return values * Float.BYTES;
    }

    private static void run(
            NetworkPlan plan,
            List<LayerTimes> alone,
            List<LayerTimes> together,
            float[] input,
            float[] logits,
            long nanos) {
        long end = System.nanoTime() + nanos;
        for (int pass = 0; pass < LEAST_PASSES || System.nanoTime() < end; pass++) {
            plan.target(logits, 0, plan.images());
            @Nullable NetworkSegment segment = plan.alone();
            if (segment == null) {
                plan.together().input().load(input, 0);
            } else {
                for (int image = 0; image < plan.images(); image++) {
                    segment.input().load(input, image);
                    run(segment, alone);
                    plan.meet(segment, image, plan.images());
                }
            }
            run(plan.together(), together);
        }
    }

    private static void run(NetworkSegment segment, List<LayerTimes> times) {
        for (Turn turn : segment.turns()) {
            times.get(turn.layer()).run(turn);
        }
        times.forEach(LayerTimes::end);
    }

    /** What one layer took each time, all of its turns together. */
    private static final class LayerTimes {
        private final Layer layer;
        private final Step step;
        private final int images;
        private final List<Long> nanos = new ArrayList<>();
        private long running;

        private LayerTimes(Layer layer, Step step, int images) {
            this.layer = layer;
            this.step = step;
            this.images = images;
        }

        static List<LayerTimes> of(NetworkSegment segment, int images) {
            List<LayerTimes> times = new ArrayList<>();
            for (int index = 0; index < segment.steps().length; index++) {
                Layer layer = segment.layers().get(index);
                times.add(new LayerTimes(layer, segment.steps()[index], images));
            }
            return times;
        }

        void run(Turn turn) {
            long start = System.nanoTime();
            turn.run();
            running += System.nanoTime() - start;
        }

        void end() {
            nanos.add(running);
            running = 0;
        }

        void clear() {
            nanos.clear();
        }

        /**
         * What was measured.
         *
         * @param cost null for a layer without weights
         * @param bytes of one image
         */
        LayerTiming timing(double ceiling, @Nullable NetworkCost cost, long bytes) {
            LoopPlan plan = step.plan();
            double median = nanos.stream().sorted().toList().get(nanos.size() / 2);
            double micros = median / 1000 / images;
            long unpadded = cost == null ? 0 : cost.unpaddedMacs();
            return new LayerTiming(
                    layer.name(),
                    plan.family(),
                    plan.tiles(),
                    images,
                    cost == null ? 0 : cost.macs(),
                    unpadded,
                    bytes,
                    ceiling > 0 ? 2 * plan.cost() / ceiling / 1000 / images : 0,
                    micros,
                    ceiling > 0 ? 2 * unpadded / (1000 * micros) / ceiling : 0);
        }
    }
}
