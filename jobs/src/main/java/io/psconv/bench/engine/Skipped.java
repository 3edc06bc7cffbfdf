package io.psconv.bench.engine;

/**
 * Something that was to be measured and is not.
 *
 * @param what engine, and what else narrows it down
 */
public record Skipped(String what, String reason) {
    /** The reason is what the failure says, in one line. */
    public static Skipped of(String what, Throwable failure) {
        String message = failure.getMessage();
        return new Skipped(
                what,
                message == null || message.isBlank()
                        ? failure.getClass().getSimpleName()
                        : message.strip().replaceAll("\\s*\\R\\s*", " "));
    }
}
