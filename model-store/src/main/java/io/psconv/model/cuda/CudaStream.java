package io.psconv.model.cuda;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.util.function.Consumer;

/** Work that a device does in order, beside that of other streams. */
final class CudaStream implements OpenResources.Resource {
    /** Does not wait for the default stream, which others in the process may use. */
    private static final int NON_BLOCKING = 1;

    /** Recording forbids careless calls to the recording thread only. */
    private static final int CAPTURE_THREAD_LOCAL = 1;

    private final CudaContext context;
    private final Pointer handle;

    CudaStream(CudaContext context) {
        this.context = context;
        PointerByReference made = new PointerByReference();
        context.check(
                context.library().cuStreamCreate(made, NON_BLOCKING),
                "cuStreamCreate",
                "making a stream");
        this.handle = made.getValue();
    }

    Pointer handle() {
        return handle;
    }

    /** Has what comes after wait for what the event marks. */
    void await(CudaEvent event) {
        context.check(
                context.library().cuStreamWaitEvent(handle, event.handle(), 0),
                "cuStreamWaitEvent",
                "ordering streams");
    }

    /** Waits until the device has done all that was asked of it here. */
    void synchronize() {
        context.check(
                context.library().cuStreamSynchronize(handle),
                "cuStreamSynchronize",
                "waiting for a stream");
    }

    /** Copies from the host, in its turn. */
    void upload(DeviceMemory to, PinnedMemory from, long bytes) {
        context.check(
                context.library().cuMemcpyHtoDAsync_v2(to.address(), from.pointer(), bytes, handle),
                "cuMemcpyHtoDAsync_v2",
                "copying images");
    }

    /** Copies to the host, in its turn. */
    void download(PinnedMemory to, long from, long bytes) {
        context.check(
                context.library().cuMemcpyDtoHAsync_v2(to.pointer(), from, bytes, handle),
                "cuMemcpyDtoHAsync_v2",
                "copying logits");
    }

    /** Launches a recording, which is one call however many launches it has. */
    void launch(CudaGraph graph) {
        context.check(
                context.library().cuGraphLaunch(graph.handle(), handle),
                "cuGraphLaunch",
                "launching the network");
    }

    /**
     * Records what is asked of this stream instead of doing it.
     *
     * @param work asks for launches and copies, of this stream only
     */
    CudaGraph record(Consumer<CudaStream> work) {
        context.check(
                context.library().cuStreamBeginCapture_v2(handle, CAPTURE_THREAD_LOCAL),
                "cuStreamBeginCapture_v2",
                "recording the network");
        boolean recorded = false;
        try {
            work.accept(this);
            recorded = true;
        } finally {
            if (!recorded) {
                abandonRecording();
            }
        }
        PointerByReference graph = new PointerByReference();
        context.check(
                context.library().cuStreamEndCapture(handle, graph),
                "cuStreamEndCapture",
                "recording the network");
        return new CudaGraph(context, graph.getValue());
    }

    /** Ends a recording that failed; what ending it says is known already. */
    private void abandonRecording() {
        PointerByReference graph = new PointerByReference();
        int code = context.library().cuStreamEndCapture(handle, graph);
        if (code == CudaResult.SUCCESS && graph.getValue() != null) {
            var unused = context.library().cuGraphDestroy(graph.getValue());
        }
    }

    @Override
    public void close() {
        context.check(
                context.library().cuStreamDestroy_v2(handle),
                "cuStreamDestroy_v2",
                "closing a stream");
    }
}
