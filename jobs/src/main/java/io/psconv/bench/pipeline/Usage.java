package io.psconv.bench.pipeline;

import org.jspecify.annotations.Nullable;

/**
 * Processor time between two moments of a load, in nanoseconds; null of what cannot be known.
 *
 * @param frames answered meanwhile
 * @param nanos between the moments
 * @param network of the task manager's networks
 * @param decode of its decoding
 * @param kafka of its threads for Kafka
 * @param taskManager of all its threads but the JVM's compilers
 * @param compilers of the JVM, whose work belongs to the start though it goes on for minutes
 * @param jobManager of the JobManager's process
 * @param broker of the broker's process
 * @param generator of this process, which sends frames and reads answers
 */
record Usage(
        long frames,
        long nanos,
        @Nullable Double network,
        @Nullable Double decode,
        @Nullable Double kafka,
        @Nullable Double taskManager,
        @Nullable Double compilers,
        @Nullable Double jobManager,
        @Nullable Double broker,
        @Nullable Double generator) {
    /**
     * Of what a cluster used.
     *
     * @param generatorNanos of this process
     */
    static Usage of(long frames, long nanos, ClusterCpu cpu, long generatorNanos) {
        JobMeters meters = cpu.meters();
        ProcessCpu worker = cpu.taskManager();
        return new Usage(
                frames,
                nanos,
                meters == null ? null : (Double) (meters.networkSeconds() * 1e9),
                meters == null ? null : (Double) (meters.decodeSeconds() * 1e9),
                worker == null ? null : (Double) (double) worker.kafkaNanos(),
                worker == null
                        ? null
                        : (Double) (double) (worker.totalNanos() - worker.compilerNanos()),
                worker == null ? null : (Double) (double) worker.compilerNanos(),
                asDouble(cpu.jobManagerNanos()),
                asDouble(cpu.brokerNanos()),
                (double) generatorNanos);
    }

    private static @Nullable Double asDouble(@Nullable Long nanos) {
        return nanos == null ? null : (Double) nanos.doubleValue();
    }

    double framesPerSecond() {
        return frames / (nanos / 1e9);
    }

    /** What is none of the parts; measured by other clocks, they may exceed the whole by a bit. */
    @Nullable Double other() {
        if (taskManager == null || network == null || decode == null || kafka == null) {
            return null;
        }
        return Math.max(0, taskManager - network - decode - kafka);
    }

    /** A share of one frame, in microseconds; null of what is not known. */
    @Nullable Double microsPerFrame(@Nullable Double nanosOfAll) {
        return nanosOfAll == null ? null : (Double) (nanosOfAll / 1e3 / Math.max(1, frames));
    }
}
