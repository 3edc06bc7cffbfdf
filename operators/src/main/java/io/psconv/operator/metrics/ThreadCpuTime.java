package io.psconv.operator.metrics;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** Time that the calling thread has had a processor, where the JVM knows it. */
public final class ThreadCpuTime {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final boolean KNOWN =
            THREADS.isCurrentThreadCpuTimeSupported() && THREADS.isThreadCpuTimeEnabled();

    private ThreadCpuTime() {}

    /** Whether {@link #nanos} is more than 0. */
    public static boolean isKnown() {
        return KNOWN;
    }

    /** Nanoseconds since the thread began; 0 where they are not known. */
    public static long nanos() {
        return KNOWN ? THREADS.getCurrentThreadCpuTime() : 0;
    }
}
