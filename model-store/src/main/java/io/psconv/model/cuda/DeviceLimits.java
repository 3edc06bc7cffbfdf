package io.psconv.model.cuda;

/**
 * What a device has, as far as plans depend on it.
 *
 * @param blockSharedBytes most shared memory of a block, what the driver calls the maximum that a
 *     block can opt in to
 * @param multiprocessors how many work side by side
 */
record DeviceLimits(int blockSharedBytes, int multiprocessors) {
    /** Shared memory that all devices have that run the kernels, and the size of a large one. */
    static final DeviceLimits COMMON = new DeviceLimits(99 << 10, 132);

    public DeviceLimits {
        if (blockSharedBytes < 1 || multiprocessors < 1) {
            throw new IllegalArgumentException(
                    "device had '"
                            + blockSharedBytes
                            + "' bytes of shared memory a block and '"
                            + multiprocessors
                            + "' multiprocessors but both must be at least 1");
        }
        blockSharedBytes = Math.min(blockSharedBytes, KernelLaunch.MAX_SHARED_BYTES);
    }
}
