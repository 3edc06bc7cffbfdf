package io.psconv.model.cuda;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.FloatByReference;
import com.sun.jna.ptr.PointerByReference;

/** A mark in a stream that threads and other streams wait for. */
final class CudaEvent implements OpenResources.Resource {
    /** A thread that waits sleeps instead of asking again and again. */
    private static final int BLOCKING_SYNC = 1;

    private static final double NANOS_PER_MILLI = 1e6;

    private final CudaContext context;
    private final Pointer handle;

    CudaEvent(CudaContext context) {
        this.context = context;
        PointerByReference made = new PointerByReference();
        context.check(
                context.library().cuEventCreate(made, BLOCKING_SYNC),
                "cuEventCreate",
                "making an event");
        this.handle = made.getValue();
    }

    Pointer handle() {
        return handle;
    }

    /** Marks the end of what was asked of a stream so far. */
    void record(CudaStream stream) {
        context.check(
                context.library().cuEventRecord(handle, stream.handle()),
                "cuEventRecord",
                "marking a stream");
    }

    /**
     * Waits until the device has reached the mark; at once if it was never set.
     *
     * @throws CudaDeviceError if what was before the mark broke the device
     */
    void synchronize() {
        context.check(
                context.library().cuEventSynchronize(handle),
                "cuEventSynchronize",
                "waiting for the network");
    }

    /** Time on the device from an earlier mark to this one; both have been reached. */
    long nanosSince(CudaEvent start) {
        FloatByReference millis = new FloatByReference();
        context.check(
                context.library().cuEventElapsedTime(millis, start.handle, handle),
                "cuEventElapsedTime",
                "timing the network");
        return Math.round(millis.getValue() * NANOS_PER_MILLI);
    }

    @Override
    public void close() {
        context.check(
                context.library().cuEventDestroy_v2(handle),
                "cuEventDestroy_v2",
                "closing an event");
    }
}
