package io.psconv.model.engine;

import io.psconv.model.convolution.ConvolutionForms;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.GoldenVectors;
import io.psconv.model.network.FeatureShape;
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
        float[] logits = classify(reference, pixels, count);
        return new GoldenVectors(count, pixels.clone(), logits, FP32_TOLERANCE);
    }

    /**
     * Runs a loaded model over its golden inputs.
     *
     * @throws GoldenMismatchException if a logit is further off than the tolerance; a model without
     *     golden vectors passes
     */
    public static void verify(LoadedModel loaded) {
        @Nullable GoldenVectors golden = loaded.model().golden();
        if (golden == null) {
            return;
        }
        float[] logits = classify(loaded, golden.input(), golden.count());
        int classes = loaded.model().network().classes();
        for (int index = 0; index < logits.length; index++) {
            float difference = Math.abs(logits[index] - golden.logits()[index]);
            if (!(difference <= golden.tolerance())) {
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
                                + golden.tolerance()
                                + "; the file is damaged or engine '"
                                + loaded.engine()
                                + "' computes wrongly here: publish the model again");
            }
        }
    }

    private static float[] classify(LoadedModel loaded, byte[] pixels, int count) {
        CompressedModel model = loaded.model();
        FeatureShape shape = model.network().input();
        int classes = model.network().classes();
        float[] input = new float[BATCH * shape.length()];
        float[] batchLogits = new float[BATCH * classes];
        float[] logits = new float[count * classes];
        try (Classifier classifier = loaded.newClassifier(BATCH)) {
            for (int from = 0; from < count; from += BATCH) {
                int batch = Math.min(BATCH, count - from);
                int channelLength = shape.height() * shape.width();
                model.metadata().normalisation().apply(pixels, from, batch, channelLength, input);
                classifier.classify(input, batch, batchLogits);
                System.arraycopy(batchLogits, 0, logits, from * classes, batch * classes);
            }
        }
        return logits;
    }
}
