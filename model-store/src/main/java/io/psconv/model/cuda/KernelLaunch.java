package io.psconv.model.cuda;

import java.util.List;

/**
 * One kernel over one grid; blocks have one dimension.
 *
 * @param kernel name of the function in the module
 * @param gridX blocks, 1 to 2³¹ − 1
 * @param gridY blocks, 1 to 65535
 * @param gridZ blocks, 1 to 65535
 * @param blockX threads of a block, 1 to 1024
 * @param sharedBytes dynamic shared memory of a block, 0 to {@link #MAX_SHARED_BYTES}; above {@link
 *     #PLAIN_SHARED_BYTES} the function's attribute has to be raised before the launch
 * @param arguments values of the kernel's parameters in order
 */
record KernelLaunch(
        String kernel,
        int gridX,
        int gridY,
        int gridZ,
        int blockX,
        int sharedBytes,
        List<KernelArgument> arguments) {
    /** Dynamic shared memory that every function may use unasked. */
    static final int PLAIN_SHARED_BYTES = 48 << 10;

    /** What a block may have at most, on the devices that have most. */
    static final int MAX_SHARED_BYTES = 227 << 10;

    private static final int MAX_GRID = 65_535;
    private static final int MAX_BLOCK = 1024;

    public KernelLaunch {
        arguments = List.copyOf(arguments);
        check(kernel, "gridX", gridX, 1, Integer.MAX_VALUE);
        check(kernel, "gridY", gridY, 1, MAX_GRID);
        check(kernel, "gridZ", gridZ, 1, MAX_GRID);
        check(kernel, "blockX", blockX, 1, MAX_BLOCK);
        check(kernel, "sharedBytes", sharedBytes, 0, MAX_SHARED_BYTES);
    }

    private static void check(String kernel, String what, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    what
                            + " of kernel '"
                            + kernel
                            + "' was '"
                            + value
                            + "' but it must be between "
                            + least
                            + " and "
                            + most);
        }
    }
}
