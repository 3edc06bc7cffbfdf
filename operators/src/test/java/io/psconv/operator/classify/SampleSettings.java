package io.psconv.operator.classify;

import io.psconv.model.store.StoredModel;
import io.psconv.operator.decode.DecodeLimits;
import io.psconv.operator.energy.EnergySource;
import io.psconv.operator.node.NodeSettings;
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

    SampleSettings node(NodeSettings settings) {
        node = settings;
        return this;
    }

    ClassifySettings make() {
        return new ClassifySettings(
                store.toString(),
                SampleStore.decision("classify.model", model, Long.MIN_VALUE),
                true,
                "jvm",
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
}
