package io.psconv.layout;

import java.lang.management.ManagementFactory;

/** Says by how much the heap's live objects have grown, in a JVM that does nothing else. */
final class HeapMeter {
    /** The collector may leave some for the next time. */
    private static final int COLLECTIONS = 3;

    private long before = liveBytes();

    /** Bytes since the last call, or since the meter was made; zero if there are fewer. */
    long grownBytes() {
        long now = liveBytes();
        long grown = Math.max(0, now - before);
        before = now;
        return grown;
    }

    private static long liveBytes() {
        long least = Long.MAX_VALUE;
        for (int collection = 0; collection < COLLECTIONS; collection++) {
            System.gc();
            least =
                    Math.min(
                            least,
                            ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }
}
