package io.psconv.model.engine;

import io.psconv.model.convolution.ConvolutionScratch;
import io.psconv.model.convolution.FeatureMaps;
import org.jspecify.annotations.Nullable;

/** A network bound to memory for a fixed number of images. Not thread-safe. */
final class NetworkPlan {
    private final BatchPlan plan;
    private final LogitsTarget logits = new LogitsTarget();
    private final @Nullable NetworkSegment alone;
    private final NetworkSegment together;

    /** What images have become alone, until all of them can be interleaved. */
    private final FeatureMaps[] kept;

    /**
     * Binds a plan.
     *
     * @param memory for all maps, from {@link #memory}; other plans may use it between runs
     * @param scratch likewise
     */
    NetworkPlan(JvmModel model, BatchPlan plan, float[] memory, ConvolutionScratch scratch) {
        this.plan = plan;
        this.together = new NetworkSegment(model, plan.together(), memory, 0, scratch, logits);
        int start = plan.together().length();
        @Nullable SegmentPlan first = plan.alone();
        if (first == null) {
            this.alone = null;
        } else {
            this.alone = new NetworkSegment(model, first, memory, start, scratch, logits);
            start += first.length();
        }
        this.kept = new FeatureMaps[plan.kept()];
        for (int image = 0; image < kept.length; image++) {
            kept[image] = plan.keptIn(memory, start + image * plan.keptLength());
        }
    }

    /**
     * A plan with memory of its own.
     *
     * @param images as {@link BatchPlan#of} takes them
     * @param threads how many may take parts of a phase at the same time
     */
    static NetworkPlan of(JvmModel model, int images, int threads) {
        BatchPlan plan = BatchPlan.of(model, images);
        return new NetworkPlan(model, plan, memory(plan.length()), new ConvolutionScratch(threads));
    }

    /** Memory for maps of so many values. */
    static float[] memory(int length) {
        return ConvolutionScratch.aligned(Math.addExact(FeatureMaps.ALIGNED_START, length));
    }

    int images() {
        return plan.images();
    }

    /** Images from which the plan is worth running. */
    int least() {
        return plan.least();
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
        for (Turn turn : segment.turns()) {
            turn.run();
        }
    }
}
