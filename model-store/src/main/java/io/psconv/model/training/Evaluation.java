package io.psconv.model.training;

import io.psconv.model.convolution.ConvolutionForm;
import io.psconv.model.dataset.LabelledImages;
import io.psconv.model.engine.Classifier;
import io.psconv.model.engine.JvmEngine;
import io.psconv.model.engine.LoadedModel;
import io.psconv.model.format.CompressedModel;
import java.util.OptionalDouble;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;

/** Measures accuracy on all labelled images of a set with the JVM engine. Not thread-safe. */
public final class Evaluation implements AutoCloseable {
    private static final int BATCH_PER_THREAD = 16;
    private static final double PROBE_SECONDS = 2.5;

    /** A probe's best batch against the mean of all. */
    private static final double SPREAD = 1.25;

    private final ConvolutionForm form;
    private final LabelledImages images;
    private final int threads;
    private final int batch;
    private final ExecutorService executor;

    /**
     * Starts the threads.
     *
     * @param images labelled, at least one
     * @param threads that compute, 1 to 1024
     */
    public Evaluation(ConvolutionForm form, LabelledImages images, int threads) {
        this.form = form;
        this.images = images;
        this.threads = threads;
        this.batch = BATCH_PER_THREAD * threads;
        this.executor =
                Executors.newFixedThreadPool(
                        threads,
                        work -> {
                            Thread thread = new Thread(work, "psconv-evaluation");
                            thread.setDaemon(true);
                            return thread;
                        });
    }

    /**
     * Classifies all images.
     *
     * @param done told how many images are classified, after each batch
     * @param stop asked before each batch
     * @return images whose largest logit was their label's, as a share; empty if stopped
     */
    public OptionalDouble accuracy(CompressedModel model, IntConsumer done, BooleanSupplier stop) {
        int right = 0;
        try (LoadedModel loaded = load(model);
                Run run = new Run(loaded)) {
            for (int from = 0; from < images.count(); from += batch) {
                if (stop.getAsBoolean()) {
                    return OptionalDouble.empty();
                }
                right += run.right(from);
                done.accept(Math.min(images.count(), from + batch));
            }
        }
        return OptionalDouble.of((double) right / images.count());
    }

    /** Says from a few seconds' work how many seconds {@link #accuracy} will take about. */
    double estimateSeconds(CompressedModel model, LongSupplier nanoTime) {
        double best = Double.POSITIVE_INFINITY;
        long start = nanoTime.getAsLong();
        try (LoadedModel loaded = load(model);
                Run run = new Run(loaded)) {
            for (int from = 0; from < images.count(); from += batch) {
                long before = nanoTime.getAsLong();
                run.right(from);
                long after = nanoTime.getAsLong();
                best = Math.min(best, (after - before) / 1e9);
                if ((after - start) / 1e9 > PROBE_SECONDS) {
                    break;
                }
            }
        }
        return SPREAD * best * Math.ceil((double) images.count() / batch);
    }

    private LoadedModel load(CompressedModel model) {
        return new JvmEngine(form, executor, threads).load(model);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }

    private final class Run implements AutoCloseable {
        private final Classifier classifier;
        private final int classes;
        private final int length = images.shape().length();
        private final float[][] tables;
        private final float[] input = new float[batch * length];
        private final float[] logits;

        Run(LoadedModel loaded) {
            classes = loaded.model().network().classes();
            tables = images.tables(loaded.model().metadata().normalisation());
            logits = new float[batch * classes];
            classifier = loaded.newClassifier(batch);
        }

        int right(int from) {
            int count = Math.min(batch, images.count() - from);
            for (int image = 0; image < count; image++) {
                images.copyInput(from + image, tables, input, image * length);
            }
            classifier.classify(input, count, logits);
            int right = 0;
            for (int image = 0; image < count; image++) {
                right += best(image * classes) == images.label(from + image) ? 1 : 0;
            }
            return right;
        }

        private int best(int start) {
            int best = 0;
            for (int index = 1; index < classes; index++) {
                best = logits[start + index] > logits[start + best] ? index : best;
            }
            return best;
        }

        @Override
        public void close() {
            classifier.close();
        }
    }
}
