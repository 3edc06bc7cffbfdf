package io.psconv.bench.gpu;

import io.psconv.model.dataset.LabelledImages;
import io.psconv.model.engine.Classifier;
import io.psconv.model.engine.InferenceEngine;
import io.psconv.model.engine.LoadedModel;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.UntrainedModel;
import io.psconv.model.network.Architectures;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.pattern.Variant;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Compares an engine with a reference, logit by logit.
 *
 * @param reference what is right
 * @param engine what is checked
 * @param tolerance largest distance of an image's logits, as a part of their norm
 */
public record AgreementCheck(InferenceEngine reference, InferenceEngine engine, double tolerance) {
    /** Images whose label must be the same. */
    private static final double SAME_LABELS = 0.998;

    private static final FeatureShape CIFAR = new FeatureShape(3, 32, 32);
    private static final int CLASSES = 10;
    private static final long SEED = 1;

    /** Odd ones, and full ones, of which the last leaves most behind for the next. */
    private static final List<Integer> BATCHES = List.of(7, 1, 3, 32);

    private static final int LARGEST = 32;

    /**
     * Every variant of a network with random weights, on random images, in batches odd and even.
     *
     * @param variants by name
     */
    public CheckRow untrained(String label, String architecture, List<Variant> variants) {
        LogitAgreement all = new LogitAgreement(0, 0, 0);
        for (Variant variant : variants) {
            CompressedModel model =
                    UntrainedModel.create(
                            Architectures.create(architecture, CIFAR, CLASSES), variant, SEED);
            all = all.and(random(model));
        }
        return CheckRow.must(
                label + " " + architecture + ", " + variants.size() + " variants, random",
                text(all.largestDistance()),
                "at most " + text(tolerance),
                all.largestDistance() <= tolerance);
    }

    private LogitAgreement random(CompressedModel model) {
        int length = model.network().input().length();
        float[] images = new float[LARGEST * length];
        Random random = new Random(SEED);
        for (int index = 0; index < images.length; index++) {
            images[index] = (float) random.nextGaussian();
        }
        float[] expected = new float[LARGEST * CLASSES];
        try (LoadedModel right = reference.load(model);
                Classifier classifier = right.newClassifier(LARGEST)) {
            classifier.classify(images, LARGEST, expected);
        }
        LogitAgreement all = new LogitAgreement(0, 0, 0);
        try (LoadedModel loaded = engine.load(model);
                Classifier classifier = loaded.newClassifier(LARGEST)) {
            for (int batch : BATCHES) {
                float[] found = new float[batch * CLASSES];
                classifier.classify(images, batch, found);
                float[] first = new float[batch * CLASSES];
                System.arraycopy(expected, 0, first, 0, first.length);
                all = all.and(LogitAgreement.of(first, found, CLASSES));
            }
        }
        return all;
    }

    /** A trained model on real images; most of their labels must be the same as well. */
    public CheckRow trained(String label, CompressedModel model, LabelledImages images) {
        int classes = model.network().classes();
        LogitAgreement found =
                LogitAgreement.of(
                        logits(reference, model, images), logits(engine, model, images), classes);
        return CheckRow.must(
                label + ", " + images.count() + " images",
                text(found.largestDistance())
                        + String.format(
                                Locale.ROOT,
                                ", %.2f %% the same label",
                                100 * found.sameLabelShare()),
                "at most "
                        + text(tolerance)
                        + String.format(Locale.ROOT, ", at least %.1f %%", 100 * SAME_LABELS),
                found.largestDistance() <= tolerance && found.sameLabelShare() >= SAME_LABELS);
    }

    private static float[] logits(
            InferenceEngine engine, CompressedModel model, LabelledImages images) {
        int length = model.network().input().length();
        int classes = model.network().classes();
        float[][] tables = images.tables(model.metadata().normalisation());
        float[] input = new float[LARGEST * length];
        float[] batchLogits = new float[LARGEST * classes];
        float[] logits = new float[images.count() * classes];
        try (LoadedModel loaded = engine.load(model);
                Classifier classifier = loaded.newClassifier(LARGEST)) {
            for (int from = 0; from < images.count(); from += LARGEST) {
                int batch = Math.min(LARGEST, images.count() - from);
                for (int image = 0; image < batch; image++) {
                    images.copyInput(from + image, tables, input, image * length);
                }
                classifier.classify(input, batch, batchLogits);
                System.arraycopy(batchLogits, 0, logits, from * classes, batch * classes);
            }
        }
        return logits;
    }

    private static String text(double distance) {
        return String.format(Locale.ROOT, "%.1e of the norm", distance);
    }
}
