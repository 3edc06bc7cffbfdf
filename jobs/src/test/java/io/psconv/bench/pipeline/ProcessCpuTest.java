package io.psconv.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class ProcessCpuTest {
    private static final long TENTH = 100_000_000;

    @Test
    void tellsKafkasThreadsFromOthers() throws Exception {
        long pid = ProcessHandle.current().pid();
        AtomicBoolean ended = new AtomicBoolean();
        Thread other = spin("worker", ended);
        Thread kafka = spin("kafka-producer-network-thread | test", ended);
        try {
            ProcessCpu before = ProcessCpu.of(pid);
            ProcessCpu used;
            do {
                used = ProcessCpu.of(pid).since(before);
            } while (used.kafkaNanos() < TENTH || used.totalNanos() < 3 * TENTH);

            assertThat(used.kafkaNanos()).isLessThan(used.totalNanos());
        } finally {
            ended.set(true);
            other.join();
            kafka.join();
        }
    }

    @Test
    void saysWhenThereIsNoSuchProcess() throws Exception {
        Process ended = new ProcessBuilder("true").start();
        ended.waitFor();

        assertThatThrownBy(() -> ProcessCpu.of(ended.pid()))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(
                        "the processor time of process " + ended.pid() + " is not known");
    }

    private static Thread spin(String name, AtomicBoolean ended) {
        Thread thread =
                new Thread(
                        () -> {
                            while (!ended.get()) {
                                Thread.onSpinWait();
                            }
                        },
                        name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
