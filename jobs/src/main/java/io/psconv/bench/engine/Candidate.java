package io.psconv.bench.engine;

import io.psconv.model.engine.Classifier;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** A classifier that is measured, with what was measured so far. */
final class Candidate implements Contestant {
    private static final int DIGITS = 3;
    private static final double NANOS_PER_MILLI = 1e6;

    private final Subject.AtBatch what;
    private final Runnable claim;
    private final Classifier classifier;
    private final float[] input;
    private final float[] logits;
    private final @Nullable Double mostImagesPerSecond;
    private final List<Double> imagesPerSecond = new ArrayList<>();
    private final Histogram callNanos = new Histogram(DIGITS);

    /**
     * Makes one.
     *
     * @param claim sets what the engine keeps for the whole process, before each slice
     * @param input images, at least the batch
     * @param logits room for the answers, shared, because nobody reads them while measuring
     * @param mostImagesPerSecond what a device's memory allows; null where that is not reckoned
     */
    Candidate(
            Subject.AtBatch what,
            Runnable claim,
            Classifier classifier,
            float[] input,
            float[] logits,
            @Nullable Double mostImagesPerSecond) {
        this.mostImagesPerSecond = mostImagesPerSecond;
        this.what = what;
        this.claim = claim;
        this.classifier = classifier;
        this.input = input;
        this.logits = logits;
    }

    @Override
    public Measurement measurement() {
        return new Measurement(
                what,
                imagesPerSecond,
                callNanos.getValueAtPercentile(50) / NANOS_PER_MILLI,
                mostImagesPerSecond);
    }

    @Override
    public void warmUp(long nanos) {
        claim.run();
        long start = System.nanoTime();
        do {
            classifier.classify(input, what.batch(), logits);
        } while (System.nanoTime() - start < nanos);
    }

    @Override
    public void runSlice(long nanos) {
        claim.run();
        // Brings code and data back that the others' slices have driven out of the caches.
        classifier.classify(input, what.batch(), logits);
        long calls = 0;
        long start = System.nanoTime();
        long before = start;
        long now;
        do {
            classifier.classify(input, what.batch(), logits);
            now = System.nanoTime();
            callNanos.recordValue(now - before);
            before = now;
            calls++;
        } while (now - start < nanos);
        imagesPerSecond.add(calls * what.batch() * 1e9 / (now - start));
    }
}
