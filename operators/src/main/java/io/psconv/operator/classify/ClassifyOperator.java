package io.psconv.operator.classify;

import io.psconv.operator.decode.RejectedFrames;
import io.psconv.operator.decode.UndecodableFrameException;
import io.psconv.operator.node.NodeRuntime;
import io.psconv.operator.record.ClassScore;
import io.psconv.operator.record.Classification;
import io.psconv.operator.record.Frame;
import io.psconv.operator.record.FrameEnergy;
import io.psconv.operator.record.FrameTiming;
import io.psconv.operator.record.ModelDecision;
import io.psconv.operator.record.ModelReference;
import io.psconv.operator.record.RejectedFrame;
import io.psconv.operator.record.RejectionReason;
import io.psconv.operator.record.RoutePlan;
import io.psconv.operator.record.RouteResult;
import io.psconv.operator.state.RecordTypes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ScheduledFuture;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Classifies frames with the model in force at their event time, several at once.
 *
 * <p>The first input is frames, the second is decisions, broadcast to every subtask. Frames are
 * decoded on arrival and leave in order of arrival. A batch is classified when it is full, when its
 * oldest frame has waited long enough, when another model is due, before a checkpoint and at the
 * end; so no frame is in flight in a checkpoint, and the watermark never passes a buffered frame.
 * Watermarks and idleness of the decisions stay inside. It is an operator and not a function
 * because a function can neither hold watermarks nor act before a barrier.
 */
public final class ClassifyOperator extends AbstractStreamOperator<Classification>
        implements TwoInputStreamOperator<Frame, ModelDecision, Classification> {
    /** Frames that could not be classified. */
    public static final OutputTag<RejectedFrame> REJECTED =
            new OutputTag<>("rejected-frames", RecordTypes.REJECTED_FRAME);

    private static final long serialVersionUID = 1;
    private static final Logger LOG_OF_CLASS = LoggerFactory.getLogger(ClassifyOperator.class);
    private static final String DECISIONS_STATE = "model-decisions";

    /**
     * How long a superseded decision is kept behind this subtask's watermark. After a restore with
     * another parallelism a subtask may get the decisions of one and the frames of another that was
     * further behind.
     */
    private static final Duration KEPT_BEHIND_WATERMARK = Duration.ofHours(1);

    private final ClassifySettings settings;

    /**
     * Decisions by their position in the timeline. Broadcast state and not a union list: with a
     * union list no checkpoint succeeds while some subtasks of a bounded job have ended.
     */
    private transient BroadcastState<Integer, ModelDecision> decisionsState;

    private transient ActivationTimeline timeline;
    private transient NodeRuntime.Lease node;
    private transient ServingModels models;
    private transient RejectedFrames rejectedFrames;
    private transient @Nullable ServingModel serving;
    private transient @Nullable Watermark heldWatermark;
    private transient @Nullable ScheduledFuture<?> timer;

    @SuppressWarnings("NullAway.Init") // Flink calls initializeState and open before any element.
    public ClassifyOperator(ClassifySettings settings) {
        this.settings = settings;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        decisionsState =
                context.getOperatorStateStore()
                        .getBroadcastState(
                                new MapStateDescriptor<>(
                                        DECISIONS_STATE, Types.INT, RecordTypes.MODEL_DECISION));
        List<ModelDecision> restored = new ArrayList<>();
        for (int position = 0; decisionsState.contains(position); position++) {
            restored.add(decisionsState.get(position));
        }
        if (restored.isEmpty()) {
            timeline = new ActivationTimeline(settings.firstModel());
            return;
        }
        timeline = ActivationTimeline.of(restored);
        ModelDecision first = settings.firstModel();
        if (!models(restored).containsAll(models(List.of(first)))) {
            LOG_OF_CLASS.warn(
                    "classify.model names {} but the restored job goes on with {}; the option counts"
                            + " for a fresh start only",
                    first.plan(),
                    restored);
        }
    }

    @Override
    public void open() throws Exception {
        super.open();
        node = NodeRuntime.acquire(settings.node());
        models = new ServingModels(settings, node);
        rejectedFrames = new RejectedFrames(settings.maxRejectedPayloadBytes());
        for (ModelReference model : models(timeline.decisions())) {
            models.prepare(model);
        }
    }

    @Override
    public void processElement1(StreamRecord<Frame> element) throws Exception {
        Frame frame = element.getValue();
        long arrival = System.nanoTime();
        long ahead = frame.timestampMillis() - processingTimeService.getCurrentProcessingTime();
        if (ahead > settings.maxClockAhead().toMillis()) {
            reject(
                    frame,
                    RejectionReason.CLOCK_AHEAD,
                    "capture time was '"
                            + frame.timestampMillis()
                            + "', "
                            + ahead
                            + " ms ahead of the clock, but classify.max-clock-ahead allows "
                            + settings.maxClockAhead().toMillis()
                            + " ms; set the camera's clock");
            return;
        }
        ServingModel due = models.of(model(timeline.at(frame.timestampMillis())));
        if (serving != due) {
            flush();
            serving = due;
        }
        FrameBatch batch = due.batch();
        // Only now: the other model's batch is not this frame's decoding.
        long decodeStart = System.nanoTime();
        try {
            due.decoder().decode(frame, batch.input(), batch.nextOffset());
        } catch (UndecodableFrameException e) {
            node.meters().rejected(e.reason());
            output.collect(
                    REJECTED,
                    new StreamRecord<>(rejectedFrames.of(frame, e), frame.timestampMillis()));
            return;
        }
        long decodeNanos = System.nanoTime() - decodeStart;
        due.decoded(decodeNanos);
        batch.add(frame, arrival, decodeNanos);
        if (batch.isFull() || settings.maxBatchDelay().isZero()) {
            flush();
        } else if (timer == null) {
            timer =
                    processingTimeService.registerTimer(
                            processingTimeService.getCurrentProcessingTime()
                                    + settings.maxBatchDelay().toMillis(),
                            time -> onDelayPassed());
        }
    }

    @Override
    public void processElement2(StreamRecord<ModelDecision> element) {
        ModelDecision decision = element.getValue();
        if (timeline.knows(decision) || !models.accepts(model(decision))) {
            return;
        }
        timeline.add(decision);
        LOG_OF_CLASS.info(
                "{} serves from event time {}", decision.plan(), decision.effectiveFromMillis());
    }

    @Override
    public void processWatermark1(Watermark mark) throws Exception {
        timeline.pruneBefore(mark.getTimestamp(), KEPT_BEHIND_WATERMARK);
        if (serving != null && !ServingModels.serves(serving, models(timeline.decisions()))) {
            flush();
            serving = null;
        }
        models.retain(models(timeline.decisions()));
        if (serving == null || serving.batch().isEmpty()) {
            output.emitWatermark(mark);
        } else {
            heldWatermark = mark;
            if (mark.equals(Watermark.MAX_WATERMARK)) {
                flush();
            }
        }
    }

    @Override
    public void processWatermark2(Watermark mark) {
        // Decisions take effect by the event time they name, not by their own progress.
    }

    @Override
    protected void processWatermarkStatus(WatermarkStatus status, int input) throws Exception {
        if (input == 0) {
            flush();
            output.emitWatermarkStatus(status);
        }
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
        flush();
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        decisionsState.clear();
        int position = 0;
        for (ModelDecision decision : timeline.decisions()) {
            decisionsState.put(position, decision);
            position++;
        }
    }

    @Override
    public void finish() throws Exception {
        flush();
        super.finish();
    }

    @Override
    public void close() throws Exception {
        try {
            if (models != null) {
                models.close();
            }
        } finally {
            if (node != null) {
                node.close();
            }
            super.close();
        }
    }

    private static List<ModelReference> models(List<ModelDecision> decisions) {
        return decisions.stream().map(ClassifyOperator::model).toList();
    }

    private static ModelReference model(ModelDecision decision) {
        return Objects.requireNonNull(decision.plan()).models().get(0);
    }

    private void onDelayPassed() {
        timer = null;
        flush();
    }

    private void flush() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
        ServingModel model = serving;
        if (model != null && !model.batch().isEmpty()) {
            emit(model);
        }
        if (heldWatermark != null) {
            Watermark mark = heldWatermark;
            heldWatermark = null;
            output.emitWatermark(mark);
        }
    }

    private void emit(ServingModel model) {
        List<FrameBatch.Pending> pending = model.batch().pending();
        long start = System.nanoTime();
        model.classify();
        long inferenceNanos = System.nanoTime() - start;
        @Nullable FrameEnergy energy = model.charge(inferenceNanos);
        for (int image = 0; image < pending.size(); image++) {
            FrameBatch.Pending frame = pending.get(image);
            long queueNanos = start - frame.arrivalNanos() - frame.decodeNanos();
            model.queued(queueNanos);
            FrameTiming timing =
                    new FrameTiming(
                            queueNanos, frame.decodeNanos(), inferenceNanos, pending.size());
            Classification classification =
                    classification(frame.frame(), model, image, timing, energy);
            output.collect(new StreamRecord<>(classification, classification.timestampMillis()));
        }
        model.batch().clear();
    }

    private Classification classification(
            Frame frame,
            ServingModel model,
            int image,
            FrameTiming timing,
            @Nullable FrameEnergy energy) {
        List<ClassScore> top = model.best(image, settings.topK());
        boolean confident = top.get(0).probability() >= settings.confidenceThreshold();
        return new Classification(
                frame.id(),
                frame.camera(),
                frame.timestampMillis(),
                confident ? top.get(0).label() : Classification.UNKNOWN,
                top,
                model.identity(),
                RouteResult.of(ModelDecision.DEFAULT_ROUTE, RoutePlan.SINGLE_ARM),
                0,
                false,
                timing,
                energy);
    }

    private void reject(Frame frame, RejectionReason reason, String message) {
        node.meters().rejected(reason);
        output.collect(
                REJECTED,
                new StreamRecord<>(
                        rejectedFrames.of(frame, reason, message), frame.timestampMillis()));
    }
}
