package io.psconv.model.engine;

import java.util.ArrayList;
import java.util.List;

/** Runs a model on the calling thread, a batch as a few plans of fixed sizes. */
final class JvmClassifier implements Classifier {
    private final ClassifierLimits limits;

    /** By falling number of images. */
    private final NetworkPlan[] plans;

    JvmClassifier(JvmModel model, int maxBatch) {
        this.limits = ClassifierLimits.of(model.model().network(), maxBatch);
        List<NetworkPlan> made = new ArrayList<>();
        for (int images : NetworkPlan.sizes(model)) {
            if (NetworkPlan.least(images) <= maxBatch) {
                made.add(new NetworkPlan(model, images, 1));
            }
        }
        this.plans = made.toArray(new NetworkPlan[0]);
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
            while (end - image >= NetworkPlan.least(plan.images())) {
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
