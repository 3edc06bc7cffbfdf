package io.psconv.model.engine;

import io.psconv.model.convolution.ConvolutionForms;
import java.util.List;

/** Chooses the engine that classifies. */
public final class InferenceEngines {
    /** What {@link #choose} takes. */
    public static final List<String> NAMES = List.of("auto", JvmEngine.NAME);

    private InferenceEngines() {}

    /**
     * Picks an engine by name.
     *
     * @param name an engine's name, or {@code auto} for the fastest there is
     * @param convolution form of the JVM engine's convolutions, see {@link ConvolutionForms#choose}
     * @param requireVector whether the JVM engine may not fall back to the scalar form
     * @throws IllegalArgumentException if there is no such engine or form
     * @throws IllegalStateException if this JVM cannot run what was named
     */
    public static InferenceEngine choose(String name, String convolution, boolean requireVector) {
        if (!NAMES.contains(name)) {
            throw new IllegalArgumentException(
                    "engine was '" + name + "' but it must be one of " + NAMES);
        }
        return new JvmEngine(ConvolutionForms.choose(convolution, requireVector));
    }
}
