package io.psconv.model.djl;

import ai.djl.modality.Classifications;
import ai.djl.modality.cv.Image;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.network.FeatureShape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Images to classes as the model's file says: size, normalisation and labels are its own.
 *
 * <p>Pixels are taken as DJL's {@link Image} gives them, without transparency.
 */
final class ImageTranslator implements Translator<Image, Classifications> {
    private static final int DEFAULT_TOP_K = 5;

    private final ImageInput input;
    private final List<String> labels;
    private final int topK;

    private ImageTranslator(ImageInput input, List<String> labels, int topK) {
        this.input = input;
        this.labels = labels;
        this.topK = topK;
    }

    /** The translator of a model; DJL's arguments are among the model's properties. */
    static ImageTranslator of(PsconvModel model) {
        CompressedModel file = model.model();
        return new ImageTranslator(
                new ImageInput(file.network().input(), file.metadata().normalisation()),
                file.metadata().labels(),
                topK(model.getProperty("topK")));
    }

    private static int topK(@Nullable String given) {
        int topK = DEFAULT_TOP_K;
        try {
            topK = given == null ? DEFAULT_TOP_K : Integer.parseInt(given);
        } catch (NumberFormatException e) {
            topK = 0;
        }
        if (topK < 1) {
            throw new IllegalArgumentException(
                    "argument 'topK' was '" + given + "' but it must be a whole number from 1");
        }
        return topK;
    }

    @Override
    public HostBatchifier getBatchifier() {
        return HostBatchifier.INSTANCE;
    }

    @Override
    public NDList processInput(TranslatorContext ctx, Image image) {
        byte[] rgb;
        try (NDArray pixels = image.toNDArray(ctx.getNDManager(), Image.Flag.COLOR)) {
            rgb = pixels.toByteArray();
        }
        FeatureShape shape = input.shape();
        float[] values = input.of(rgb, image.getHeight(), image.getWidth());
        return new NDList(
                ctx.getNDManager()
                        .create(
                                values,
                                new Shape(shape.channels(), shape.height(), shape.width())));
    }

    @Override
    public Classifications processOutput(TranslatorContext ctx, NDList list) {
        Classifications classes =
                new Classifications(labels, softmax(list.singletonOrThrow().toFloatArray()));
        classes.setTopK(topK);
        return classes;
    }

    private static List<Double> softmax(float[] logits) {
        double largest = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            largest = Math.max(largest, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - largest);
        }
        List<Double> probabilities = new ArrayList<>(logits.length);
        for (float logit : logits) {
            probabilities.add(Math.exp(logit - largest) / sum);
        }
        return probabilities;
    }
}
