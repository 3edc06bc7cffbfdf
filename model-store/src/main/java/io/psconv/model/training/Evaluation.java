package io.psconv.model.training;

import io.psconv.model.convolution.ConvolutionForm;
import io.psconv.model.dataset.LabelledImages;
import io.psconv.model.engine.Classifier;
import io.psconv.model.engine.JvmEngine;
import io.psconv.model.engine.LoadedModel;
import io.psconv.model.format.CompressedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

/** Measures accuracy on all labelled images of a set with the JVM engine. Not thread-safe. */
public final class Evaluation implements AutoCloseable {
    private static final int BATCH = 16;

    private final ConvolutionForm form;
    private final LabelledImages images;
    private final int threads;
    private final ExecutorService executor;

    /**
     * Makes the threads, which start with the first evaluation.
     *
     * @param images labelled, at least one
     * @param threads that classify, at least 1
     */
    public Evaluation(ConvolutionForm form, LabelledImages images, int threads) {
        this.form = form;
        this.images = images;
        this.threads = threads;
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
     * @param done told how many images are classified, after each batch, by one thread at a time
     * @param stop asked before each batch, by any thread
     * @return images whose largest logit was their label's, as a share; empty if stopped
     */
    public OptionalDouble accuracy(CompressedModel model, IntConsumer done, BooleanSupplier stop) {
        Tally tally = new Tally(done);
        classify(model, tally, stop);
        return tally.images == images.count()
                ? OptionalDouble.of((double) tally.right / images.count())
                : OptionalDouble.empty();
    }

    /**
     * Has every thread classify batch after batch on its own: unlike threads that share a batch,
     * none waits for another that the machine has no time for.
     */
    private void classify(CompressedModel model, Tally tally, BooleanSupplier stop) {
        SharedParts batches = new SharedParts((images.count() - 1) / BATCH + 1);
        try (LoadedModel loaded = new JvmEngine(form).load(model)) {
            List<Runnable> runs = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                runs.add(() -> new Run(loaded).classify(batches, tally, stop));
            }
            batches.run(executor, runs);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while images were classified", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the images could not be classified", e.getCause());
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }

    private static final class Tally {
        private final IntConsumer done;
        private int images;
        private int right;

        Tally(IntConsumer done) {
            this.done = done;
        }

        synchronized void add(int moreImages, int moreRight) {
            images += moreImages;
            right += moreRight;
            done.accept(images);
        }
    }

    private final class Run {
        private final LoadedModel loaded;
        private final int classes;
        private final int length = images.shape().length();
        private final float[][] tables;
        private final float[] input = new float[BATCH * length];
        private final float[] logits;

        Run(LoadedModel loaded) {
            this.loaded = loaded;
            this.classes = loaded.model().network().classes();
            this.tables = images.tables(loaded.model().metadata().normalisation());
            this.logits = new float[BATCH * classes];
        }

        void classify(SharedParts batches, Tally tally, BooleanSupplier stop) {
            try (Classifier classifier = loaded.newClassifier(BATCH)) {
                int batch = batches.next();
                while (batch != SharedParts.NONE && !stop.getAsBoolean()) {
                    int from = batch * BATCH;
                    int count = Math.min(BATCH, images.count() - from);
                    for (int image = 0; image < count; image++) {
                        images.copyInput(from + image, tables, input, image * length);
                    }
                    classifier.classify(input, count, logits);
                    tally.add(count, right(from, count));
                    batch = batches.next();
                }
            }
        }

        private int right(int from, int count) {
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
    }
}
