package io.psconv.operator.decode;

import io.psconv.operator.record.RejectionReason;
import org.jspecify.annotations.Nullable;

/**
 * That a frame's payload is no image that can be classified.
 *
 * <p>Without a stack trace: a camera may send a bad frame each time, and where in the decoder it
 * was found says nothing that the message does not.
 */
public final class UndecodableFrameException extends Exception {
    private final RejectionReason reason;

    public UndecodableFrameException(RejectionReason reason, String message) {
        this(reason, message, null);
    }

    public UndecodableFrameException(
            RejectionReason reason, String message, @Nullable Throwable cause) {
        super(message, cause, false, false);
        this.reason = reason;
    }

    public RejectionReason reason() {
        return reason;
    }
}
