package io.psconv.operator.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** What became of the Kafka transactions that carry answers to one topic. Thread-safe. */
public final class TransactionMeters {
    /** What a commit came to. */
    public enum Result {
        /** The answers are to be seen. */
        COMMITTED,
        /** Kafka was not ready for it, and is asked again. */
        RETRIED,
        /**
         * Kafka refused what a restored task tried to commit once more. Transactions have their
         * names from a pool: this one was committed before the failure, most often, and its name
         * was lent to a later one since; or the job was down for longer than Kafka keeps it open,
         * and its answers are lost.
         */
        FENCED_AT_RESTORE,
        /** Kafka refused it for good, its answers are lost. */
        LOST,
        /** The task fails, is restored and tries again. */
        FAILED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Map<Result, Counter> counters = new EnumMap<>(Result.class);

    /**
     * Makes the meters, at zero.
     *
     * @param topic where the answers go
     */
    public TransactionMeters(MeterRegistry registry, String topic) {
        for (Result result : Result.values()) {
            counters.put(
                    result,
                    Counter.builder("transaction.commits")
                            .description("What commits of Kafka transactions came to")
                            .tag("topic", topic)
                            .tag("result", result.toString())
                            .register(registry));
        }
    }

    /** Counts a try to commit. */
    public void ended(Result result) {
        Objects.requireNonNull(counters.get(result)).increment();
    }
}
