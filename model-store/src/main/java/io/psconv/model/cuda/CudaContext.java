package io.psconv.model.cuda;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.util.function.Supplier;

/**
 * A device's primary context, which every user of the device in a process shares. Thread-safe.
 *
 * <p>Retained once while this is open. Calls concern the context that is current on their thread,
 * so each thread enters it {@linkplain #call first}, and leaves the thread as it found it.
 */
final class CudaContext implements OpenResources.Resource {
    private final CudaLibrary library;
    private final DeviceFacts facts;
    private final String where;
    private final Pointer handle;

    /**
     * Retains the context.
     *
     * @throws CudaException if the driver refuses
     */
    CudaContext(CudaLibrary library, DeviceFacts facts) {
        this.library = library;
        this.facts = facts;
        this.where = "on " + facts;
        PointerByReference context = new PointerByReference();
        check(
                library.cuDevicePrimaryCtxRetain(context, facts.handle()),
                "cuDevicePrimaryCtxRetain",
                "retaining the context");
        this.handle = context.getValue();
    }

    /**
     * Does something with the context current on the calling thread, which is left as it was found.
     *
     * @return what the work gives
     */
    @SuppressWarnings("try") // The work needs no name for where it is done.
    <T> T call(Supplier<T> work) {
        try (Entered entered = enter()) {
            return work.get();
        }
    }

    private Entered enter() {
        check(library.cuCtxPushCurrent_v2(handle), "cuCtxPushCurrent_v2", "entering the context");
        return () ->
                check(
                        library.cuCtxPopCurrent_v2(new PointerByReference()),
                        "cuCtxPopCurrent_v2",
                        "leaving the context");
    }

    /** What ends a thread's stay. */
    private interface Entered extends AutoCloseable {
        @Override
        void close();
    }

    CudaLibrary library() {
        return library;
    }

    DeviceFacts facts() {
        return facts;
    }

    /**
     * Checks what a call that concerns the device returned.
     *
     * @param what what was being done, for the message
     */
    void check(int code, String function, String what) {
        if (code != CudaResult.SUCCESS) {
            CudaDriver.check(code, function, what + " " + where);
        }
    }

    /** Says how much memory is free, for a message; entered. */
    String freeMemory() {
        LongByReference free = new LongByReference();
        LongByReference total = new LongByReference();
        int code = library.cuMemGetInfo_v2(free, total);
        return code == CudaResult.SUCCESS
                ? "of " + total.getValue() + " bytes " + free.getValue() + " are free"
                : "how much is free is not known";
    }

    /** Gives the context back; the driver frees what is left in it once nobody retains it. */
    @Override
    public void close() {
        check(
                library.cuDevicePrimaryCtxRelease_v2(facts.handle()),
                "cuDevicePrimaryCtxRelease_v2",
                "releasing the context");
    }
}
