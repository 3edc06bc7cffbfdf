package io.psconv.bench.pipeline;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Processor time that a process has used so far. For Linux, whose /proc tells it by thread.
 *
 * @param totalNanos of all threads, ended ones too; to a hundredth of a second
 * @param kafkaNanos of the threads that Kafka's clients and the Kafka source run
 * @param compilerNanos of the JVM's compilers
 */
record ProcessCpu(long totalNanos, long kafkaNanos, long compilerNanos) {
    /** Beginnings of thread names, of which Linux keeps 15 characters. */
    private static final List<String> KAFKA_THREADS =
            List.of("kafka-producer", "kafka-admin", "kafka-coordinat", "Source Data Fet");

    private static final List<String> COMPILER_THREADS = List.of("C1 Compiler", "C2 Compiler");

    /**
     * Of a process.
     *
     * @throws IOException if it has ended, or this is not Linux
     */
    static ProcessCpu of(long pid) throws IOException {
        Optional<Duration> total =
                ProcessHandle.of(pid).flatMap(process -> process.info().totalCpuDuration());
        if (total.isEmpty()) {
            throw new IOException(
                    "the processor time of process "
                            + pid
                            + " is not known: it has ended, or this is not Linux");
        }
        Path tasks = Path.of("/proc", Long.toString(pid), "task");
        return new ProcessCpu(
                total.get().toNanos(), nanos(tasks, KAFKA_THREADS), nanos(tasks, COMPILER_THREADS));
    }

    private static long nanos(Path tasks, List<String> names) throws IOException {
        long nanos = 0;
        try (Stream<Path> threads = Files.list(tasks)) {
            for (Path thread : threads.toList()) {
                String name = text(thread.resolve("comm"));
                nanos += names.stream().anyMatch(name::startsWith) ? nanosOf(thread) : 0;
            }
        }
        return nanos;
    }

    /** The first figure of the scheduler's statistics: nanoseconds on a processor. */
    private static long nanosOf(Path thread) {
        String statistics = text(thread.resolve("schedstat"));
        int end = statistics.indexOf(' ');
        return end < 0 ? 0 : Long.parseLong(statistics.substring(0, end));
    }

    /** Nothing of a thread that has ended since it was listed. */
    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    /** What was used since an earlier reading. */
    ProcessCpu since(ProcessCpu earlier) {
        return new ProcessCpu(
                totalNanos - earlier.totalNanos,
                kafkaNanos - earlier.kafkaNanos,
                compilerNanos - earlier.compilerNanos);
    }
}
