package io.psconv.model.convolution;

import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses how convolutions are executed. */
public final class ConvolutionForms {
    /** What {@link #choose} takes. */
    public static final List<String> NAMES = List.of("auto", "vector", "scalar");

    private static final Logger LOG = LoggerFactory.getLogger(ConvolutionForms.class);

    /** Sums of gradients are added up four lanes at a time. */
    private static final int LEAST_LANES = 4;

    private static final String MODULE = "jdk.incubator.vector";
    private static final String MISSING =
            "Vector API not readable, or vectors shorter than 128 bits; start the JVM with"
                    + " --add-modules "
                    + MODULE;

    private ConvolutionForms() {}

    /** The reference form. */
    public static ConvolutionForm scalar() {
        return ScalarSparseConvolution.FORM;
    }

    /**
     * The fast form; empty where the JVM was started without the Vector API, or has vectors of
     * fewer lanes than {@value #LEAST_LANES}.
     */
    public static Optional<ConvolutionForm> vector() {
        if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
            return Optional.empty();
        }
        try {
            // By name, because the class cannot be linked without the module.
            Class<?> form =
                    MethodHandles.lookup()
                            .findClass(
                                    ConvolutionForms.class.getPackageName()
                                            + ".VectorConvolutionForm");
            ConvolutionForm vector = (ConvolutionForm) form.getDeclaredConstructor().newInstance();
            return vector.lanes() < LEAST_LANES ? Optional.empty() : Optional.of(vector);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the vector form is not part of this build", e);
        }
    }

    /** Lanes of the fastest form there is: one without the Vector API. */
    static int lanes() {
        return vector().orElseGet(ConvolutionForms::scalar).lanes();
    }

    /**
     * Picks a form and says in one log line which.
     *
     * @param name {@code vector}, {@code scalar}, or {@code auto} for the fastest there is
     * @param requireVector whether {@code auto} may not fall back to the scalar form
     * @throws IllegalArgumentException if there is no such form
     * @throws IllegalStateException if the vector form is wanted but the JVM lacks the module
     */
    public static ConvolutionForm choose(String name, boolean requireVector) {
        ConvolutionForm form =
                switch (name) {
                    case "scalar" -> scalar();
                    case "vector" -> vector().orElseThrow(() -> new IllegalStateException(MISSING));
                    case "auto" -> fastest(requireVector);
                    default ->
                            throw new IllegalArgumentException(
                                    "convolution form was '"
                                            + name
                                            + "' but it must be one of "
                                            + NAMES);
                };
        LOG.info("convolution form {}: {}", form.name(), form.description());
        return form;
    }

    private static ConvolutionForm fastest(boolean requireVector) {
        Optional<ConvolutionForm> vector = vector();
        if (vector.isEmpty() && requireVector) {
            throw new IllegalStateException(
                    MISSING
                            + ", or allow the scalar form, many times slower, with"
                            + " classify.engine.require-vector=false");
        }
        return vector.orElseGet(
                () -> {
                    LOG.warn("using the scalar convolution: {}", MISSING);
                    return scalar();
                });
    }
}
