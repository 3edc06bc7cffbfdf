package io.psconv.operator.classify;

import io.psconv.operator.record.ModelDecision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Which model serves at which event time, as decided so far.
 *
 * <p>Of two decisions for the same time the later one counts; a request decided already is ignored.
 * There is always a decision that was in force before any other. Not thread-safe.
 */
final class ActivationTimeline {
    private final List<ModelDecision> decisions = new ArrayList<>();

    /** Starts with the model that serves until another takes over. */
    ActivationTimeline(ModelDecision first) {
        decisions.add(first);
    }

    /** Goes on from checkpointed decisions, in the order of {@link #decisions}. */
    static ActivationTimeline of(List<ModelDecision> restored) {
        ActivationTimeline timeline = new ActivationTimeline(restored.get(0));
        restored.forEach(timeline::add);
        return timeline;
    }

    /** Whether the decision's request was decided already. */
    boolean knows(ModelDecision decision) {
        return decisions.stream().anyMatch(known -> known.request().equals(decision.request()));
    }

    /** Takes a decision into account, unless its request was decided already. */
    void add(ModelDecision decision) {
        if (knows(decision)) {
            return;
        }
        int index = decisions.size();
        while (index > 0
                && decisions.get(index - 1).effectiveFromMillis()
                        > decision.effectiveFromMillis()) {
            index--;
        }
        decisions.add(index, decision);
    }

    /** The decision in force at an event time; the earliest one for a time before all. */
    ModelDecision at(long timestampMillis) {
        int index = decisions.size() - 1;
        while (index > 0 && decisions.get(index).effectiveFromMillis() > timestampMillis) {
            index--;
        }
        return decisions.get(index);
    }

    /**
     * Forgets decisions that were superseded long before a watermark.
     *
     * @param kept how long before it
     */
    void pruneBefore(long watermarkMillis, Duration kept) {
        long keptMillis = kept.toMillis();
        if (watermarkMillis < Long.MIN_VALUE + keptMillis) {
            return;
        }
        long limit = watermarkMillis - keptMillis;
        while (decisions.size() > 1 && decisions.get(1).effectiveFromMillis() <= limit) {
            decisions.remove(0);
        }
    }

    /** What to checkpoint, earliest first. */
    List<ModelDecision> decisions() {
        return List.copyOf(decisions);
    }
}
