package io.psconv.model.cuda;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Executes PTX in Java: a GPU that is slow and strict.
 *
 * <p>Blocks run one after another, the warps of a block one after another from barrier to barrier,
 * and a warp's lanes together. Beyond the instructions it checks what {@link GlobalMemory} and
 * {@link SharedMemory} check, that whole warps reach what needs whole warps, and that launches keep
 * to the limits of the kernels. Not thread-safe.
 */
final class PtxMachine {
    private final Map<String, PtxKernel> kernels;
    private final GlobalMemory memory = new GlobalMemory();
    private final TensorCore tensorCore = new TensorCore();
    private long executed;

    /**
     * Loads a module.
     *
     * @throws PtxFailure if it has an instruction that is unknown here
     */
    PtxMachine(byte[] ptx) {
        this(PtxParser.parse(ptx));
    }

    /** A machine with memory of its own for a module that is decoded already. */
    PtxMachine(Map<String, PtxKernel> kernels) {
        this.kernels = kernels;
    }

    GlobalMemory memory() {
        return memory;
    }

    /** Names of the module's kernels. */
    List<String> kernels() {
        return List.copyOf(kernels.keySet());
    }

    /** Instructions of warps so far. */
    long executed() {
        return executed;
    }

    /**
     * Runs a kernel over a grid.
     *
     * @param buffers device addresses of the launch's buffers by index
     * @throws PtxFailure if it does what a device must not
     */
    void launch(KernelLaunch launch, long[] buffers) {
        PtxKernel kernel = kernels.get(launch.kernel());
        if (kernel == null) {
            throw new PtxFailure("no kernel '" + launch.kernel() + "'");
        }
        if (launch.blockX() > kernel.maxThreads()) {
            throw new PtxFailure(
                    launch.kernel() + " has at most " + kernel.maxThreads() + " threads a block");
        }
        checkArguments(kernel, launch.arguments());
        memory.beginLaunch();
        SharedMemory shared = new SharedMemory(launch.sharedBytes());
        int block = 0;
        for (int z = 0; z < launch.gridZ(); z++) {
            for (int y = 0; y < launch.gridY(); y++) {
                for (int x = 0; x < launch.gridX(); x++) {
                    shared.clear();
                    run(warps(kernel, launch, buffers, shared, new int[] {x, y, z}, block), shared);
                    block++;
                }
            }
        }
    }

    private PtxWarp[] warps(
            PtxKernel kernel,
            KernelLaunch launch,
            long[] buffers,
            SharedMemory shared,
            int[] at,
            int block) {
        PtxWarp[] warps = new PtxWarp[(launch.blockX() - 1) / PtxWarp.LANES + 1];
        for (int index = 0; index < warps.length; index++) {
            int first = index * PtxWarp.LANES;
            PtxWarp warp =
                    new PtxWarp(
                            kernel,
                            memory,
                            shared,
                            tensorCore,
                            first,
                            block * launch.blockX() + first,
                            launch.blockX() - first);
            fill(warp, kernel, launch, buffers, at);
            warps[index] = warp;
        }
        return warps;
    }

    private static void fill(
            PtxWarp warp, PtxKernel kernel, KernelLaunch launch, long[] buffers, int[] at) {
        kernel.specialRows()
                .forEach(
                        (name, row) -> {
                            for (int lane = 0; lane < PtxWarp.LANES; lane++) {
                                warp.words[row + lane] =
                                        special(name, launch, at, warp.firstThread + lane);
                            }
                        });
        kernel.parameterRows()
                .forEach(
                        (number, row) -> {
                            KernelArgument argument = launch.arguments().get(number);
                            if (argument instanceof KernelArgument.Buffer buffer) {
                                long address = buffers[buffer.index()] + buffer.offset();
                                Arrays.fill(warp.longs, row, row + PtxWarp.LANES, address);
                            } else {
                                Arrays.fill(warp.words, row, row + PtxWarp.LANES, word(argument));
                            }
                        });
    }

    private static int word(KernelArgument argument) {
        return argument instanceof KernelArgument.Float32 number
                ? Float.floatToRawIntBits(number.value())
                : ((KernelArgument.Int32) argument).value();
    }

    private static int special(String name, KernelLaunch launch, int[] at, int thread) {
        return switch (name) {
            case "%tid.x" -> thread;
            case "%tid.y", "%tid.z" -> 0;
            case "%ntid.x" -> launch.blockX();
            case "%ntid.y", "%ntid.z" -> 1;
            case "%ctaid.x" -> at[0];
            case "%ctaid.y" -> at[1];
            case "%ctaid.z" -> at[2];
            case "%nctaid.x" -> launch.gridX();
            case "%nctaid.y" -> launch.gridY();
            case "%nctaid.z" -> launch.gridZ();
            default -> throw new PtxFailure("unknown register " + name);
        };
    }

    /** Runs all warps to a barrier, then on, until all have ended. */
    private void run(PtxWarp[] warps, SharedMemory shared) {
        while (true) {
            int ended = 0;
            for (PtxWarp warp : warps) {
                ended += warp.run() == PtxWarp.Stop.END ? 1 : 0;
            }
            if (ended == warps.length) {
                for (PtxWarp warp : warps) {
                    executed += warp.executed();
                }
                return;
            }
            if (ended > 0) {
                throw new PtxFailure("warps ended while others of the block wait at a barrier");
            }
            shared.barrier();
        }
    }

    private static void checkArguments(PtxKernel kernel, List<KernelArgument> arguments) {
        if (arguments.size() != kernel.parameters().size()) {
            throw new PtxFailure(
                    kernel.name()
                            + " has "
                            + kernel.parameters().size()
                            + " parameters but the launch has "
                            + arguments.size());
        }
        for (int index = 0; index < arguments.size(); index++) {
            boolean pointer = arguments.get(index) instanceof KernelArgument.Buffer;
            if (pointer != kernel.parameters().get(index).equals("u64")) {
                throw new PtxFailure(kernel.name() + ": wrong type of argument " + index);
            }
        }
    }
}
