package io.psconv.operator.device;

import org.apache.flink.util.ExceptionUtils;
import org.apache.flink.util.FatalExitExceptionHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a process that cannot go on, such as one whose device is lost.
 *
 * <p>What a task's own thread throws Flink looks at by itself ({@link
 * ExceptionUtils#isJvmFatalError}). What is thrown in a timer or on another thread it only fails
 * the task for, which would start again in the same process; so whoever catches there asks this.
 */
public final class FatalErrors {
    private static final Logger LOG = LoggerFactory.getLogger(FatalErrors.class);

    private FatalErrors() {}

    /**
     * Ends the process at once if an error is fatal, with the status that Flink gives it.
     *
     * <p>Not by {@link FatalExitExceptionHandler} itself: from JDK 24 on that fails, since there
     * are no security managers any more, and the process would go on.
     */
    public static void endProcessOn(@Nullable Throwable thrown) {
        if (thrown != null && ExceptionUtils.isJvmFatalError(thrown)) {
            try {
                LOG.error(
                        "this process cannot go on and ends, so that another replaces it", thrown);
            } finally {
                Runtime.getRuntime().halt(FatalExitExceptionHandler.EXIT_CODE);
            }
        }
    }
}
