package io.psconv.model.djl;

import io.psconv.model.convolution.ConvolutionForms;
import io.psconv.model.engine.InferenceEngine;
import io.psconv.model.engine.InferenceEngines;
import io.psconv.model.engine.JvmEngine;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What {@code Criteria.optOption} can set.
 *
 * @param convolution form of the convolutions, see {@link ConvolutionForms#choose}
 * @param requireVector whether to fail rather than fall back to the scalar form
 * @param maxBatch images computed at once, 1 to 1024; larger batches are split
 */
record LoadOptions(String convolution, boolean requireVector, int maxBatch) {
    private static final String CONVOLUTION = "convolution";
    private static final String REQUIRE_VECTOR = "requireVector";
    private static final String MAX_BATCH = "maxBatch";

    /** DJL's own, read before a model is loaded and handed on. */
    private static final String MODEL_NAME = "modelName";

    private static final int LARGEST_BATCH = 1024;

    LoadOptions {
        if (!ConvolutionForms.NAMES.contains(convolution)) {
            throw new IllegalArgumentException(
                    "option '"
                            + CONVOLUTION
                            + "' was '"
                            + convolution
                            + "' but it must be one of "
                            + ConvolutionForms.NAMES);
        }
        if (maxBatch < 1 || maxBatch > LARGEST_BATCH) {
            throw wrongMaxBatch(Integer.toString(maxBatch));
        }
    }

    /**
     * Reads options as DJL passes them.
     *
     * @throws IllegalArgumentException if one is unknown or its value wrong
     */
    static LoadOptions of(@Nullable Map<String, ?> options) {
        Map<String, ?> given = options == null ? Map.of() : options;
        checkNames(given);
        return new LoadOptions(
                text(given, CONVOLUTION, "auto"),
                flag(text(given, REQUIRE_VECTOR, "false")),
                number(text(given, MAX_BATCH, "32")));
    }

    /**
     * The engine that was asked for.
     *
     * @throws IllegalStateException if this JVM cannot run it
     */
    InferenceEngine engine() {
        if (requireVector && !convolution.equals("scalar") && ConvolutionForms.vector().isEmpty()) {
            throw new IllegalStateException(
                    "option '"
                            + REQUIRE_VECTOR
                            + "' was 'true' but the Vector API is not readable; start the JVM with"
                            + " --add-modules jdk.incubator.vector, or leave the option out");
        }
        return InferenceEngines.choose(JvmEngine.NAME, convolution, false);
    }

    private static void checkNames(Map<String, ?> given) {
        for (String name : new TreeSet<>(given.keySet())) {
            switch (name) {
                case CONVOLUTION, REQUIRE_VECTOR, MAX_BATCH, MODEL_NAME -> {}
                default ->
                        throw new IllegalArgumentException(
                                "option was '"
                                        + name
                                        + "' but engine '"
                                        + PsconvEngine.NAME
                                        + "' knows only "
                                        + CONVOLUTION
                                        + ", "
                                        + REQUIRE_VECTOR
                                        + " and "
                                        + MAX_BATCH);
            }
        }
    }

    private static String text(Map<String, ?> given, String name, String absent) {
        @Nullable Object value = given.get(name);
        return value == null ? absent : value.toString();
    }

    private static boolean flag(String value) {
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default ->
                    throw new IllegalArgumentException(
                            "option '"
                                    + REQUIRE_VECTOR
                                    + "' was '"
                                    + value
                                    + "' but it must be true or false");
        };
    }

    private static int number(String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw wrongMaxBatch(value);
        }
    }

    private static IllegalArgumentException wrongMaxBatch(String value) {
        return new IllegalArgumentException(
                "option '"
                        + MAX_BATCH
                        + "' was '"
                        + value
                        + "' but it must be a whole number between 1 and "
                        + LARGEST_BATCH);
    }
}
