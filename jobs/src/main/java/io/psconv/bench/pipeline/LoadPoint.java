package io.psconv.bench.pipeline;

import io.psconv.bench.pipeline.AnswerTail.Seen;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What came of one load.
 *
 * @param offered frames a second, on average
 * @param usage behind the first quarter, which is left out
 * @param lag seconds by which answers came later with each second of the load
 * @param classified from a frame's schedule until its classification is in Kafka, milliseconds;
 *     null of a job without transactions
 * @param visible from there until it is visible to read_committed
 */
record LoadPoint(
        double offered,
        Usage usage,
        double lag,
        @Nullable Histogram classified,
        Histogram visible) {
    /** Of the schedule, in front of what is measured. */
    static final double SETTLING = 0.25;

    /** Two seconds of backlog in a hundred: the system keeps up, as far as a few seconds tell. */
    private static final double MOST_LAG = 0.02;

    /** Percentiles to a thousandth are good for these. */
    static final int DIGITS = 3;

    /** Whether the backlog did not grow. */
    boolean isSustained() {
        return lag <= MOST_LAG;
    }

    /** Latencies of the answers to frames due from a moment on. */
    static Histogram latencies(List<Seen> answers, long fromMillis) {
        Histogram histogram = new Histogram(DIGITS);
        answers.stream()
                .filter(answer -> answer.dueMillis() >= fromMillis)
                .forEach(answer -> histogram.recordValue(answer.latencyMillis()));
        return histogram;
    }

    /**
     * Slope of latency over the time a frame was due, by least squares: of a load above what the
     * system can take, the share that it cannot.
     */
    static double lag(List<Seen> answers, long fromMillis) {
        double count = 0;
        double sumX = 0;
        double sumY = 0;
        double sumXx = 0;
        double sumXy = 0;
        for (Seen answer : answers) {
            if (answer.dueMillis() >= fromMillis) {
                double x = answer.dueMillis() - fromMillis;
                double y = answer.latencyMillis();
                count++;
                sumX += x;
                sumY += y;
                sumXx += x * x;
                sumXy += x * y;
            }
        }
        double spread = count * sumXx - sumX * sumX;
        return spread <= 0 ? 0 : (count * sumXy - sumX * sumY) / spread;
    }
}
