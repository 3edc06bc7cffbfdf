package io.psconv.bench.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is measured beside others on a network. */
interface Contestant extends Entrant {
    /** What was measured so far. */
    Measurement measurement();

    /**
     * Figures of a candidate.
     *
     * @param imagesPerSecond by round
     * @param medianMillis half of the batches took no longer
     * @param mostImagesPerSecond what a device's memory allows; null where that is not reckoned
     */
    record Measurement(
            Subject.AtBatch what,
            List<Double> imagesPerSecond,
            double medianMillis,
            @Nullable Double mostImagesPerSecond) {
        public Measurement {
            imagesPerSecond = List.copyOf(imagesPerSecond);
        }
    }
}
