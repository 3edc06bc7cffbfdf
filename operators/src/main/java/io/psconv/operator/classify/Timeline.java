package io.psconv.operator.classify;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What holds at which event time, as decided so far. Of two decisions for one time the later one
 * counts. Not thread-safe.
 *
 * @param <D> the decision
 */
final class Timeline<D> {
    private final ToLongFunction<D> effectiveFrom;
    private final List<D> decisions = new ArrayList<>();

    /**
     * Makes an empty timeline.
     *
     * @param effectiveFrom event time in milliseconds from which a decision holds
     */
    Timeline(ToLongFunction<D> effectiveFrom) {
        this.effectiveFrom = effectiveFrom;
    }

    void add(D decision) {
        int index = decisions.size();
        while (index > 0
                && effectiveFrom.applyAsLong(decisions.get(index - 1))
                        > effectiveFrom.applyAsLong(decision)) {
            index--;
        }
        decisions.add(index, decision);
    }

    /** The decision in force at an event time, or null for a time before all. */
    @Nullable D at(long timestampMillis) {
        for (int index = decisions.size() - 1; index >= 0; index--) {
            if (effectiveFrom.applyAsLong(decisions.get(index)) <= timestampMillis) {
                return decisions.get(index);
            }
        }
        return null;
    }

    /** The decisions in force at an event time or later. */
    List<D> since(long timestampMillis) {
        int index = decisions.size() - 1;
        while (index > 0 && effectiveFrom.applyAsLong(decisions.get(index)) > timestampMillis) {
            index--;
        }
        return index < 0 ? List.of() : decisions.subList(index, decisions.size());
    }

    /** Forgets decisions that were superseded at an event time. */
    void pruneBefore(long timestampMillis) {
        while (decisions.size() > 1
                && effectiveFrom.applyAsLong(decisions.get(1)) <= timestampMillis) {
            decisions.remove(0);
        }
    }

    /** What to checkpoint, earliest first. */
    List<D> decisions() {
        return List.copyOf(decisions);
    }
}
