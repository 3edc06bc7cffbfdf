package io.psconv.model.engine;

import io.psconv.model.convolution.ConvolutionForm;
import io.psconv.model.format.CompressedModel;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Runs networks with loops over stored entries; pure Java. */
public final class JvmEngine implements InferenceEngine {
    /** Name of this engine in options and records. */
    public static final String NAME = "jvm";

    private final ConvolutionForm form;
    private final @Nullable Executor executor;
    private final int threads;

    /** An engine whose classifiers compute on the calling thread. */
    public JvmEngine(ConvolutionForm form) {
        this.form = form;
        this.executor = null;
        this.threads = 1;
    }

    /**
     * An engine whose classifiers share each batch among threads, or where the batch is one image
     * the filters of each layer.
     *
     * @param executor where threads besides the calling one come from; it may be busy
     * @param threads how many compute at most, the calling one among them, 1 to 1024
     */
    public JvmEngine(ConvolutionForm form, Executor executor, int threads) {
        if (threads < 1 || threads > 1024) {
            throw new IllegalArgumentException(
                    "threads was '" + threads + "' but it must be between 1 and 1024");
        }
        this.form = form;
        this.executor = executor;
        this.threads = threads;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public LoadedModel load(CompressedModel model) {
        return new JvmModel(model, form, executor, threads);
    }
}
