package io.psconv.operator.camera;

import io.psconv.operator.record.ClassScore;
import io.psconv.operator.record.Classification;
import io.psconv.operator.record.Observation;
import io.psconv.operator.record.SmoothedAnswer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The answer is the class of the largest smoothed probability.
 *
 * <p>With each frame, {@code smoothed = (1 - weight) * smoothed + weight * probability}, from the
 * first frame's probabilities on (simple exponential smoothing: Brown, "Exponential Smoothing for
 * Predicting Demand", 1956). A class that a frame has no probability of, because another model
 * answered it, counts as 0 there. Of equal classes the answer so far stays.
 *
 * @param weight of the newest frame, above 0 and at most 1
 * @param threshold smoothed probability below which the answer is {@code unknown}
 */
public record ExponentialSmoothing(double weight, double threshold) implements AnswerSmoothing {
    /** Below it a class that is none of the model's any more is forgotten. */
    private static final float NOTHING = 1e-6f;

    public ExponentialSmoothing {
        if (!(weight > 0 && weight <= 1)) {
            throw new IllegalArgumentException(
                    "camera.smoothing.weight was '"
                            + weight
                            + "' but it must be above 0.0 and at most 1.0");
        }
    }

    @Override
    public boolean needsScores() {
        return true;
    }

    @Override
    public SmoothedAnswer next(SmoothedAnswer before, Observation frame) {
        if (frame.scores().isEmpty()) {
            // Held since before the job was restored with this way of smoothing.
            return before;
        }
        List<ClassScore> smoothed =
                before.scores().isEmpty()
                        ? frame.scores()
                        : smoothed(before.scores(), frame.scores());
        return new SmoothedAnswer(label(smoothed, before), List.of(), smoothed);
    }

    private List<ClassScore> smoothed(List<ClassScore> before, List<ClassScore> frame) {
        Map<String, Float> news = new LinkedHashMap<>();
        for (ClassScore score : frame) {
            news.put(score.label(), score.probability());
        }
        List<ClassScore> smoothed = new ArrayList<>(frame.size());
        for (ClassScore score : before) {
            Float probability = news.remove(score.label());
            float value = blend(score.probability(), probability == null ? 0 : probability);
            if (probability != null || value >= NOTHING) {
                smoothed.add(new ClassScore(score.label(), value));
            }
        }
        news.forEach(
                (label, probability) -> smoothed.add(new ClassScore(label, blend(0, probability))));
        return smoothed;
    }

    private float blend(float before, float now) {
        return (float) ((1 - weight) * before + weight * now);
    }

    private String label(List<ClassScore> smoothed, SmoothedAnswer before) {
        ClassScore best = smoothed.get(0);
        for (ClassScore score : smoothed) {
            boolean same = score.label().equals(before.label());
            if (score.probability() > best.probability()
                    || (same && score.probability() == best.probability())) {
                best = score;
            }
        }
        return best.probability() < threshold ? Classification.UNKNOWN : best.label();
    }

    /** The smoothed probability; for {@code unknown}, that of the best class. */
    @Override
    public double support(SmoothedAnswer answer, String label) {
        float best = 0;
        for (ClassScore score : answer.scores()) {
            if (score.label().equals(label)) {
                return score.probability();
            }
            best = Math.max(best, score.probability());
        }
        return best;
    }

    /** The frame that turned the balance: all earlier ones speak for each answer a little. */
    @Override
    public long since(SmoothedAnswer answer, String label, Observation frame) {
        return frame.timestampMillis();
    }
}
