package io.psconv.model.cuda;

import java.util.Arrays;

/**
 * Shared memory of one block of the {@link PtxMachine}, in units of two bytes.
 *
 * <p>Failures are: an address outside, one that is not a multiple of the access, reading what
 * nobody wrote, and two threads that meet between two barriers where at least one writes.
 */
final class SharedMemory {
    /** Where it begins; not zero, so that a lost base address is noticed. */
    static final int START = 1024;

    private static final int MANY = -1;

    private final short[] units;
    private final boolean[] written;
    private final int[] writeEpoch;
    private final int[] writeThread;
    private final int[] readEpoch;
    private final int[] readThread;
    private int epoch = 1;

    SharedMemory(int bytes) {
        int length = bytes / 2;
        units = new short[length];
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
        if (address < START || address - START + bytes > units.length * 2) {
            throw new PtxFailure(
                    "shared address "
                            + (address - START)
                            + " with "
                            + bytes
                            + " bytes is outside of "
                            + units.length * 2);
        }
    }

    int load32(int address, int thread) {
        return load16(address, thread) | load16(address + 2, thread) << 16;
    }

    int load16(int address, int thread) {
        int unit = (address - START) / 2;
        if (!written[unit]) {
            throw new PtxFailure("read shared byte " + 2 * unit + ", unwritten so far");
        }
        if (writeEpoch[unit] == epoch && writeThread[unit] != thread) {
            throw new PtxFailure(
                    "read shared byte " + 2 * unit + ", which another thread writes, no barrier");
        }
        boolean shared = readEpoch[unit] == epoch && readThread[unit] != thread;
        readEpoch[unit] = epoch;
        readThread[unit] = shared ? MANY : thread;
        return units[unit] & 0xffff;
    }

    void store32(int address, int value, int thread) {
        store16(address, value, thread);
        store16(address + 2, value >>> 16, thread);
    }

    void store16(int address, int value, int thread) {
        int unit = (address - START) / 2;
        if ((writeEpoch[unit] == epoch && writeThread[unit] != thread)
                || (readEpoch[unit] == epoch && readThread[unit] != thread)) {
            throw new PtxFailure(
                    "wrote shared byte " + 2 * unit + ", which another thread uses, no barrier");
        }
        written[unit] = true;
        writeEpoch[unit] = epoch;
        writeThread[unit] = thread;
        units[unit] = (short) value;
    }
}
