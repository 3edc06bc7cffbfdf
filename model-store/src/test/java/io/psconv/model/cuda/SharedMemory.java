package io.psconv.model.cuda;

import java.util.Arrays;

/**
 * Shared memory of one block of the {@link PtxMachine}, in words of four bytes.
 *
 * <p>Failures are: an address outside, one that is not a multiple of four, reading what nobody
 * wrote, and two threads that meet between two barriers where at least one writes.
 */
final class SharedMemory {
    /** Where it begins; not zero, so that a lost base address is noticed. */
    static final int START = 1024;

    private static final int MANY = -1;

    private final int[] words;
    private final boolean[] written;
    private final int[] writeEpoch;
    private final int[] writeThread;
    private final int[] readEpoch;
    private final int[] readThread;
    private int epoch = 1;

    SharedMemory(int bytes) {
        int length = bytes / 4;
        words = new int[length];
        written = new boolean[length];
        writeEpoch = new int[length];
        writeThread = new int[length];
        readEpoch = new int[length];
        readThread = new int[length];
    }

    /** As a new block finds it. */
    void clear() {
        Arrays.fill(written, false);
        epoch++;
    }

    /** All threads have met. */
    void barrier() {
        epoch++;
    }

    /** Checks the address of an access of so many bytes. */
    void check(int address, int bytes) {
        if (address % bytes != 0) {
            throw new PtxFailure("shared address " + address + " is no multiple of " + bytes);
        }
        if (address < START || address - START + bytes > words.length * 4) {
            throw new PtxFailure(
                    "shared address "
                            + (address - START)
                            + " with "
                            + bytes
                            + " bytes is outside of "
                            + words.length * 4);
        }
    }

    int load(int address, int thread) {
        int word = (address - START) / 4;
        if (!written[word]) {
            throw new PtxFailure("read shared byte " + 4 * word + ", unwritten so far");
        }
        if (writeEpoch[word] == epoch && writeThread[word] != thread) {
            throw new PtxFailure(
                    "read shared byte " + 4 * word + ", which another thread writes, no barrier");
        }
        boolean shared = readEpoch[word] == epoch && readThread[word] != thread;
        readEpoch[word] = epoch;
        readThread[word] = shared ? MANY : thread;
        return words[word];
    }

    void store(int address, int value, int thread) {
        int word = (address - START) / 4;
        if (writeEpoch[word] == epoch && writeThread[word] != thread
                || readEpoch[word] == epoch && readThread[word] != thread) {
            throw new PtxFailure(
                    "wrote shared byte " + 4 * word + ", which another thread uses, no barrier");
        }
        written[word] = true;
        writeEpoch[word] = epoch;
        writeThread[word] = thread;
        words[word] = value;
    }
}
