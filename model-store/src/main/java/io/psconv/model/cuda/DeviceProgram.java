package io.psconv.model.cuda;

import java.util.List;

/**
 * What a device does for one batch of a network: everything is planned at load, and a forward is
 * this fixed list of launches, in order on one stream.
 *
 * <p>Buffers start at addresses that are multiples of {@link #ALIGNMENT}, as the driver's
 * allocations do.
 *
 * @param images images of the batch that this program is for, at least 1
 * @param buffers device memory by index; constants may be shared with other programs
 * @param input index of the scratch buffer that takes normalised images, fp32 NCHW
 * @param output index of the scratch buffer that holds the logits afterwards, fp32 {@code (images,
 *     classes)}
 * @param launches in order
 */
record DeviceProgram(
        int images,
        List<DeviceBuffer> buffers,
        int input,
        int output,
        List<KernelLaunch> launches) {
    /** Bytes that buffers start at multiples of. */
    static final int ALIGNMENT = 256;

    public DeviceProgram {
        buffers = List.copyOf(buffers);
        launches = List.copyOf(launches);
        if (images < 1) {
            throw new IllegalArgumentException(
                    "images was '" + images + "' but it must be at least 1");
        }
        if (launches.isEmpty()) {
            throw new IllegalArgumentException("program had no launches but it needs at least one");
        }
        checkScratch("input", input, buffers);
        checkScratch("output", output, buffers);
        for (KernelLaunch launch : launches) {
            for (KernelArgument argument : launch.arguments()) {
                checkArgument(launch.kernel(), argument, buffers);
            }
        }
    }

    private static void checkScratch(String what, int index, List<DeviceBuffer> buffers) {
        if (index < 0
                || index >= buffers.size()
                || !(buffers.get(index) instanceof DeviceBuffer.Scratch)) {
            throw new IllegalArgumentException(
                    what
                            + " was buffer '"
                            + index
                            + "' but it must be one of the scratch buffers among "
                            + buffers.size());
        }
    }

    private static void checkArgument(
            String kernel, KernelArgument argument, List<DeviceBuffer> buffers) {
        if (!(argument instanceof KernelArgument.Buffer buffer)) {
            return;
        }
        if (buffer.index() >= buffers.size()
                || buffer.offset() >= buffers.get(buffer.index()).size()) {
            throw new IllegalArgumentException(
                    "argument of kernel '"
                            + kernel
                            + "' was '"
                            + buffer
                            + "' but it must lie within one of "
                            + buffers.size()
                            + " buffers");
        }
    }
}
