package io.psconv.model.cuda;

import java.util.function.Supplier;

/**
 * A device as this process uses it: its context, two streams, the kernels, the thread that asks for
 * work. Thread-safe.
 *
 * <p>Images travel on one stream while the other computes. Shared by all models and subtasks.
 */
final class CudaDevice implements OpenResources.Resource {
    private final DeviceFacts facts;
    private final OpenResources open = new OpenResources();
    private final CudaContext context;
    private final CudaModule module;
    private final CudaStream copies;
    private final CudaStream computation;
    private final InferenceThread thread;

    /**
     * Opens a device.
     *
     * @param ptx the kernels
     * @throws CudaException if the driver refuses anything of it; nothing stays open then
     */
    CudaDevice(CudaDriver driver, DeviceFacts facts, byte[] ptx) {
        this.facts = facts;
        try {
            this.context = open.add(new CudaContext(driver.library(), facts));
            OpenResources entered = open.add(new InContext(context)).resources();
            this.module =
                    context.call(
                            () -> entered.add(new CudaModule(context, ptx, driver.versionText())));
            this.copies = context.call(() -> entered.add(new CudaStream(context)));
            this.computation = context.call(() -> entered.add(new CudaStream(context)));
            this.thread = open.add(new InferenceThread(context));
        } catch (RuntimeException | CudaDeviceError e) {
            open.closeAfter(e);
            throw e;
        }
    }

    /** What is closed on a thread that has entered the context for it. */
    private record InContext(CudaContext context, OpenResources resources)
            implements OpenResources.Resource {
        InContext(CudaContext context) {
            this(context, new OpenResources());
        }

        @Override
        public void close() {
            boolean unused =
                    context.call(
                            () -> {
                                resources.close();
                                return true;
                            });
        }
    }

    DeviceFacts facts() {
        return facts;
    }

    CudaContext context() {
        return context;
    }

    CudaModule module() {
        return module;
    }

    /** Where images travel. */
    CudaStream copies() {
        return copies;
    }

    /** Where networks are computed, one after another. */
    CudaStream computation() {
        return computation;
    }

    InferenceThread thread() {
        return thread;
    }

    /**
     * Does something with the context entered on the calling thread.
     *
     * @throws CudaDeviceError if the device is lost, now or before; everyone is told
     */
    <T> T inContext(Supplier<T> work) {
        thread.requireDevice();
        try {
            return context.call(work);
        } catch (CudaDeviceError e) {
            throw thread.lose(e);
        }
    }

    /** Ends the thread, unloads the kernels, gives the context back. */
    @Override
    public void close() {
        open.close();
    }
}
