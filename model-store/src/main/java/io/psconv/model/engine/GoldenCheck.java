package io.psconv.model.engine;

import io.psconv.model.convolution.ConvolutionForms;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.GoldenVectors;
import io.psconv.model.network.FeatureShape;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Makes golden vectors with the reference loops, and holds an engine against them. */
public final class GoldenCheck {
    /** Largest difference of a logit that an fp32 engine is given by {@link #compute}. */
    public static final float FP32_TOLERANCE = 1e-3f;

    private static final int BATCH = 8;

    private GoldenCheck() {}

    /**
     * Computes golden vectors with the scalar form, the slowest and plainest there is.
     *
     * @param pixels NCHW {@code (count, channels, height, width)}, unsigned
     */
    public static GoldenVectors compute(CompressedModel model, byte[] pixels, int count) {
        LoadedModel reference = new JvmEngine(ConvolutionForms.scalar()).load(model);
        float[] logits;
        try (Classifier classifier = reference.newClassifier(BATCH)) {
            logits = classify(model, classifier, pixels, count);
        }
        return new GoldenVectors(count, pixels.clone(), logits, FP32_TOLERANCE);
    }

    /**
     * Runs a loaded model over its golden inputs.
     *
     * @throws GoldenMismatchException if a logit is further off than the tolerance; a model without
     *     golden vectors passes
     */
    public static void verify(LoadedModel loaded) {
        verify(loaded.model(), loaded.engine(), loaded.relativeTolerance(), loaded::newClassifier);
    }

    /**
     * The same for a model that an engine is not done with loading.
     *
     * @param engine its name, for the message
     * @param relativeTolerance as {@link LoadedModel#relativeTolerance}
     * @param classifiers makes one of a largest batch
     */
    public static void verify(
            CompressedModel model,
            String engine,
            double relativeTolerance,
            IntFunction<Classifier> classifiers) {
        @Nullable GoldenVectors golden = model.golden();
        if (golden == null) {
            return;
        }
        float[] logits;
        try (Classifier classifier = classifiers.apply(BATCH)) {
            logits = classify(model, classifier, golden.input(), golden.count());
        }
        int classes = model.network().classes();
        for (int index = 0; index < logits.length; index++) {
            double tolerance =
                    Math.max(
                            golden.tolerance(),
                            relativeTolerance * norm(golden, index / classes, classes));
            float difference = Math.abs(logits[index] - golden.logits()[index]);
            if (!(difference <= tolerance)) {
                throw new GoldenMismatchException(
                        "logit "
                                + index % classes
                                + " of golden image "
                                + index / classes
                                + " was '"
                                + logits[index]
                                + "' but it must be "
                                + golden.logits()[index]
                                + " within "
                                + (float) tolerance
                                + "; the file is damaged or engine '"
                                + engine
                                + "' computes wrongly here: publish the model again");
            }
        }
    }

    private static double norm(GoldenVectors golden, int image, int classes) {
        double squares = 0;
        for (int index = image * classes; index < (image + 1) * classes; index++) {
            squares += (double) golden.logits()[index] * golden.logits()[index];
        }
        return Math.sqrt(squares);
    }

    private static float[] classify(
            CompressedModel model, Classifier classifier, byte[] pixels, int count) {
        FeatureShape shape = model.network().input();
        int classes = model.network().classes();
        float[] input = new float[BATCH * shape.length()];
        float[] batchLogits = new float[BATCH * classes];
        float[] logits = new float[count * classes];
        for (int from = 0; from < count; from += BATCH) {
            int batch = Math.min(BATCH, count - from);
            int channelLength = shape.height() * shape.width();
            model.metadata().normalisation().apply(pixels, from, batch, channelLength, input);
            classifier.classify(input, batch, batchLogits);
            System.arraycopy(batchLogits, 0, logits, from * classes, batch * classes);
        }
        return logits;
    }
}
