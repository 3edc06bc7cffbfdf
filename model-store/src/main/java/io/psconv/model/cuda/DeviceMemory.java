package io.psconv.model.cuda;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.LongByReference;

/** Memory of a device. Made, filled and closed on threads that entered its context. */
final class DeviceMemory implements OpenResources.Resource {
    private final CudaContext context;
    private final long address;
    private final long bytes;
    private final String purpose;

    /**
     * Allocates; the driver's addresses are multiples of {@link DeviceProgram#ALIGNMENT}.
     *
     * @param purpose for messages, such as {@code feature maps}
     * @throws CudaException if there is not so much, with what there is in the message
     */
    DeviceMemory(CudaContext context, long bytes, String purpose) {
        this.context = context;
        this.bytes = bytes;
        this.purpose = purpose;
        LongByReference allocated = new LongByReference();
        int code = context.library().cuMemAlloc_v2(allocated, bytes);
        if (code != CudaResult.SUCCESS) {
            String free =
                    code == CudaResult.OUT_OF_MEMORY.code()
                            ? ", where " + context.freeMemory()
                            : "";
            context.check(
                    code,
                    "cuMemAlloc_v2",
                    "allocating " + bytes + " bytes for " + purpose + free + ",");
        }
        this.address = allocated.getValue();
    }

    long address() {
        return address;
    }

    long bytes() {
        return bytes;
    }

    /**
     * Copies bytes to the start of this memory and waits until they are there.
     *
     * <p>The copy alone may return as soon as the driver has taken the bytes to a buffer of its
     * own, and our streams wait for no other stream by themselves: so the default stream, which has
     * the copy, is waited for.
     */
    void fill(byte[] content) {
        if (content.length > bytes) {
            throw new IllegalArgumentException(
                    purpose
                            + " had "
                            + content.length
                            + " bytes but "
                            + bytes
                            + " were allocated for them");
        }
        try (Memory host = new Memory(content.length)) {
            host.write(0, content, 0, content.length);
            context.check(
                    context.library().cuMemcpyHtoD_v2(address, host, content.length),
                    "cuMemcpyHtoD_v2",
                    "copying " + purpose);
            context.check(
                    context.library().cuStreamSynchronize(Pointer.NULL),
                    "cuStreamSynchronize",
                    "waiting for " + purpose);
        }
    }

    @Override
    public void close() {
        context.check(
                context.library().cuMemFree_v2(address), "cuMemFree_v2", "freeing " + purpose);
    }
}
