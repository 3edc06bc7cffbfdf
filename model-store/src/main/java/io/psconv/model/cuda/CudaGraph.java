package io.psconv.model.cuda;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;

/** Recorded launches, ready to be launched together. */
final class CudaGraph implements OpenResources.Resource {
    private final CudaContext context;
    private final Pointer handle;

    /**
     * Makes a recording ready.
     *
     * @param recording destroyed, since nothing of it is needed any more
     */
    CudaGraph(CudaContext context, Pointer recording) {
        this.context = context;
        PointerByReference made = new PointerByReference();
        int code = context.library().cuGraphInstantiateWithFlags(made, recording, 0);
        int destroyed = context.library().cuGraphDestroy(recording);
        context.check(code, "cuGraphInstantiateWithFlags", "preparing the network");
        this.handle = made.getValue();
        if (destroyed != CudaResult.SUCCESS) {
            close();
            context.check(destroyed, "cuGraphDestroy", "preparing the network");
        }
    }

    Pointer handle() {
        return handle;
    }

    @Override
    public void close() {
        context.check(
                context.library().cuGraphExecDestroy(handle),
                "cuGraphExecDestroy",
                "closing the network");
    }
}
