package io.psconv.bench.chaos;

import java.util.Map;
import java.util.TreeMap;

/** Which model has to serve at which event time, as the log of decisions says. */
final class ModelTimeline {
    private final TreeMap<Long, ServedModel> byStart = new TreeMap<>();

    /** Starts with the model that serves until another takes over. */
    ModelTimeline(ServedModel first) {
        byStart.put(Long.MIN_VALUE, first);
    }

    /** Takes a decision into account; of two for one time the later one in the log counts. */
    void add(long effectiveFromMillis, ServedModel model) {
        byStart.put(effectiveFromMillis, model);
    }

    /** The model in force at an event time. */
    ServedModel at(long timestampMillis) {
        Map.Entry<Long, ServedModel> entry = byStart.floorEntry(timestampMillis);
        return entry == null ? byStart.firstEntry().getValue() : entry.getValue();
    }

    /** Decisions after the first model. */
    int swaps() {
        return byStart.size() - 1;
    }
}
