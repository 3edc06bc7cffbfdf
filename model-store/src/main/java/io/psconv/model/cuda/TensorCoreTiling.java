package io.psconv.model.cuda;

/**
 * How a convolution on tensor cores is cut into blocks and warps.
 *
 * @param blockPixels output pixels of a block
 * @param rows of sixteen pixels that a warp takes
 * @param warpsAcross warps of a block side by side over its pixels
 * @param warpsDown warps of a block over tiles of slots
 * @param splits blocks that share the tiles of the same pixels
 * @param stageStart where in shared memory a block puts its output together; 0 if it does not
 * @param stageBytes distance of pixels there
 * @param sharedBytes shared memory of a block
 */
record TensorCoreTiling(
        int blockPixels,
        int rows,
        int warpsAcross,
        int warpsDown,
        int splits,
        int stageStart,
        int stageBytes,
        int sharedBytes) {
    /** As in {@code psconv.cu}. */
    private static final int ZERO_BYTES = 32;

    /** Bytes that are copied at once, and by which staged pixels move on to other banks. */
    private static final int COPY_BYTES = 16;

    private static final int FRAGMENT_PIXELS = 16;
    private static final int MAX_BLOCK_PIXELS = 128;

    /** The most rows that there are kernels for: weights are fetched once for all rows. */
    private static final int MAX_ROWS = 4;

    /** Small blocks, so that one copies its patch while another multiplies. */
    private static final int MAX_WARPS = 4;

    /** Blocks that keep a multiprocessor busy. */
    private static final int BLOCKS = 2;

    /** What lets two blocks run on one multiprocessor of the largest devices. */
    private static final int GOOD_SHARED_BYTES = 112 << 10;

    /**
     * Distance of pixels in shared memory, so that the eight lanes that read one quad each of
     * neighbouring pixels meet different banks: an odd multiple of 32 bytes between the pixels that
     * neighbouring outputs read.
     */
    static int pixelBytes(int channels, int stride) {
        int bytes = channels * Short.BYTES;
        if (bytes < 32) {
            return bytes;
        }
        int step = stride == 1 ? 32 : 16;
        int odd = (bytes + step - 1) / step | 1;
        return odd * step;
    }

    /**
     * Cuts a layer.
     *
     * @param layer name for messages
     * @throws IllegalArgumentException if even the smallest block needs more shared memory than the
     *     device has
     */
    static TensorCoreTiling of(
            String layer,
            ConvolutionGeometry geometry,
            ConvolutionTables tables,
            DeviceLimits limits) {
        int pixels = geometry.outPixels();
        int pixelBytes = pixelBytes(geometry.channels(), geometry.stride());
        int run = MAX_BLOCK_PIXELS;
        while (run > FRAGMENT_PIXELS
                && (run / 2 >= pixels
                        || shared(geometry, run, pixelBytes)
                                > Math.min(limits.blockSharedBytes(), GOOD_SHARED_BYTES))) {
            run /= 2;
        }
        long shared = shared(geometry, run, pixelBytes);
        if (shared > limits.blockSharedBytes()) {
            throw new IllegalArgumentException(
                    "layer '"
                            + layer
                            + "' needs "
                            + shared
                            + " bytes of shared memory in half precision but a block has at most "
                            + limits.blockSharedBytes()
                            + "; classify in single precision or on a larger device");
        }
        int rows = Math.min(run / FRAGMENT_PIXELS, MAX_ROWS);
        int across = run / FRAGMENT_PIXELS / rows;
        int blocks = (pixels - 1) / run + 1;
        int enough = BLOCKS * limits.multiprocessors();
        int splits = Math.min((enough - 1) / blocks + 1, tables.tileCount());
        int down = Math.min(MAX_WARPS / across, (tables.tileCount() - 1) / splits + 1);
        splits = Math.min(splits, (tables.tileCount() - 1) / down + 1);
        long stageStart = aligned(shared);
        int stageBytes = aligned((long) geometry.outChannels() * Short.BYTES) + COPY_BYTES;
        long staged = stageStart + (long) run * stageBytes;
        boolean stages =
                tables.scattered()
                        && splits == 1
                        && staged <= Math.min(limits.blockSharedBytes(), GOOD_SHARED_BYTES);
        return new TensorCoreTiling(
                run,
                rows,
                across,
                down,
                splits,
                stages ? Math.toIntExact(stageStart) : 0,
                stages ? stageBytes : 0,
                Math.toIntExact(stages ? staged : shared));
    }

    private static int aligned(long bytes) {
        return Math.toIntExact((bytes + COPY_BYTES - 1) / COPY_BYTES * COPY_BYTES);
    }

    private static long shared(ConvolutionGeometry geometry, int run, int pixelBytes) {
        return ZERO_BYTES + (long) geometry.patchPixels(run) * pixelBytes;
    }

    int threads() {
        return warpsAcross * warpsDown * 32;
    }
}
