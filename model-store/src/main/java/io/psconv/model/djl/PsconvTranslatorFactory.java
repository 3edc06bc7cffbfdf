package io.psconv.model.djl;

import ai.djl.Model;
import ai.djl.modality.Classifications;
import ai.djl.modality.Input;
import ai.djl.modality.Output;
import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.translator.BaseImageTranslatorFactory;
import ai.djl.translate.Translator;
import ai.djl.util.Pair;
import java.lang.reflect.Type;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Makes translators of pSConv models for every type that an image comes in.
 *
 * <p>From {@link Image}, {@code Path}, {@code URL}, {@code InputStream} or {@code String} (an
 * address) to {@link Classifications}, from {@link Input} to {@link Output} for servers, and from
 * {@code float[]}, normalised CHW, to {@code float[]}, logits. {@code Image} to {@code
 * Classifications} and {@code NDList} to {@code NDList} work without naming it.
 */
public final class PsconvTranslatorFactory extends BaseImageTranslatorFactory<Classifications> {
    /** Also called by DJL, where the argument {@code translatorFactory} names this class. */
    public PsconvTranslatorFactory() {}

    @Override
    public Class<Classifications> getBaseOutputType() {
        return Classifications.class;
    }

    @Override
    public Set<Pair<Type, Type>> getSupportedTypes() {
        Set<Pair<Type, Type>> types = new HashSet<>(super.getSupportedTypes());
        types.add(new Pair<>(float[].class, float[].class));
        return types;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <I, O> Translator<I, O> newInstance(
            Class<I> input, Class<O> output, Model model, Map<String, ?> arguments) {
        if (input == float[].class && output == float[].class) {
            return (Translator<I, O>)
                    new FloatArrayTranslator(PsconvModel.of(model).model().network().input());
        }
        return super.newInstance(input, output, model, arguments);
    }

    @Override
    protected Translator<Image, Classifications> buildBaseTranslator(
            Model model, Map<String, ?> arguments) {
        return ImageTranslator.of(PsconvModel.of(model));
    }
}
