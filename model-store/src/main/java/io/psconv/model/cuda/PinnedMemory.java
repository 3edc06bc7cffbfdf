package io.psconv.model.cuda;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * Single precision numbers in memory of the host that a device reads and writes by itself, beside
 * whatever else it does. Made and closed on threads that entered its context.
 */
final class PinnedMemory implements OpenResources.Resource {
    private final CudaContext context;
    private final Pointer pointer;
    private final FloatBuffer values;
    private final String purpose;

    /**
     * Allocates.
     *
     * @param length numbers, at least 1
     * @param purpose for messages, such as {@code images}
     */
    PinnedMemory(CudaContext context, int length, String purpose) {
        this.context = context;
        this.purpose = purpose;
        long bytes = (long) length * Float.BYTES;
        PointerByReference allocated = new PointerByReference();
        context.check(
                context.library().cuMemHostAlloc(allocated, bytes, 0),
                "cuMemHostAlloc",
                "pinning " + bytes + " bytes of the host's memory for " + purpose);
        this.pointer = allocated.getValue();
        this.values =
                pointer.getByteBuffer(0, bytes).order(ByteOrder.nativeOrder()).asFloatBuffer();
    }

    Pointer pointer() {
        return pointer;
    }

    /** The numbers; only while this is open. */
    FloatBuffer values() {
        return values;
    }

    @Override
    public void close() {
        context.check(
                context.library().cuMemFreeHost(pointer), "cuMemFreeHost", "unpinning " + purpose);
    }
}
