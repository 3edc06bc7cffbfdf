package io.psconv.operator.verify;

import io.psconv.operator.record.RequestId;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which requests a log of decisions has decided so far. Not thread-safe.
 *
 * <p>A verifier that starts again repeats decisions, maybe with another outcome: of a request's
 * decisions the first counts. Requests of one control partition are decided in their order, so the
 * newest decided offset is all there is to remember.
 */
public final class DecidedRequests {
    private final Map<Partition, RequestId> newest = new HashMap<>();

    /**
     * Takes the next decision of the log into account.
     *
     * @param request identity of the request; one that is no place in a control topic is taken for
     *     undecided
     * @return whether it is the first decision of its request
     */
    public boolean decide(String request) {
        Optional<RequestId> id = RequestId.parse(request);
        if (id.isEmpty()) {
            return true;
        }
        if (isDecided(id.get())) {
            return false;
        }
        newest.put(Partition.of(id.get()), id.get());
        return true;
    }

    /** Whether a request was decided. */
    public boolean isDecided(RequestId request) {
        RequestId last = newest.get(Partition.of(request));
        return last != null && request.offset() <= last.offset();
    }

    /** The newest decided request of each control partition, to go on from with {@link #decide}. */
    public List<RequestId> newest() {
        return newest.values().stream().sorted(Comparator.comparing(RequestId::toString)).toList();
    }

    private record Partition(String topic, int partition) {
        static Partition of(RequestId request) {
            return new Partition(request.topic(), request.partition());
        }
    }
}
