package io.psconv.model.djl;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import io.psconv.model.network.FeatureShape;

/** Normalised CHW values of one image to its logits. */
record FloatArrayTranslator(FeatureShape shape) implements Translator<float[], float[]> {
    @Override
    public HostBatchifier getBatchifier() {
        return HostBatchifier.INSTANCE;
    }

    @Override
    public NDList processInput(TranslatorContext ctx, float[] input) {
        if (input.length != shape.length()) {
            throw new IllegalArgumentException(
                    "input had '"
                            + input.length
                            + "' values but an image of "
                            + shape
                            + " has "
                            + shape.length());
        }
        return new NDList(
                ctx.getNDManager()
                        .create(input, new Shape(shape.channels(), shape.height(), shape.width())));
    }

    @Override
    public float[] processOutput(TranslatorContext ctx, NDList list) {
        return list.singletonOrThrow().toFloatArray();
    }
}
