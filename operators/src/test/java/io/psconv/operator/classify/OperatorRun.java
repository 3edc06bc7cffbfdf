package io.psconv.operator.classify;

import io.psconv.operator.node.NodeReadings;
import io.psconv.operator.record.Classification;
import io.psconv.operator.record.Decision;
import io.psconv.operator.record.EnergyWindow;
import io.psconv.operator.record.Frame;
import io.psconv.operator.record.RejectedFrame;
import io.psconv.operator.state.ClassificationSerializer;
import java.util.List;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.SavepointType;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.TwoInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;

/** One subtask of the classify operator in Flink's harness; its clock starts at 0. */
final class OperatorRun implements AutoCloseable {
    private static final int MAX_PARALLELISM = 10;

    private final TwoInputStreamOperatorTestHarness<Frame, Decision, Classification> harness;
    private long checkpoint;

    private OperatorRun(ClassifySettings settings, int parallelism, int subtask) throws Exception {
        harness =
                new TwoInputStreamOperatorTestHarness<>(
                        new ClassifyOperator(settings), MAX_PARALLELISM, parallelism, subtask);
        harness.setup(ClassificationSerializer.INSTANCE);
        harness.setProcessingTime(0);
    }

    static OperatorRun start(ClassifySettings settings) throws Exception {
        return start(settings, null, 1, 0);
    }

    /** Starts one subtask when the clock says so. */
    static OperatorRun startAt(long millis, ClassifySettings settings) throws Exception {
        OperatorRun run = new OperatorRun(settings, 1, 0);
        run.harness.setProcessingTime(millis);
        run.harness.open();
        run.decisionsWatermark(Long.MAX_VALUE - 1);
        return run;
    }

    static OperatorRun start(ClassifySettings settings, int parallelism, int subtask)
            throws Exception {
        return start(settings, null, parallelism, subtask);
    }

    /** Starts one subtask, as Flink does: what {@code open} made before it failed is closed. */
    static OperatorRun start(
            ClassifySettings settings,
            @Nullable OperatorSubtaskState state,
            int parallelism,
            int subtask)
            throws Exception {
        return start(settings, state, parallelism, subtask, true);
    }

    /** Starts one subtask that has yet to be told how far everything is decided. */
    static OperatorRun startUndecided(
            ClassifySettings settings, @Nullable OperatorSubtaskState state) throws Exception {
        return start(settings, state, 1, 0, false);
    }

    private static OperatorRun start(
            ClassifySettings settings,
            @Nullable OperatorSubtaskState state,
            int parallelism,
            int subtask,
            boolean decided)
            throws Exception {
        OperatorRun run = new OperatorRun(settings, parallelism, subtask);
        try {
            if (state != null) {
                run.harness.initializeState(state);
            }
            run.harness.open();
            if (decided) {
                run.decisionsWatermark(Long.MAX_VALUE - 1);
            }
            return run;
        } catch (Exception e) {
            run.fail();
            throw e;
        }
    }

    void frame(Frame frame) throws Exception {
        harness.processElement1(frame, frame.timestampMillis());
    }

    void frames(Frame... frames) throws Exception {
        for (Frame frame : frames) {
            frame(frame);
        }
    }

    void decision(Decision decision) throws Exception {
        decision(decision, 0);
    }

    void decision(Decision decision, long appendMillis) throws Exception {
        harness.processElement2(decision, appendMillis);
    }

    void watermark(long millis) throws Exception {
        harness.processWatermark1(new Watermark(millis));
    }

    void decisionsWatermark(long millis) throws Exception {
        harness.processWatermark2(new Watermark(millis));
    }

    void status(WatermarkStatus status) throws Exception {
        harness.processWatermarkStatus1(status);
    }

    void decisionsStatus(WatermarkStatus status) throws Exception {
        harness.processWatermarkStatus2(status);
    }

    void time(long millis) throws Exception {
        harness.setProcessingTime(millis);
    }

    /** What Flink does when a barrier has come in, before it sends it on. */
    void barrier() throws Exception {
        harness.prepareSnapshotPreBarrier(checkpoint + 1);
    }

    OperatorSubtaskState snapshot() throws Exception {
        barrier();
        checkpoint++;
        return harness.snapshot(checkpoint, 0);
    }

    OperatorSubtaskState savepoint() throws Exception {
        barrier();
        checkpoint++;
        return harness.snapshotWithLocalState(
                        checkpoint, 0, SavepointType.savepoint(SavepointFormatType.CANONICAL))
                .getJobManagerOwnedState();
    }

    /** The part of a checkpoint that a subtask gets when the parallelism has changed. */
    static OperatorSubtaskState repartitioned(
            OperatorSubtaskState state, int parallelism, int newParallelism, int subtask) {
        return AbstractStreamOperatorTestHarness.repartitionOperatorState(
                state, MAX_PARALLELISM, parallelism, newParallelism, subtask);
    }

    void finish() throws Exception {
        harness.getOperator().finish();
    }

    /** Ends like a failed task, without flushing. */
    void fail() throws Exception {
        harness.getOperator().close();
    }

    List<Classification> classifications() {
        return harness.extractOutputValues();
    }

    Classification only() {
        List<Classification> all = classifications();
        if (all.size() != 1) {
            throw new AssertionError("one classification expected, but there were " + all);
        }
        return all.get(0);
    }

    /** Names of the models in the order of what they classified. */
    List<String> models() {
        return classifications().stream()
                .map(classification -> classification.model().name())
                .toList();
    }

    /** Main output in order: {@code frames-0@1}, {@code watermark 5}, {@code idle}. */
    List<String> output() {
        return harness.getOutput().stream().map(OperatorRun::text).toList();
    }

    List<StreamRecord<RejectedFrame>> rejectedRecords() {
        var records = harness.getSideOutput(ClassifyOperator.REJECTED);
        return records == null ? List.of() : List.copyOf(records);
    }

    List<EnergyWindow> windows() {
        var records = harness.getSideOutput(ClassifyOperator.ENERGY_WINDOWS);
        return records == null ? List.of() : records.stream().map(StreamRecord::getValue).toList();
    }

    List<RejectedFrame> rejected() {
        return rejectedRecords().stream().map(StreamRecord::getValue).toList();
    }

    List<StreamRecord<? extends Classification>> records() {
        return harness.extractOutputStreamRecords();
    }

    private static String text(Object element) {
        if (element instanceof StreamRecord<?> record
                && record.getValue() instanceof Classification classification) {
            return classification.frame().toString();
        }
        if (element instanceof Watermark watermark) {
            return "watermark " + watermark.getTimestamp();
        }
        if (element instanceof WatermarkStatus status) {
            return status.isIdle() ? "idle" : "active";
        }
        throw new AssertionError("not expected in the output: " + element);
    }

    /** How many models the process holds. */
    static int sharedModels() throws Exception {
        return NodeReadings.models();
    }

    /** Decisions that the process's operators counted. */
    static double activations() throws Exception {
        return NodeReadings.sum("model.activations");
    }

    /** Requests whose decision the process's operators counted. */
    static double requests(String result) throws Exception {
        return NodeReadings.sum("control.requests", "result", result);
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
