package io.psconv.model.cuda;

/**
 * A call of the CUDA driver failed; the device is still usable, so that a restart may help.
 *
 * <p>What cannot be survived is a {@link CudaDeviceError}.
 */
public final class CudaException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    private final int code;

    CudaException(int code, String message) {
        super(message);
        this.code = code;
    }

    /** The driver's code, for example 2: out of memory. */
    public int code() {
        return code;
    }
}
