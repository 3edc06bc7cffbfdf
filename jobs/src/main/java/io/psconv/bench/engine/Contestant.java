package io.psconv.bench.engine;

import java.util.List;

/** What is measured beside others on a network. */
interface Contestant extends Entrant {
    /** What was measured so far. */
    Measurement measurement();

    /**
     * Figures of a candidate.
     *
     * @param imagesPerSecond by round
     * @param medianMillis half of the batches took no longer
     */
    record Measurement(Subject.AtBatch what, List<Double> imagesPerSecond, double medianMillis) {
        public Measurement {
            imagesPerSecond = List.copyOf(imagesPerSecond);
        }
    }
}
