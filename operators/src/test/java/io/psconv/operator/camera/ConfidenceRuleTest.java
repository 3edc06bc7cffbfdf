package io.psconv.operator.camera;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.psconv.operator.record.CameraEventDetails.ConfidenceShift;
import io.psconv.operator.record.ModelConfidence;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class ConfidenceRuleTest {
    private static final ConfidenceRule RULE = new ConfidenceRule(5, 0.05, 20, 50, 15);

    @Test
    void agreesWithWelchsStatisticOverAllFrames() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        float[] confidences = new float[20 * (50 + 40)];
        for (int frame = 0; frame < confidences.length; frame++) {
            confidences[frame] = random.nextFloat();
        }
        ModelConfidence known = ModelConfidence.of(Observations.MODEL);
        for (int frame = 0; frame < confidences.length; frame++) {
            known = RULE.next(known, confidences[frame]);
            if (frame >= 20 * 65 - 1 && (frame + 1) % 20 == 0) {
                int batches = (frame + 1) / 20;
                assertShift(
                        RULE.shift(known),
                        means(confidences, 0, 50),
                        means(confidences, batches - 15, batches),
                        seed);
            }
        }
    }

    @Test
    void seesADropAndItsEnd() {
        List<Integer> changes =
                changes(frame -> frame < 2000 || frame >= 3000 ? 0.9 : 0.7, 0.05, 0, 7);

        assertThat(changes).hasSize(2);
        assertThat(changes.get(0)).isBetween(2000, 2300);
        assertThat(changes.get(1)).isBetween(3000, 3320);
    }

    @Test
    void seesARiseToo() {
        assertThat(changes(frame -> frame < 2000 ? 0.6 : 0.8, 0.05, 0, 7)).hasSize(1);
    }

    @Test
    void aDifferenceTooSmallToMatterIsNoDrift() {
        assertThat(changes(frame -> frame < 2000 ? 0.9 : 0.87, 0.001, 0, 7)).isEmpty();
    }

    @Test
    void allFramesAlikeAreNoDriftButOtherOnesAlikeAre() {
        assertThat(changes(frame -> 0.9, 0, 0, 7)).isEmpty();
        assertThat(changes(frame -> frame < 2000 ? 0.9 : 0.8, 0, 0, 7)).hasSize(1);
    }

    /**
     * Scenes that last some frames: an AR(1) process whose coefficient of 0.9 gives a correlation
     * time of 19 frames. 400 cameras of 6,000 frames each; 1 in 100 of them may alarm falsely.
     */
    @Test
    void framesThatResembleEachOtherSeldomAlarmFalsely() {
        long seed = 20261121;
        int alarms = 0;
        for (int camera = 0; camera < 400; camera++) {
            List<Integer> changes = changes(frame -> 0.75, 0.04, 0.9, seed + camera);
            alarms += changes.isEmpty() ? 0 : 1;
        }

        assertThat(alarms).as("seed %d", seed).isLessThanOrEqualTo(4);
    }

    @Test
    void framesThatResembleEachOtherStillShowADrift() {
        long seed = 20261121;
        int seen = 0;
        for (int camera = 0; camera < 100; camera++) {
            List<Integer> changes =
                    changes(frame -> frame < 3000 ? 0.75 : 0.55, 0.04, 0.9, seed + camera);
            seen += changes.isEmpty() || changes.get(0) < 3000 ? 0 : 1;
        }

        assertThat(seen).as("seed %d", seed).isGreaterThanOrEqualTo(98);
    }

    @Test
    void zeroThresholdIsOff() {
        assertThat(new ConfidenceRule(0, 0.05, 20, 50, 15).isOn()).isFalse();
        assertThat(RULE.isOn()).isTrue();
    }

    @Test
    void goesOnWhereARestoredJobHasOtherWindows() {
        ModelConfidence known = ModelConfidence.of(Observations.MODEL);
        for (int frame = 0; frame < 20 * 66 + 13; frame++) {
            known = RULE.next(known, 0.5f);
        }

        known = new ConfidenceRule(5, 0.05, 10, 40, 5).next(known, 0.5f);

        assertThat(known.batchFrames()).isZero();
        assertThat(known.recent()).hasSize(5);
        assertThat(known.baselineMean()).isCloseTo(0.5, within(1e-9));
    }

    @Test
    void refusesWindowsWithoutVariance() {
        assertThatThrownBy(() -> new ConfidenceRule(5, 0.05, 20, 1, 15))
                .hasMessage(
                        "camera.drift batches were '20 frames, 1 and 15 batches' but they must"
                                + " have at least 1 frame, and be at least 2");
    }

    /** Frames at which a drift came or went, of 6,000 with an AR(1) noise around a mean. */
    private static List<Integer> changes(
            IntToDoubleFunction mean, double deviation, double correlation, long seed) {
        Random random = new Random(seed);
        double noise = deviation * random.nextGaussian();
        List<Integer> changes = new ArrayList<>();
        ModelConfidence known = ModelConfidence.of(Observations.MODEL);
        for (int frame = 0; frame < 6000; frame++) {
            ModelConfidence next =
                    RULE.next(
                            known,
                            (float) Math.max(0, Math.min(1, mean.applyAsDouble(frame) + noise)));
            if (next.drifted() != known.drifted()) {
                changes.add(frame);
            }
            known = next;
            noise =
                    correlation * noise
                            + Math.sqrt(1 - correlation * correlation)
                                    * deviation
                                    * random.nextGaussian();
        }
        return changes;
    }

    private static void assertShift(
            ConfidenceShift shift, double[] baseline, double[] recent, long seed) {
        double difference = mean(recent) - mean(baseline);
        double error =
                Math.sqrt(variance(baseline) / baseline.length + variance(recent) / recent.length);
        assertThat(shift.baselineMean())
                .as("seed %d", seed)
                .isCloseTo(mean(baseline), within(1e-9));
        assertThat(shift.recentMean()).as("seed %d", seed).isCloseTo(mean(recent), within(1e-9));
        assertThat(shift.standardErrors())
                .as("seed %d", seed)
                .isCloseTo(difference / error, within(1e-6));
    }

    private static double[] means(float[] confidences, int from, int to) {
        double[] means = new double[to - from];
        for (int batch = from; batch < to; batch++) {
            for (int frame = 20 * batch; frame < 20 * (batch + 1); frame++) {
                means[batch - from] += confidences[frame] / 20.0;
            }
        }
        return means;
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    private static double variance(double[] values) {
        double mean = mean(values);
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        return squares / (values.length - 1);
    }
}
