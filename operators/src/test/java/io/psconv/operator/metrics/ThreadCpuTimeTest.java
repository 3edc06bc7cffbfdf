package io.psconv.operator.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class ThreadCpuTimeTest {
    private static final long TENTH = 100_000_000;

    @Test
    void countsWorkAndNotWaiting() {
        assumeTrue(ThreadCpuTime.isKnown(), "this JVM does not know the time of threads");
        long start = ThreadCpuTime.nanos();
        long clock = System.nanoTime();
        while (ThreadCpuTime.nanos() - start < TENTH) {
            Thread.onSpinWait();
        }
        assertThat(System.nanoTime() - clock).isGreaterThanOrEqualTo(TENTH / 2);

        long before = ThreadCpuTime.nanos();
        long end = System.nanoTime() + TENTH;
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
        assertThat(ThreadCpuTime.nanos() - before).isLessThan(TENTH / 2);
    }
}
