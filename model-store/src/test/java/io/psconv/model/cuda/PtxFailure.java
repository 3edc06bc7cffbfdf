package io.psconv.model.cuda;

/** PTX did what a device must not, or something that the {@link PtxMachine} does not know. */
final class PtxFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    PtxFailure(String message) {
        super(message);
    }

    PtxFailure(String message, RuntimeException cause) {
        super(message + ": " + cause.getMessage(), cause);
    }
}
