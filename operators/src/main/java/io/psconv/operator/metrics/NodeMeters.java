package io.psconv.operator.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.psconv.operator.record.RejectionReason;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** What is counted of a task manager whatever model is at work. Thread-safe. */
public final class NodeMeters {
    private final Map<RejectionReason, Counter> rejected = new EnumMap<>(RejectionReason.class);
    private final Counter accepted;
    private final Counter refused;

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
        this.accepted = activations(registry, "accepted");
        this.refused = activations(registry, "refused");
    }

    private static Counter activations(MeterRegistry registry, String result) {
        return Counter.builder("model.activations")
                .description("Decisions that named a model to serve")
                .tag("result", result)
                .register(registry);
    }

    /** Counts a frame that was not classified. */
    public void rejected(RejectionReason reason) {
        Objects.requireNonNull(rejected.get(reason)).increment();
    }

    /** Counts a decision whose model is ready to serve. */
    public void activated() {
        accepted.increment();
    }

    /** Counts a decision whose model could not be made ready. */
    public void refused() {
        refused.increment();
    }
}
