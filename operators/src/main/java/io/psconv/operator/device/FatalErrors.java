package io.psconv.operator.device;

import org.apache.flink.util.ExceptionUtils;
import org.apache.flink.util.FatalExitExceptionHandler;
import org.jspecify.annotations.Nullable;

/**
 * Ends a process that cannot go on, such as one whose device is lost.
 *
 * <p>What a task's own thread throws Flink looks at by itself ({@link
 * ExceptionUtils#isJvmFatalError}). What is thrown in a timer or on another thread it only fails
 * the task for, which would start again in the same process; so whoever catches there asks this.
 */
public final class FatalErrors {
    private FatalErrors() {}

    /** Ends the process, as Flink does where a thread of its own fails, if an error is fatal. */
    public static void endProcessOn(@Nullable Throwable thrown) {
        if (thrown != null && ExceptionUtils.isJvmFatalError(thrown)) {
            FatalExitExceptionHandler.INSTANCE.uncaughtException(Thread.currentThread(), thrown);
        }
    }
}
