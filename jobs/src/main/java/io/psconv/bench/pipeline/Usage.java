package io.psconv.bench.pipeline;

/**
 * Processor time between two moments of a load, in nanoseconds.
 *
 * @param frames answered meanwhile
 * @param nanos between the moments
 * @param network of the task manager's networks
 * @param decode of its decoding
 * @param kafka of its threads for Kafka
 * @param taskManager of all its threads
 * @param jobManager of the JobManager's process
 * @param broker of the broker's process
 * @param generator of this process, which sends frames and reads answers
 */
record Usage(
        long frames,
        long nanos,
        double network,
        double decode,
        double kafka,
        double taskManager,
        double jobManager,
        double broker,
        double generator) {
    double framesPerSecond() {
        return frames / (nanos / 1e9);
    }

    /** What is none of the parts; measured by other clocks, they may exceed the whole by a bit. */
    double other() {
        return Math.max(0, taskManager - network - decode - kafka);
    }

    /** A share of one frame, in microseconds. */
    double microsPerFrame(double nanosOfAll) {
        return nanosOfAll / 1e3 / Math.max(1, frames);
    }
}
