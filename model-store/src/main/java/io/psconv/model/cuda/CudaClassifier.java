package io.psconv.model.cuda;

import io.psconv.model.engine.Classifier;
import io.psconv.model.engine.ClassifierLimits;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Classifies on one device, from whichever thread calls; one at a time.
 *
 * <p>A batch is made up of buckets, never of other classifiers' images. While a device computes one
 * bucket, the next one's images travel, this classifier's or another's.
 */
final class CudaClassifier implements Classifier {
    private final CudaDevice device;
    private final RecordedNetwork network;
    private final ClassifierLimits limits;
    private final Runnable closing;
    private long deviceNanos;
    private boolean closed;

    private record Part(ImageSlot slot, int firstImage, int images) {}

    /**
     * Makes one.
     *
     * @param closing gives the network back
     */
    CudaClassifier(
            CudaDevice device, RecordedNetwork network, ClassifierLimits limits, Runnable closing) {
        this.device = device;
        this.network = network;
        this.limits = limits;
        this.closing = closing;
    }

    @Override
    public int maxBatch() {
        return limits.maxBatch();
    }

    /** Time that the device computed, which waiting for it is not part of. */
    @Override
    public OptionalLong deviceNanos() {
        return OptionalLong.of(deviceNanos);
    }

    @Override
    public void classify(float[] input, int batch, float[] logits) {
        limits.check(input, batch, logits);
        if (closed) {
            throw new IllegalStateException("the classifier is closed");
        }
        deviceNanos = 0;
        Deque<Part> underWay = new ArrayDeque<>();
        try {
            int next = 0;
            while (next < batch || !underWay.isEmpty()) {
                @Nullable Part part = next < batch ? start(input, next, batch, underWay) : null;
                if (part == null) {
                    finish(underWay.remove(), logits);
                } else {
                    underWay.add(part);
                    next += part.images();
                }
            }
        } catch (RuntimeException | CudaDeviceError e) {
            abandon(underWay, e);
            throw e;
        }
    }

    /**
     * Starts the next part of a batch; null if it would have to wait for a slot while it has one,
     * for which somebody else may wait likewise.
     */
    private @Nullable Part start(float[] input, int first, int batch, Deque<Part> underWay) {
        @Nullable ImageSlot slot = underWay.isEmpty() ? network.take() : network.tryTake();
        if (slot == null) {
            return null;
        }
        boolean started = false;
        try {
            int bucket = network.buckets().first(batch - first);
            int images = Math.min(batch - first, network.buckets().sizes().get(bucket));
            int values = images * limits.imageLength();
            slot.load(input, first * limits.imageLength(), values, images * limits.classes());
            device.thread().run(() -> slot.start(bucket, values));
            started = true;
            return new Part(slot, first, images);
        } finally {
            if (!started) {
                network.give(slot);
            }
        }
    }

    private void finish(Part part, float[] logits) {
        try {
            deviceNanos += device.inContext(part.slot()::await);
            part.slot()
                    .unload(
                            logits,
                            part.firstImage() * limits.classes(),
                            part.images() * limits.classes());
        } finally {
            network.give(part.slot());
        }
    }

    /** Others use the slots again, so what is under way must have ended. */
    private void abandon(Deque<Part> underWay, Throwable failure) {
        for (Part part : underWay) {
            try {
                var unused = device.inContext(part.slot()::await);
            } catch (RuntimeException | CudaDeviceError e) {
                failure.addSuppressed(e);
            } finally {
                network.give(part.slot());
            }
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            closing.run();
        }
    }
}
