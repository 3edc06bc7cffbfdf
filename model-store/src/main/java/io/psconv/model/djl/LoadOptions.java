package io.psconv.model.djl;

import io.psconv.model.convolution.ConvolutionForm;
import io.psconv.model.convolution.ConvolutionForms;
import io.psconv.model.engine.InferenceEngine;
import io.psconv.model.engine.JvmEngine;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What {@code Criteria.optOption} can set.
 *
 * @param convolution form of the convolutions, see {@link ConvolutionForms#choose}
 * @param requireVector whether to fail rather than fall back to the scalar form
 * @param maxBatch images computed at once, 1 to 1024; larger batches are split
 * @param threads that compute a batch, or of one image the filters of each layer, 1 to 1024, the
 *     caller's among them
 */
record LoadOptions(String convolution, boolean requireVector, int maxBatch, int threads) {
    private static final String CONVOLUTION = "convolution";
    private static final String REQUIRE_VECTOR = "requireVector";
    private static final String MAX_BATCH = "maxBatch";
    private static final String THREADS = "threads";

    /** DJL's own, read before a model is loaded and handed on. */
    private static final String MODEL_NAME = "modelName";

    private static final int LARGEST_BATCH = 1024;
    private static final int MOST_THREADS = 1024;

    /** After which a helping thread that has nothing to do ends. */
    private static final long IDLE_SECONDS = 60;

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
            throw wrongNumber(MAX_BATCH, Integer.toString(maxBatch), LARGEST_BATCH);
        }
        if (threads < 1 || threads > MOST_THREADS) {
            throw wrongNumber(THREADS, Integer.toString(threads), MOST_THREADS);
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
                number(given, MAX_BATCH, "32", LARGEST_BATCH),
                number(given, THREADS, "1", MOST_THREADS));
    }

    /**
     * Threads to help the callers', started where they are needed and ended where they are not;
     * null where nobody is to help.
     *
     * @param name of the model, for the threads'
     */
    @Nullable ExecutorService helpers(String name) {
        if (threads == 1) {
            return null;
        }
        ThreadPoolExecutor helpers =
                new ThreadPoolExecutor(
                        threads - 1,
                        threads - 1,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        task -> {
                            Thread thread = new Thread(task, "psconv-" + name);
                            thread.setDaemon(true);
                            return thread;
                        });
        helpers.allowCoreThreadTimeOut(true);
        return helpers;
    }

    /**
     * The engine that was asked for.
     *
     * @param helpers as {@link #helpers} makes them
     * @throws IllegalStateException if this JVM cannot run it
     */
    InferenceEngine engine(@Nullable Executor helpers) {
        if (requireVector && !convolution.equals("scalar") && ConvolutionForms.vector().isEmpty()) {
            throw new IllegalStateException(
                    "option '"
                            + REQUIRE_VECTOR
                            + "' was 'true' but the Vector API is not readable; start the JVM with"
                            + " --add-modules jdk.incubator.vector, or leave the option out");
        }
        ConvolutionForm form = ConvolutionForms.choose(convolution, false);
        return helpers == null ? new JvmEngine(form) : new JvmEngine(form, helpers, threads);
    }

    private static void checkNames(Map<String, ?> given) {
        for (String name : new TreeSet<>(given.keySet())) {
            switch (name) {
                case CONVOLUTION, REQUIRE_VECTOR, MAX_BATCH, THREADS, MODEL_NAME -> {}
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
                                        + ", "
                                        + MAX_BATCH
                                        + " and "
                                        + THREADS);
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

    private static int number(Map<String, ?> given, String name, String absent, int most) {
        String value = text(given, name, absent);
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw wrongNumber(name, value, most);
        }
    }

    private static IllegalArgumentException wrongNumber(String name, String value, int most) {
        return new IllegalArgumentException(
                "option '"
                        + name
                        + "' was '"
                        + value
                        + "' but it must be a whole number between 1 and "
                        + most);
    }
}
