package io.psconv.model.onnxruntime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The process's one ONNX Runtime environment, made with care and with telemetry off.
 *
 * <p>While it is made, version 1.29 matches the command line of the process against regular
 * expressions that recurse for every character, for telemetry: a class path of some 9 kB overflows
 * a thread's usual stack and kills the JVM without a word (see also vespa-engine/vespa pull request
 * 37786). So it is made on a thread whose stack has room for the longest command line there can be.
 * The environment variable {@code ORT_DISABLE_TELEMETRY=1} avoids all of it, but a process cannot
 * set its own.
 */
final class RuntimeEnvironment {
    /** Reserved, not used, unless the command line is as long as the system lets it be. */
    private static final long STACK_BYTES = 1L << 30;

    private static @Nullable OrtEnvironment environment;

    private RuntimeEnvironment() {}

    /**
     * The environment; made by the first call.
     *
     * @throws IllegalStateException if the runtime does not work here
     */
    static synchronized OrtEnvironment get() {
        if (environment == null) {
            environment = create();
        }
        return environment;
    }

    private static OrtEnvironment create() {
        AtomicReference<OrtEnvironment> made = new AtomicReference<>();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread thread =
                new Thread(
                        null,
                        () -> made.set(OrtEnvironment.getEnvironment()),
                        "onnxruntime-environment",
                        STACK_BYTES);
        thread.setUncaughtExceptionHandler((ignored, cause) -> failure.set(cause));
        thread.start();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (failure.get() != null) {
            throw new IllegalStateException(
                    "ONNX Runtime could not be started: " + failure.get().getMessage(),
                    failure.get());
        }
        OrtEnvironment created = Objects.requireNonNull(made.get());
        try {
            created.setTelemetry(false);
        } catch (OrtException e) {
            throw new IllegalStateException(
                    "ONNX Runtime could not turn its telemetry off: " + e.getMessage(), e);
        }
        return created;
    }
}
