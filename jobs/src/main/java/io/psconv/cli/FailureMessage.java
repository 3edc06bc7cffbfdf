package io.psconv.cli;

import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** A failure in one line. */
final class FailureMessage {
    private FailureMessage() {}

    /** The message of the first throwable that says something of its own. */
    static String of(Throwable failure) {
        Throwable telling = failure;
        while (wraps(telling) && telling.getCause() != null) {
            telling = telling.getCause();
        }
        if (telling instanceof NoSuchFileException) {
            return "'" + telling.getMessage() + "' does not exist";
        }
        if (telling instanceof AccessDeniedException) {
            return "'" + telling.getMessage() + "' may not be read or written";
        }
        @Nullable String message = telling.getMessage();
        if (message == null || message.isBlank()) {
            return telling.getClass().getSimpleName() + "; see --verbose";
        }
        return message.strip().replaceAll("\\s*\\R\\s*", " ");
    }

    /** Whether a throwable only carries another over from a thread, a future or Flink's cluster. */
    private static boolean wraps(Throwable failure) {
        return failure instanceof ExecutionException
                || failure instanceof CompletionException
                || failure instanceof UncheckedIOException
                || failure.getClass().getName().startsWith("org.apache.flink.");
    }
}
