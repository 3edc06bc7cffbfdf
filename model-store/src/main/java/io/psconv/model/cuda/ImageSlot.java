package io.psconv.model.cuda;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A place for one batch on its way: images and logits in the host's pinned memory, images on the
 * device, and the recordings that read from here and write to here.
 *
 * <p>Made and closed on threads that entered the context; otherwise of whoever took it from {@link
 * RecordedNetwork#take}.
 */
final class ImageSlot implements OpenResources.Resource {
    /** Written to logits before they are computed: left standing, it shows that nothing was. */
    private static final float NOT_COMPUTED = Float.NaN;

    private final OpenResources open = new OpenResources();
    private final CudaDevice device;
    private final PinnedMemory images;
    private final PinnedMemory logits;
    private final DeviceMemory input;
    private final CudaEvent copied;
    private final CudaEvent started;
    private final CudaEvent done;
    private final List<CudaGraph> recordings = new ArrayList<>();

    /**
     * Makes a slot without recordings.
     *
     * @param imageValues numbers of the images of the largest bucket
     * @param logitValues numbers of their logits
     */
    ImageSlot(CudaDevice device, int imageValues, int logitValues) {
        this.device = device;
        CudaContext context = device.context();
        try {
            this.images = open.add(new PinnedMemory(context, imageValues, "images"));
            this.logits = open.add(new PinnedMemory(context, logitValues, "logits"));
            this.input =
                    open.add(new DeviceMemory(context, (long) imageValues * Float.BYTES, "images"));
            // A bucket that is not full computes what is behind its images, too.
            clear(imageValues);
            this.copied = open.add(new CudaEvent(context));
            this.started = open.add(new CudaEvent(context));
            this.done = open.add(new CudaEvent(context));
        } catch (RuntimeException | CudaDeviceError e) {
            open.closeAfter(e);
            throw e;
        }
    }

    private void clear(int imageValues) {
        FloatBuffer zeros = images.values();
        for (int index = 0; index < imageValues; index++) {
            zeros.put(index, 0);
        }
        device.copies().upload(input, images, (long) imageValues * Float.BYTES);
        device.copies().synchronize();
    }

    /** Where the device has the images. */
    DeviceMemory input() {
        return input;
    }

    /** Where the device writes the logits. */
    PinnedMemory logits() {
        return logits;
    }

    /** Takes the next bucket's recording, to be closed with this. */
    void add(CudaGraph recording) {
        recordings.add(open.add(recording));
    }

    /** Puts images into the host's part. */
    void load(float[] values, int from, int length, int logitValues) {
        images.values().put(0, values, from, length);
        FloatBuffer unset = logits.values();
        for (int index = 0; index < logitValues; index++) {
            unset.put(index, NOT_COMPUTED);
        }
    }

    /**
     * Has the device copy images and compute, without waiting for it; on its inference thread.
     *
     * @param bucket index of the recording
     * @param values numbers of the images there are
     */
    void start(int bucket, int values) {
        try {
            device.copies().upload(input, images, (long) values * Float.BYTES);
            copied.record(device.copies());
            device.computation().await(copied);
            started.record(device.computation());
            device.computation().launch(recordings.get(bucket));
            done.record(device.computation());
        } catch (CudaException e) {
            // What did start must have ended before somebody else uses this slot.
            try {
                device.copies().synchronize();
                device.computation().synchronize();
            } catch (CudaException second) {
                e.addSuppressed(second);
                throw new CudaDeviceError(String.valueOf(e.getMessage()), e);
            }
            throw e;
        }
    }

    /**
     * Waits until the logits are there; in the context.
     *
     * @return how long the device computed, in nanoseconds
     * @throws CudaDeviceError if they will never be; whatever else the device holds cannot be
     *     trusted then
     */
    long await() {
        try {
            done.synchronize();
            return done.nanosSince(started);
        } catch (CudaException e) {
            throw new CudaDeviceError(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Takes the logits.
     *
     * @throws IllegalStateException if one is not finite
     */
    void unload(float[] to, int from, int length) {
        logits.values().get(0, to, from, length);
        for (int index = from; index < from + length; index++) {
            if (!Float.isFinite(to[index])) {
                throw new IllegalStateException(
                        "a logit was '"
                                + to[index]
                                + "' but it must be a finite number; the network overflows its"
                                + " precision (if that is half, choose classify.cuda.precision"
                                + " fp32), an image is not finite, or the kernels failed silently"
                                + " on "
                                + device.facts());
            }
        }
    }

    @Override
    public void close() {
        open.close();
    }
}
