package io.psconv.model.cuda;

/**
 * A device, as the driver describes it.
 *
 * @param handle by which this process's driver knows it
 * @param index place among this process's devices by PCI address, as {@code nvidia-smi} and Flink's
 *     GPU driver count; the driver's own order may put the fastest first
 * @param name for example {@code NVIDIA H100 80GB HBM3}
 * @param pciBusId for example {@code 0000:1B:00.0}
 * @param major of the compute capability
 * @param minor of the compute capability
 * @param multiprocessors their number
 * @param memoryBytes all of its memory
 * @param memoryBytesPerSecond what its memory's clock and width allow; 0 where the driver does not
 *     tell them
 */
record DeviceFacts(
        int handle,
        int index,
        String name,
        String pciBusId,
        int major,
        int minor,
        int multiprocessors,
        long memoryBytes,
        double memoryBytesPerSecond) {
    private static final int GIBIBYTE_BITS = 30;

    /** For example {@code 9.0}. */
    String computeCapability() {
        return major + "." + minor;
    }

    @Override
    public String toString() {
        return "device "
                + index
                + " ("
                + name
                + ", "
                + (memoryBytes >> GIBIBYTE_BITS)
                + " GiB, compute capability "
                + computeCapability()
                + ", "
                + pciBusId
                + ")";
    }
}
