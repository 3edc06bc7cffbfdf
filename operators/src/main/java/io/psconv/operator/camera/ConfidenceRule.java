package io.psconv.operator.camera;

import io.psconv.operator.record.CameraEventDetails.ConfidenceShift;
import io.psconv.operator.record.ModelConfidence;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * When a model is surer or less sure of its answers to a camera than it was at the beginning.
 *
 * <p>The mean confidence of the newest frames is compared with that of the first ones: a drift is a
 * difference of at least {@code threshold} standard errors of it (Welch, "The generalization of
 * 'Student's' problem when several different population variances are involved", Biometrika 34,
 * 1947) that is also large enough to matter. One frame resembles the next, so that the variance of
 * single frames would promise far too small an error; the values compared are therefore means of
 * batches (Schmeiser, "Batch size effects in the analysis of simulation output", Operations
 * Research 30, 1982), which must span more time than scenes last. A drift has gone when either is
 * below half of its limit. It is judged once a batch, not at each frame.
 *
 * @param threshold standard errors; zero: no drift is looked for
 * @param minDifference difference of means, 0 to 1
 * @param batchFrames frames whose mean is one value, at least 1
 * @param baselineBatches values that the first frames make, at least 2
 * @param recentBatches values that the newest frames make, at least 2
 */
public record ConfidenceRule(
        double threshold,
        double minDifference,
        int batchFrames,
        int baselineBatches,
        int recentBatches)
        implements Serializable {
    /** Keeps the quotient finite where all frames were answered alike; far below any difference. */
    private static final double SMALLEST_ERROR = 1e-6;

    public ConfidenceRule {
        if (batchFrames < 1 || baselineBatches < 2 || recentBatches < 2) {
            throw new IllegalArgumentException(
                    "camera.drift batches were '"
                            + batchFrames
                            + " frames, "
                            + baselineBatches
                            + " and "
                            + recentBatches
                            + " batches' but they must have at least 1 frame, and be at least 2");
        }
    }

    boolean isOn() {
        return threshold > 0;
    }

    /** What is known of a model with one answer more, in order of capture. */
    ModelConfidence next(ModelConfidence before, float confidence) {
        int frames = before.batchFrames() + 1;
        double sum = before.batchSum() + confidence;
        if (frames < batchFrames) {
            return new ModelConfidence(
                    before.model(),
                    frames,
                    sum,
                    before.baselineBatches(),
                    before.baselineMean(),
                    before.baselineSquares(),
                    before.recent(),
                    before.drifted());
        }
        double mean = sum / frames;
        if (before.baselineBatches() < baselineBatches) {
            return intoBaseline(before, mean);
        }
        List<Double> recent = new ArrayList<>(before.recent());
        recent.add(mean);
        recent.subList(0, Math.max(0, recent.size() - recentBatches)).clear();
        return judged(withRecent(before, recent, before.drifted()));
    }

    /** Welford's update, Technometrics 4, 1962. */
    private static ModelConfidence intoBaseline(ModelConfidence before, double value) {
        int count = before.baselineBatches() + 1;
        double difference = value - before.baselineMean();
        double mean = before.baselineMean() + difference / count;
        return new ModelConfidence(
                before.model(),
                0,
                0,
                count,
                mean,
                before.baselineSquares() + difference * (value - mean),
                before.recent(),
                before.drifted());
    }

    private ModelConfidence judged(ModelConfidence confidence) {
        if (confidence.recent().size() < recentBatches) {
            return confidence;
        }
        ConfidenceShift shift = shift(confidence);
        double difference = Math.abs(shift.recentMean() - shift.baselineMean());
        double errors = Math.abs(shift.standardErrors());
        boolean drifted =
                confidence.drifted()
                        ? errors >= threshold / 2 && difference >= minDifference / 2
                        : errors >= threshold && difference >= minDifference;
        return withRecent(confidence, confidence.recent(), drifted);
    }

    private static ModelConfidence withRecent(
            ModelConfidence confidence, List<Double> recent, boolean drifted) {
        return new ModelConfidence(
                confidence.model(),
                0,
                0,
                confidence.baselineBatches(),
                confidence.baselineMean(),
                confidence.baselineSquares(),
                recent,
                drifted);
    }

    /** The newest frames beside the first ones; both must be there. */
    ConfidenceShift shift(ModelConfidence confidence) {
        List<Double> recent = confidence.recent();
        double sum = 0;
        for (double value : recent) {
            sum += value;
        }
        double mean = sum / recent.size();
        double squares = 0;
        for (double value : recent) {
            squares += (value - mean) * (value - mean);
        }
        double error =
                Math.sqrt(
                        squaredError(confidence.baselineSquares(), confidence.baselineBatches())
                                + squaredError(squares, recent.size()));
        return new ConfidenceShift(
                confidence.model(),
                confidence.baselineMean(),
                mean,
                (mean - confidence.baselineMean()) / Math.max(SMALLEST_ERROR, error));
    }

    private static double squaredError(double squares, int count) {
        return squares / (count - 1) / count;
    }
}
