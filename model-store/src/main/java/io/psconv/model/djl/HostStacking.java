package io.psconv.model.djl;

import ai.djl.ndarray.NDList;
import ai.djl.translate.StackBatchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import ai.djl.translate.TranslatorOptions;
import java.util.Arrays;

/**
 * A user's translator that stacks as DJL does by default, made to stack without an engine's arrays.
 *
 * @param <I> as the user's
 * @param <O> as the user's
 */
final class HostStacking<I, O> implements Translator<I, O> {
    private final Translator<I, O> translator;

    HostStacking(Translator<I, O> translator) {
        this.translator = translator;
    }

    /** Whether a translator leaves making batches to DJL's stacking. */
    static boolean needs(Translator<?, ?> translator) {
        return translator.getBatchifier() instanceof StackBatchifier
                && Arrays.stream(translator.getClass().getMethods())
                        .filter(method -> method.getName().startsWith("batchProcess"))
                        .allMatch(method -> method.getDeclaringClass() == Translator.class);
    }

    @Override
    public HostBatchifier getBatchifier() {
        return HostBatchifier.INSTANCE;
    }

    @Override
    public void prepare(TranslatorContext ctx) throws Exception {
        translator.prepare(ctx);
    }

    @Override
    public NDList processInput(TranslatorContext ctx, I input) throws Exception {
        return translator.processInput(ctx, input);
    }

    @Override
    public O processOutput(TranslatorContext ctx, NDList list) throws Exception {
        return translator.processOutput(ctx, list);
    }

    @Override
    public TranslatorOptions getExpansions() {
        return translator.getExpansions();
    }
}
