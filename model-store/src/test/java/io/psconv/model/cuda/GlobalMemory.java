package io.psconv.model.cuda;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Global memory of the {@link PtxMachine}, which notices wrong accesses.
 *
 * <p>Failures are: an address outside of every allocation, one that is not a multiple of the
 * access, reading what nobody wrote, and two threads of one launch that meet where at least one
 * writes.
 */
final class GlobalMemory {
    private static final int SPACE_BITS = 40;
    private static final long OFFSET = (1L << SPACE_BITS) - 1;
    private static final VarHandle INTS =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle SHORTS =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    /** One allocation; what is noted about it is by unit of two bytes. */
    private static final class Allocation {
        final byte[] bytes;
        final boolean[] written;
        final int[] writeLaunch;
        final int[] writeThread;
        final int[] readLaunch;
        final int[] readThread;

        Allocation(int length) {
            bytes = new byte[length];
            int units = (length + 1) / 2;
            written = new boolean[units];
            writeLaunch = new int[units];
            writeThread = new int[units];
            readLaunch = new int[units];
            readThread = new int[units];
        }
    }

    /** By the upper bits of their addresses; null where there is none, as at the first place. */
    private final List<@Nullable Allocation> allocations = new ArrayList<>();

    private int launch;

    GlobalMemory() {
        allocations.add(null);
    }

    /** Makes room whose content is unwritten. */
    long allocate(long bytes) {
        allocations.add(new Allocation(Math.toIntExact(bytes)));
        return (long) (allocations.size() - 1) << SPACE_BITS;
    }

    void free(long address) {
        if ((address & OFFSET) != 0) {
            throw new PtxFailure("freed " + Long.toHexString(address) + ", no allocation's start");
        }
        allocation(address);
        allocations.set((int) (address >>> SPACE_BITS), null);
    }

    /** How many allocations there are. */
    int allocations() {
        return (int) allocations.stream().filter(Objects::nonNull).count();
    }

    void write(long address, byte[] bytes) {
        Allocation allocation = allocation(address);
        int offset = (int) (address & OFFSET);
        checkRange(allocation, address, bytes.length);
        System.arraycopy(bytes, 0, allocation.bytes, offset, bytes.length);
        Arrays.fill(allocation.written, offset / 2, (offset + bytes.length + 1) / 2, true);
    }

    byte[] read(long address, int length) {
        Allocation allocation = allocation(address);
        checkRange(allocation, address, length);
        int offset = (int) (address & OFFSET);
        for (int unit = offset / 2; unit < (offset + length + 1) / 2; unit++) {
            if (!allocation.written[unit]) {
                throw new PtxFailure("the host read byte " + 2 * unit + ", which nobody wrote");
            }
        }
        return Arrays.copyOfRange(allocation.bytes, offset, offset + length);
    }

    /** Bytes from an address on that somebody wrote, at most {@code length}. */
    int written(long address, int length) {
        Allocation allocation = allocation(address);
        int offset = (int) (address & OFFSET);
        int end = offset;
        while (end < offset + length && allocation.written[end / 2]) {
            end += 2;
        }
        return Math.min(end - offset, length);
    }

    /** From here on, what threads did before no longer matters. */
    void beginLaunch() {
        launch++;
    }

    /** Checks the address of an access of so many bytes. */
    void check(long address, int bytes) {
        if (address % bytes != 0) {
            throw new PtxFailure(
                    "address " + Long.toHexString(address) + " is no multiple of " + bytes);
        }
        checkRange(allocation(address), address, bytes);
    }

    int load32(long address, int thread) {
        Allocation allocation = allocation(address);
        int offset = (int) (address & OFFSET);
        noteRead(allocation, offset / 2, thread);
        noteRead(allocation, offset / 2 + 1, thread);
        return (int) INTS.get(allocation.bytes, offset);
    }

    int load16(long address, int thread) {
        Allocation allocation = allocation(address);
        int offset = (int) (address & OFFSET);
        noteRead(allocation, offset / 2, thread);
        return (short) SHORTS.get(allocation.bytes, offset) & 0xffff;
    }

    void store32(long address, int value, int thread) {
        Allocation allocation = allocation(address);
        int offset = (int) (address & OFFSET);
        noteWrite(allocation, offset / 2, thread);
        noteWrite(allocation, offset / 2 + 1, thread);
        INTS.set(allocation.bytes, offset, value);
    }

    void store16(long address, int value, int thread) {
        Allocation allocation = allocation(address);
        int offset = (int) (address & OFFSET);
        noteWrite(allocation, offset / 2, thread);
        SHORTS.set(allocation.bytes, offset, (short) value);
    }

    private void noteRead(Allocation allocation, int unit, int thread) {
        if (!allocation.written[unit]) {
            throw new PtxFailure("read byte " + 2 * unit + " of an allocation, unwritten so far");
        }
        if (allocation.writeLaunch[unit] == launch && allocation.writeThread[unit] != thread) {
            throw new PtxFailure("read byte " + 2 * unit + ", which another thread writes");
        }
        boolean shared =
                allocation.readLaunch[unit] == launch && allocation.readThread[unit] != thread;
        allocation.readLaunch[unit] = launch;
        allocation.readThread[unit] = shared ? -1 : thread;
    }

    private void noteWrite(Allocation allocation, int unit, int thread) {
        if (allocation.writeLaunch[unit] == launch && allocation.writeThread[unit] != thread) {
            throw new PtxFailure("wrote byte " + 2 * unit + ", which another thread wrote");
        }
        if (allocation.readLaunch[unit] == launch && allocation.readThread[unit] != thread) {
            throw new PtxFailure("wrote byte " + 2 * unit + ", which another thread read");
        }
        allocation.written[unit] = true;
        allocation.writeLaunch[unit] = launch;
        allocation.writeThread[unit] = thread;
    }

    private Allocation allocation(long address) {
        long space = address >>> SPACE_BITS;
        Allocation found = space < allocations.size() ? allocations.get((int) space) : null;
        if (found == null) {
            throw new PtxFailure("address " + Long.toHexString(address) + " is not allocated");
        }
        return found;
    }

    private static void checkRange(Allocation allocation, long address, long bytes) {
        if ((address & OFFSET) + bytes > allocation.bytes.length) {
            throw new PtxFailure(
                    "address "
                            + Long.toHexString(address)
                            + " with "
                            + bytes
                            + " bytes ends behind the allocation's "
                            + allocation.bytes.length);
        }
    }
}
