package io.psconv.model.training;

import io.psconv.model.convolution.ConvolutionForm;
import io.psconv.model.convolution.ConvolutionForms;
import io.psconv.model.format.CompressedModel;

/**
 * Training on this project's own loops over stored values.
 *
 * <p>A step costs multiply–accumulates in proportion to what is stored, forward and back. Sums run
 * in a fixed order, so results do not depend on the number of threads.
 */
public final class JvmTrainingEngine implements TrainingEngine {
    /** Name of the engine in options and records. */
    public static final String NAME = "jvm";

    private final ConvolutionForm form;

    /**
     * Makes the engine.
     *
     * @throws IllegalStateException if the JVM was started without the Vector API
     */
    public JvmTrainingEngine() {
        this.form = ConvolutionForms.choose("vector", true);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return form.description();
    }

    @Override
    public int batchMultiple() {
        return TrainingStep.SLOT;
    }

    @Override
    public DifferentiableNetwork open(CompressedModel start, int batch, int threads) {
        if (batch < 1 || batch % TrainingStep.SLOT != 0) {
            throw new IllegalArgumentException(
                    "batch was '" + batch + "' but it must be a multiple of " + TrainingStep.SLOT);
        }
        if (threads < 1) {
            throw new IllegalArgumentException(
                    "threads was '" + threads + "' but it must be at least 1");
        }
        return new JvmNetwork(start, batch, threads);
    }
}
