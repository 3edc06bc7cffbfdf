package io.psconv.tests.golden;

import io.psconv.model.convolution.ConvolutionForms;
import io.psconv.model.dataset.LabelledImages;
import io.psconv.model.engine.Classifier;
import io.psconv.model.engine.InferenceEngine;
import io.psconv.model.engine.JvmEngine;
import io.psconv.model.engine.LoadedModel;
import io.psconv.model.format.CompressedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Classifies whole sets of images on two threads, each with a classifier and a range of its own.
 */
final class TestAccuracy {
    private static final int THREADS = 2;
    private static final int BATCH = 32;

    private TestAccuracy() {}

    /** Images whose largest logit is that of their label. */
    static int right(CompressedModel model, LabelledImages images) throws Exception {
        int[] labels = labels(logits(model, images), model.network().classes());
        int right = 0;
        for (int image = 0; image < images.count(); image++) {
            right += labels[image] == images.label(image) ? 1 : 0;
        }
        return right;
    }

    /** The class of the largest logit of each image. */
    static int[] labels(float[] logits, int classes) {
        int[] labels = new int[logits.length / classes];
        for (int image = 0; image < labels.length; image++) {
            int best = 0;
            for (int label = 1; label < classes; label++) {
                if (logits[image * classes + label] > logits[image * classes + best]) {
                    best = label;
                }
            }
            labels[image] = best;
        }
        return labels;
    }

    /** Logits {@code (images, classes)} of the JVM engine. */
    static float[] logits(CompressedModel model, LabelledImages images) throws Exception {
        return logits(new JvmEngine(ConvolutionForms.vector().orElseThrow()), model, images);
    }

    /** Logits {@code (images, classes)}. */
    static float[] logits(InferenceEngine engine, CompressedModel model, LabelledImages images)
            throws Exception {
        float[] logits = new float[images.count() * model.network().classes()];
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try (LoadedModel loaded = engine.load(model)) {
            List<Future<?>> ranges = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                int from = images.count() * thread / THREADS;
                int to = images.count() * (thread + 1) / THREADS;
                ranges.add(threads.submit(() -> classify(loaded, images, from, to, logits)));
            }
            for (Future<?> range : ranges) {
                range.get();
            }
        } finally {
            threads.shutdownNow();
        }
        return logits;
    }

    private static void classify(
            LoadedModel loaded, LabelledImages images, int from, int to, float[] logits) {
        float[][] tables = images.tables(loaded.model().metadata().normalisation());
        int classes = loaded.model().network().classes();
        int length = images.shape().length();
        float[] input = new float[BATCH * length];
        float[] made = new float[BATCH * classes];
        try (Classifier classifier = loaded.newClassifier(BATCH)) {
            for (int first = from; first < to; first += BATCH) {
                int batch = Math.min(BATCH, to - first);
                for (int image = 0; image < batch; image++) {
                    images.copyInput(first + image, tables, input, image * length);
                }
                classifier.classify(input, batch, made);
                System.arraycopy(made, 0, logits, first * classes, batch * classes);
            }
        }
    }
}
