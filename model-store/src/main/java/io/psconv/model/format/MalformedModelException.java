package io.psconv.model.format;

/**
 * Says that a model file breaks a rule of its format: which, where and what to do about it.
 *
 * <p>An {@link java.io.IOException} beside it means that the bytes could not be had at all.
 */
public final class MalformedModelException extends Exception {
    private static final long serialVersionUID = 1;

    private final long offset;

    /**
     * Makes the exception.
     *
     * @param message what was wrong, the value, the rule, what to do
     * @param offset byte of the file at which the fault was seen
     */
    public MalformedModelException(String message, long offset) {
        super(message + " (at byte " + offset + ")");
        this.offset = offset;
    }

    /** The same, keeping what revealed the fault. */
    public MalformedModelException(String message, long offset, Throwable cause) {
        super(message + " (at byte " + offset + ")", cause);
        this.offset = offset;
    }

    /** Byte of the file, from 0, at which the fault was seen. */
    public long offset() {
        return offset;
    }
}
