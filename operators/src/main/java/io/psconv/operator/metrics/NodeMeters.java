package io.psconv.operator.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.psconv.operator.record.RejectionReason;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/** What is counted of a job in a task manager, whatever model is at work. Thread-safe. */
public final class NodeMeters {
    private final Map<RejectionReason, Counter> rejected = new EnumMap<>(RejectionReason.class);
    private final Counter activations;
    private final Counter accepted;
    private final Counter refused;
    private final AtomicInteger restarts = new AtomicInteger();

    public NodeMeters(MeterRegistry registry) {
        for (RejectionReason reason : RejectionReason.values()) {
            rejected.put(
                    reason,
                    Counter.builder("inference.rejected")
                            .description("Frames that were not classified")
                            .baseUnit("frames")
                            .tag("reason", reason.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        this.activations =
                Counter.builder("model.activations")
                        .description("Decisions that named a model to serve")
                        .register(registry);
        this.accepted = requests(registry, "accepted");
        this.refused = requests(registry, "refused");
        Gauge.builder("job.restarts", restarts, AtomicInteger::get)
                .description("How often the job's tasks were started again")
                .baseUnit("restarts")
                .strongReference(true)
                .register(registry);
    }

    private static Counter requests(MeterRegistry registry, String result) {
        return Counter.builder("control.requests")
                .description("Requests that were decided upon")
                .baseUnit("requests")
                .tag("result", result)
                .register(registry);
    }

    /** Counts a frame that was not classified. */
    public void rejected(RejectionReason reason) {
        Objects.requireNonNull(rejected.get(reason)).increment();
    }

    /** Counts a decision that names models to serve; to be told by one subtask of a job. */
    public void activated() {
        activations.increment();
    }

    /** Counts a request that was accepted or refused; to be told by one subtask of a job. */
    public void decided(boolean wasAccepted) {
        (wasAccepted ? accepted : refused).increment();
    }

    /**
     * Says that a task begins.
     *
     * @param attempt 0 for the first one of its job
     */
    public void started(int attempt) {
        restarts.accumulateAndGet(attempt, Math::max);
    }
}
