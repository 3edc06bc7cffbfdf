package io.psconv.job.options;

import io.psconv.operator.camera.AnswerSmoothing;
import io.psconv.operator.camera.CameraRules;
import io.psconv.operator.camera.ConfidenceRule;
import io.psconv.operator.camera.ExponentialSmoothing;
import io.psconv.operator.camera.MajoritySmoothing;
import io.psconv.operator.camera.OrderRule;
import io.psconv.operator.camera.PresenceRule;
import io.psconv.operator.camera.StillnessRule;
import java.time.Duration;

/** Reads what is watched of each camera. */
public final class CameraOptions {
    private static final int MOST_FRAMES = 1_000_000;

    private CameraOptions() {}

    /** How one answer is made of several. */
    public enum Smoothing {
        /** So many of the last frames have one label. */
        MAJORITY,
        /** The class of the largest smoothed probability. */
        EXPONENTIAL;

        @Override
        public String toString() {
            return NamedChoice.of(this);
        }
    }

    static CameraRules read(OptionReader reader) {
        return new CameraRules(
                smoothing(reader),
                new PresenceRule(
                        reader.durationBetween(
                                ClassifyConfigOptions.CAMERA_SILENT_AFTER,
                                Duration.ZERO,
                                Duration.ofDays(30)),
                        reader.durationBetween(
                                ClassifyConfigOptions.CAMERA_FORGET_AFTER,
                                Duration.ofSeconds(1),
                                Duration.ofDays(365))),
                new OrderRule(
                        reader.durationBetween(
                                ClassifyConfigOptions.CAMERA_OUT_OF_ORDERNESS,
                                Duration.ZERO,
                                Duration.ofHours(1)),
                        reader.intBetween(ClassifyConfigOptions.CAMERA_MAX_HELD_FRAMES, 1, 65_536),
                        reader.intBetween(
                                ClassifyConfigOptions.CAMERA_CLOCK_RESET_AFTER, 0, MOST_FRAMES)),
                new StillnessRule(
                        reader.intBetween(
                                ClassifyConfigOptions.CAMERA_FROZEN_FRAMES, 0, MOST_FRAMES),
                        reader.durationBetween(
                                ClassifyConfigOptions.CAMERA_FROZEN_DURATION,
                                Duration.ZERO,
                                Duration.ofDays(1))),
                new ConfidenceRule(
                        reader.doubleBetween(ClassifyConfigOptions.CAMERA_DRIFT_THRESHOLD, 0, 1000),
                        reader.doubleBetween(
                                ClassifyConfigOptions.CAMERA_DRIFT_MIN_DIFFERENCE, 0, 1),
                        reader.intBetween(
                                ClassifyConfigOptions.CAMERA_DRIFT_BATCH_FRAMES, 1, 100_000),
                        reader.intBetween(
                                ClassifyConfigOptions.CAMERA_DRIFT_BASELINE_BATCHES, 2, 100_000),
                        reader.intBetween(
                                ClassifyConfigOptions.CAMERA_DRIFT_RECENT_BATCHES, 2, 1000)));
    }

    private static AnswerSmoothing smoothing(OptionReader reader) {
        MajoritySmoothing majority =
                new MajoritySmoothing(
                        reader.intBetween(ClassifyConfigOptions.CAMERA_SMOOTHING_VOTES, 1, 1000),
                        reader.intBetween(ClassifyConfigOptions.CAMERA_SMOOTHING_FRAMES, 1, 1000));
        ExponentialSmoothing exponential =
                new ExponentialSmoothing(
                        reader.doubleBetween(
                                ClassifyConfigOptions.CAMERA_SMOOTHING_WEIGHT, 0.001, 1),
                        reader.doubleBetween(
                                ClassifyConfigOptions.CLASSIFY_CONFIDENCE_THRESHOLD, 0, 1));
        return switch (reader.choice(ClassifyConfigOptions.CAMERA_SMOOTHING)) {
            case MAJORITY -> majority;
            case EXPONENTIAL -> exponential;
        };
    }
}
