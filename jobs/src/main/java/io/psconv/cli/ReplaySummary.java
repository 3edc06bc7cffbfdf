package io.psconv.cli;

import io.psconv.operator.record.RejectionReason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What became of the rejected frames that a replay came across. For one thread. */
final class ReplaySummary {
    /** More names than this would hide the counts. */
    private static final int MAX_NAMES = 20;

    private final Map<RejectionReason, Long> sent = new EnumMap<>(RejectionReason.class);
    private final Map<ReplayOutcome, Long> counts = new EnumMap<>(ReplayOutcome.class);
    private final List<String> gone = new ArrayList<>();

    void sent(RejectionReason reason) {
        sent.merge(reason, 1L, Long::sum);
        count(ReplayOutcome.SENT);
    }

    /** Counts a frame that is not sent. */
    void count(ReplayOutcome outcome) {
        counts.merge(outcome, 1L, Long::sum);
    }

    /** Counts a frame whose original is not to be had. */
    void gone(String frame) {
        count(ReplayOutcome.GONE);
        if (gone.size() < MAX_NAMES) {
            gone.add(frame);
        }
    }

    /** Adds what was found meanwhile. */
    void add(ReplaySummary other) {
        other.sent.forEach((reason, count) -> sent.merge(reason, count, Long::sum));
        other.counts.forEach((outcome, count) -> counts.merge(outcome, count, Long::sum));
        other.gone.stream().limit(MAX_NAMES - gone.size()).forEach(gone::add);
    }

    long of(ReplayOutcome outcome) {
        return counts.getOrDefault(outcome, 0L);
    }

    /** The first frames whose original is not to be had. */
    List<String> gone() {
        return Collections.unmodifiableList(gone);
    }

    /** Frames that should have been sent and could not be. */
    long failures() {
        return of(ReplayOutcome.GONE) + of(ReplayOutcome.UNREADABLE);
    }

    /** For programs; counts by name, zeros included. */
    Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        for (ReplayOutcome outcome : ReplayOutcome.values()) {
            map.put(outcome.jsonName(), of(outcome));
        }
        Map<String, Long> reasons = new LinkedHashMap<>();
        sent.forEach((reason, count) -> reasons.put(reason.name(), count));
        map.put("sentByReason", reasons);
        map.put("goneFrames", gone);
        return map;
    }
}
