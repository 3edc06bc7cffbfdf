package io.psconv.model.engine;

import io.psconv.model.convolution.ConvolutionScratch;
import java.util.List;

/** Runs a model on the calling thread, a batch as a few plans of fixed sizes. */
final class JvmClassifier implements Classifier {
    private final ClassifierLimits limits;

    /** By falling number of images from which they are worth running. */
    private final NetworkPlan[] plans;

    JvmClassifier(JvmModel model, int maxBatch) {
        this.limits = ClassifierLimits.of(model.model().network(), maxBatch);
        List<BatchPlan> planned =
                BatchPlan.all(model).stream().filter(plan -> plan.least() <= maxBatch).toList();
        // Plans run one after another, and keep nothing: all of them in the same memory.
        int length = planned.stream().mapToInt(BatchPlan::length).max().orElseThrow();
        float[] memory = NetworkPlan.memory(length);
        ConvolutionScratch scratch = new ConvolutionScratch(1);
        this.plans =
                planned.stream()
                        .map(plan -> new NetworkPlan(model, plan, memory, scratch))
                        .toArray(NetworkPlan[]::new);
    }

    @Override
    public int maxBatch() {
        return limits.maxBatch();
    }

    @Override
    public void classify(float[] input, int batch, float[] logits) {
        limits.check(input, batch, logits);
        classify(input, 0, batch, logits);
    }

    /** Classifies images from {@code first} to below {@code end}. */
    void classify(float[] input, int first, int end, float[] logits) {
        int image = first;
        for (NetworkPlan plan : plans) {
            while (end - image >= plan.least()) {
                int count = Math.min(plan.images(), end - image);
                plan.run(input, image, count, logits);
                image += count;
            }
        }
    }

    @Override
    public void close() {
        // Maps are plain arrays: they go with the classifier.
    }
}
