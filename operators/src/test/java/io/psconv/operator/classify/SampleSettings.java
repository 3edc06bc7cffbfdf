package io.psconv.operator.classify;

import io.psconv.model.store.StoredModel;
import io.psconv.operator.decode.DecodeLimits;
import io.psconv.operator.energy.EnergySource;
import io.psconv.operator.node.NodeSettings;
import io.psconv.operator.record.ModelDecision;
import io.psconv.operator.record.RoutePlan;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Settings of the operator, of which a test changes those it is about. */
final class SampleSettings {
    static final NodeSettings NODE =
            new NodeSettings(
                    EnergySource.MODELLED, Duration.ofMillis(100), false, "127.0.0.1", null, null);

    private final Path store;
    private final StoredModel model;
    private int maxBatchSize = 4;
    private Duration maxBatchDelay = Duration.ofMillis(50);
    private long maxBufferBytes = 1 << 24;
    private float confidenceThreshold;
    private Duration maxClockAhead = Duration.ofDays(1);
    private @Nullable Duration deadline;
    private boolean dropLate;
    private NodeSettings node = NODE;
    private String engine = "jvm";
    private @Nullable RoutePlan plan;

    SampleSettings(Path store, StoredModel model) {
        this.store = store;
        this.model = model;
    }

    SampleSettings maxBatchSize(int frames) {
        maxBatchSize = frames;
        return this;
    }

    SampleSettings maxBatchDelay(Duration delay) {
        maxBatchDelay = delay;
        return this;
    }

    SampleSettings maxBufferBytes(long bytes) {
        maxBufferBytes = bytes;
        return this;
    }

    SampleSettings confidenceThreshold(float probability) {
        confidenceThreshold = probability;
        return this;
    }

    SampleSettings maxClockAhead(Duration ahead) {
        maxClockAhead = ahead;
        return this;
    }

    SampleSettings deadline(Duration afterCapture, boolean drop) {
        deadline = afterCapture;
        dropLate = drop;
        return this;
    }

    SampleSettings plan(RoutePlan first) {
        plan = first;
        return this;
    }

    SampleSettings engine(String name) {
        engine = name;
        return this;
    }

    SampleSettings node(NodeSettings settings) {
        node = settings;
        return this;
    }

    ClassifySettings make() {
        return new ClassifySettings(
                store.toString(),
                decision(),
                true,
                engine,
                "auto",
                false,
                maxBatchSize,
                maxBatchDelay,
                maxBufferBytes,
                deadline,
                dropLate,
                10,
                confidenceThreshold,
                maxClockAhead,
                new DecodeLimits(1 << 20, 1 << 20),
                null,
                1 << 16,
                node);
    }

    private ModelDecision decision() {
        return plan == null
                ? SampleStore.decision("classify.model", model, Long.MIN_VALUE)
                : new ModelDecision(
                        "classify.model", ModelDecision.DEFAULT_ROUTE, plan, Long.MIN_VALUE);
    }
}
