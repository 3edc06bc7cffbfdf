package io.psconv.model.cuda;

/**
 * A device is lost to this process: an uncorrectable memory error, a kernel that reached where it
 * must not, a device that fell off the bus.
 *
 * <p>From such an error on, every call of the process that concerns the device fails with the same
 * code, whatever is closed and opened again; only a new process can use it. A task that is merely
 * started again in its task manager would thus fail for ever. Therefore this is an {@link
 * InternalError}: Flink counts it among the errors that are fatal to a JVM ({@code
 * ExceptionUtils.isJvmFatalError}), logs it, halts the task manager, and has the job recover in
 * another one, which whoever started the first one (Kubernetes, a service manager) provides.
 */
public final class CudaDeviceError extends InternalError {
    private static final long serialVersionUID = 1;

    CudaDeviceError(String message) {
        super(message);
    }

    CudaDeviceError(String message, Throwable cause) {
        super(message, cause);
    }
}
