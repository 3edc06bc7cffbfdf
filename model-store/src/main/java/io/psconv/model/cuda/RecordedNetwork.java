package io.psconv.model.cuda;

import io.psconv.model.engine.ClassifierLimits;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * A network ready for batches up to a size: all memory is there, and each bucket's launches are
 * recorded, so that a forward is one call. Shared by the classifiers of its size; thread-safe.
 *
 * <p>Feature maps of all buckets lie in one piece of memory, since only one is computed at a time.
 * There are two {@linkplain ImageSlot slots}: one batch's images travel while another's are
 * computed.
 */
final class RecordedNetwork implements OpenResources.Resource {
    private static final int SLOTS = 2;

    private final OpenResources open = new OpenResources();
    private final CudaDevice device;
    private final BatchBuckets buckets;
    private final ClassifierLimits limits;
    private final BlockingQueue<ImageSlot> free = new ArrayBlockingQueue<>(SLOTS, true);

    /**
     * Allocates and records, in the context.
     *
     * @param programs by bucket
     * @param weights where the programs' constants are
     * @throws CudaException if the driver refuses anything; nothing stays open then
     */
    RecordedNetwork(
            CudaDevice device,
            BatchBuckets buckets,
            ClassifierLimits limits,
            List<DeviceProgram> programs,
            DeviceConstants weights) {
        this.device = device;
        this.buckets = buckets;
        this.limits = limits;
        try {
            DeviceMemory maps =
                    open.add(
                            new DeviceMemory(device.context(), mapBytes(programs), "feature maps"));
            try (CudaStream recorder = new CudaStream(device.context())) {
                for (int slot = 0; slot < SLOTS; slot++) {
                    ImageSlot made =
                            open.add(
                                    new ImageSlot(
                                            device,
                                            Math.multiplyExact(
                                                    buckets.largest(), limits.imageLength()),
                                            Math.multiplyExact(
                                                    buckets.largest(), limits.classes())));
                    for (DeviceProgram program : programs) {
                        made.add(record(recorder, program, made, maps, weights));
                    }
                    free.add(made);
                }
            }
        } catch (RuntimeException | CudaDeviceError e) {
            open.closeAfter(e);
            throw e;
        }
    }

    /** What the largest program needs; images have memory of their own. */
    private static long mapBytes(List<DeviceProgram> programs) {
        long most = DeviceProgram.ALIGNMENT;
        for (DeviceProgram program : programs) {
            long bytes = 0;
            for (int index = 0; index < program.buffers().size(); index++) {
                if (index != program.input()
                        && program.buffers().get(index) instanceof DeviceBuffer.Scratch scratch) {
                    bytes += scratch.size();
                }
            }
            most = Math.max(most, bytes);
        }
        return most;
    }

    private CudaGraph record(
            CudaStream recorder,
            DeviceProgram program,
            ImageSlot slot,
            DeviceMemory maps,
            DeviceConstants weights) {
        long[] addresses = new long[program.buffers().size()];
        long next = maps.address();
        for (int index = 0; index < addresses.length; index++) {
            DeviceBuffer buffer = program.buffers().get(index);
            if (index == program.input()) {
                addresses[index] = slot.input().address();
            } else if (buffer instanceof DeviceBuffer.Constant constant) {
                addresses[index] = weights.address(constant);
            } else {
                addresses[index] = next;
                next += buffer.size();
            }
        }
        long logitBytes = (long) program.images() * limits.classes() * Float.BYTES;
        // Functions are looked up by name in a table that one thread uses at a time.
        synchronized (device.module()) {
            program.launches().forEach(device.module()::prepare);
            return recorder.record(
                    stream -> {
                        for (KernelLaunch launch : program.launches()) {
                            device.module().launch(launch, addresses, stream);
                        }
                        stream.download(slot.logits(), addresses[program.output()], logitBytes);
                    });
        }
    }

    BatchBuckets buckets() {
        return buckets;
    }

    /** Takes a slot; waits, in order, until one is free. */
    ImageSlot take() {
        boolean interrupted = false;
        while (true) {
            try {
                ImageSlot slot = free.take();
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
                return slot;
            } catch (InterruptedException e) {
                // A cancelled task; who has the slot gives it back soon.
                interrupted = true;
            }
        }
    }

    /** Takes a slot if one is free. */
    @Nullable ImageSlot tryTake() {
        return free.poll();
    }

    /** Gives a slot back, with nothing under way in it. */
    void give(ImageSlot slot) {
        free.add(slot);
    }

    /** Closes the slots and frees the memory, in the context; nothing is under way. */
    @Override
    public void close() {
        open.close();
    }

    @Override
    public String toString() {
        return "network for batches of " + Arrays.toString(buckets.sizes().toArray());
    }
}
