package io.psconv.operator.classify;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which requests were decided already, so that of two decisions of one request the first counts.
 *
 * <p>A verifier decides the requests of a partition in their order, so the newest offset of each
 * partition says it all. Names that are no place in a topic are remembered one by one. Not
 * thread-safe.
 */
final class DecidedRequests {
    private static final Pattern PLACE = Pattern.compile("(.+-\\d+)@(\\d{1,18})");
    private static final long NO_OFFSET = -1;

    private final Map<String, Long> newest = new HashMap<>();

    /** Goes on from a checkpoint's {@link #entries}. */
    void restore(String key, long offset) {
        newest.put(key, offset);
    }

    /** Remembers a request; false if it was decided before. */
    boolean add(String request) {
        Matcher place = PLACE.matcher(request);
        if (!place.matches()) {
            return newest.put(request, NO_OFFSET) == null;
        }
        long offset = Long.parseLong(place.group(2));
        Long before = newest.get(place.group(1));
        if (before != null && offset <= before) {
            return false;
        }
        newest.put(place.group(1), offset);
        return true;
    }

    /** What to checkpoint. */
    Map<String, Long> entries() {
        return Map.copyOf(newest);
    }
}
