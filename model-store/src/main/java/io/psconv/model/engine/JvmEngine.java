package io.psconv.model.engine;

import io.psconv.model.convolution.ConvolutionForm;
import io.psconv.model.format.CompressedModel;

/** Runs networks on the calling thread with loops over stored entries; pure Java. */
public final class JvmEngine implements InferenceEngine {
    /** Name of this engine in options and records. */
    public static final String NAME = "jvm";

    private final ConvolutionForm form;

    public JvmEngine(ConvolutionForm form) {
        this.form = form;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public LoadedModel load(CompressedModel model) {
        return new JvmModel(model, form);
    }
}
