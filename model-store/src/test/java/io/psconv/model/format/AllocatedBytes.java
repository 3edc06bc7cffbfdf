package io.psconv.model.format;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Counts what the current thread has allocated so far. */
public final class AllocatedBytes {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private AllocatedBytes() {}

    public static long now() {
        return THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
    }
}
