package io.psconv.model.cuda;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Thirty-two threads of a block that execute together.
 *
 * <p>Lanes whose branches part wait for each other where their ways meet: of several places, the
 * first in the code goes on.
 */
final class PtxWarp {
    static final int LANES = 32;
    private static final int ALL = -1;

    /** Why a warp stopped. */
    enum Stop {
        BARRIER,
        END
    }

    /** A copy to shared memory that is under way. */
    private record Copy(int to, long from, int bytes, int thread) {}

    final int[] words;
    final long[] longs;
    final int[] predicates;
    final GlobalMemory memory;
    final SharedMemory shared;
    final TensorCore tensorCore;

    /** Number of the first lane's thread in the block and in the grid. */
    final int firstThread;

    final int firstGlobalThread;

    private final PtxKernel kernel;
    private final List<Copy> copies = new ArrayList<>();
    private final int[] places = new int[LANES];
    private int waiting;
    private int firstWaiting = Integer.MAX_VALUE;
    private int lanes;
    private int place;
    private long executed;

    PtxWarp(
            PtxKernel kernel,
            GlobalMemory memory,
            SharedMemory shared,
            TensorCore tensorCore,
            int firstThread,
            int firstGlobalThread,
            int threads) {
        this.kernel = kernel;
        this.memory = memory;
        this.shared = shared;
        this.tensorCore = tensorCore;
        this.firstThread = firstThread;
        this.firstGlobalThread = firstGlobalThread;
        this.lanes = threads >= LANES ? ALL : (1 << threads) - 1;
        this.words = kernel.constantWords().clone();
        this.longs = kernel.constantLongs().clone();
        this.predicates = new int[kernel.predicates()];
    }

    /** Instructions so far, one for all lanes that execute it together. */
    long executed() {
        return executed;
    }

    /** Executes until all lanes meet at a barrier or have ended. */
    Stop run() {
        while (true) {
            if (lanes == 0) {
                if (waiting == 0) {
                    checkCopies();
                    return Stop.END;
                }
                takeFirst();
            } else if (place >= firstWaiting) {
                if (place > firstWaiting) {
                    park(lanes, place);
                    lanes = 0;
                }
                takeFirst();
            }
            PtxKernel.Line line = kernel.lines()[place];
            executed++;
            int guarded = lanes;
            if (line.guard() >= 0) {
                guarded &= line.negated() ? ~predicates[line.guard()] : predicates[line.guard()];
            }
            switch (line.kind()) {
                case PLAIN -> {
                    if (guarded != 0) {
                        execute(line, guarded);
                    }
                    place++;
                }
                case BRANCH -> branch(line.target(), guarded);
                case RETURN -> {
                    lanes &= ~guarded;
                    place++;
                }
                case BARRIER -> {
                    if (guarded != ALL) {
                        throw failure(line, "not all lanes are at the barrier", null);
                    }
                    place++;
                    return Stop.BARRIER;
                }
                default -> throw new IllegalStateException(line.toString());
            }
        }
    }

    private void execute(PtxKernel.Line line, int guarded) {
        if (line.together() && guarded != ALL) {
            throw failure(
                    line, "only some lanes execute it: " + Integer.toHexString(guarded), null);
        }
        try {
            line.instruction().run(this, guarded);
        } catch (PtxFailure | ArrayIndexOutOfBoundsException e) {
            throw failure(line, "", e);
        }
    }

    private PtxFailure failure(PtxKernel.Line line, String what, @Nullable RuntimeException e) {
        String message =
                "kernel "
                        + kernel.name()
                        + ", '"
                        + line.text()
                        + "', threads from "
                        + firstGlobalThread
                        + " on "
                        + what;
        return e == null ? new PtxFailure(message) : new PtxFailure(message, e);
    }

    private void branch(int target, int taken) {
        int staying = lanes & ~taken;
        if (taken == 0) {
            place++;
        } else if (staying == 0) {
            place = target;
        } else {
            park(staying, place + 1);
            park(taken, target);
            lanes = 0;
        }
    }

    private void park(int which, int where) {
        for (int lane = 0; lane < LANES; lane++) {
            if ((which >> lane & 1) != 0) {
                places[lane] = where;
            }
        }
        waiting |= which;
        firstWaiting = Math.min(firstWaiting, where);
    }

    /** Lanes that wait at the first place go on, with those that are there already. */
    private void takeFirst() {
        place = firstWaiting;
        firstWaiting = Integer.MAX_VALUE;
        for (int lane = 0; lane < LANES; lane++) {
            if ((waiting >> lane & 1) != 0) {
                if (places[lane] == place) {
                    lanes |= 1 << lane;
                } else {
                    firstWaiting = Math.min(firstWaiting, places[lane]);
                }
            }
        }
        waiting &= ~lanes;
    }

    /** Begins a copy of global to shared memory, which ends when it is awaited. */
    void copy(int to, long from, int bytes, int lane) {
        shared.check(to, bytes);
        memory.check(from, bytes);
        copies.add(new Copy(to, from, bytes, lane));
    }

    void awaitCopies() {
        for (Copy copy : copies) {
            for (int offset = 0; offset < copy.bytes; offset += 4) {
                int word = memory.load32(copy.from + offset, firstGlobalThread + copy.thread);
                shared.store32(copy.to + offset, word, firstThread + copy.thread);
            }
        }
        copies.clear();
    }

    private void checkCopies() {
        if (!copies.isEmpty()) {
            throw new PtxFailure("kernel " + kernel.name() + " ended with copies under way");
        }
    }
}
