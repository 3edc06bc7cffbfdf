package io.psconv.operator.camera;

import io.psconv.operator.energy.EnergySource;
import io.psconv.operator.node.NodeReadings;
import io.psconv.operator.node.NodeSettings;
import io.psconv.operator.record.CameraEvent;
import io.psconv.operator.record.Classification;
import io.psconv.operator.state.CameraEventSerializer;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;

/** One subtask of the camera state operator in Flink's harness. */
final class CameraRun implements AutoCloseable {
    static final int MAX_PARALLELISM = 16;
    static final NodeSettings NODE =
            new NodeSettings(
                    EnergySource.NONE, Duration.ofMillis(100), false, "127.0.0.1", null, null);

    private final KeyedOneInputStreamOperatorTestHarness<String, Classification, CameraEvent>
            harness;

    private CameraRun(CameraRules rules, int parallelism, int subtask) throws Exception {
        harness =
                new KeyedOneInputStreamOperatorTestHarness<>(
                        new CameraStateOperator(rules, NODE),
                        Classification::camera,
                        Types.STRING,
                        MAX_PARALLELISM,
                        parallelism,
                        subtask);
        harness.setup(CameraEventSerializer.INSTANCE);
    }

    static CameraRun start(CameraRules rules, long nowMillis) throws Exception {
        return restore(rules, null, 1, 0, nowMillis);
    }

    /** Starts a subtask from a whole checkpoint, of which it takes its part. */
    static CameraRun restore(
            CameraRules rules,
            @Nullable OperatorSubtaskState checkpoint,
            int parallelism,
            int subtask,
            long nowMillis)
            throws Exception {
        CameraRun run = new CameraRun(rules, parallelism, subtask);
        run.harness.setProcessingTime(nowMillis);
        if (checkpoint != null) {
            run.harness.initializeState(
                    AbstractStreamOperatorTestHarness.repartitionOperatorState(
                            checkpoint, MAX_PARALLELISM, 1, parallelism, subtask));
        }
        run.harness.open();
        return run;
    }

    void frame(Classification classification) throws Exception {
        harness.processElement(classification, classification.timestampMillis());
    }

    void time(long millis) throws Exception {
        harness.setProcessingTime(millis);
    }

    void end() throws Exception {
        harness.processWatermark(Watermark.MAX_WATERMARK);
    }

    OperatorSubtaskState snapshot() throws Exception {
        return harness.snapshot(1, 0);
    }

    List<CameraEvent> events() {
        return harness.extractOutputValues();
    }

    int states() {
        return harness.numKeyedStateEntries();
    }

    int timers() {
        return harness.numProcessingTimeTimers() + harness.numEventTimeTimers();
    }

    /** The value of a gauge or counter of this process, while a run is open. */
    static double meter(String name, String... tags) throws Exception {
        return NodeReadings.sum(name, tags);
    }

    @Override
    public void close() {
        try {
            harness.close();
        } catch (Exception e) {
            throw new AssertionError("the operator did not end well", e);
        }
    }
}
