package io.psconv.operator.classify;

import io.psconv.operator.decode.RejectedFrames;
import io.psconv.operator.decode.UndecodableFrameException;
import io.psconv.operator.device.FatalErrors;
import io.psconv.operator.device.GpuResources;
import io.psconv.operator.metrics.RouteMeters;
import io.psconv.operator.node.Backlogs;
import io.psconv.operator.node.EnergyWindowFeed;
import io.psconv.operator.node.NodeRuntime;
import io.psconv.operator.record.Classification;
import io.psconv.operator.record.Decision;
import io.psconv.operator.record.EnergyWindow;
import io.psconv.operator.record.Frame;
import io.psconv.operator.record.ModelDecision;
import io.psconv.operator.record.Refusal;
import io.psconv.operator.record.RejectedFrame;
import io.psconv.operator.record.RejectionReason;
import io.psconv.operator.record.RouteArm;
import io.psconv.operator.state.RecordTypes;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ScheduledFuture;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.state.CheckpointStreamFactory;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OperatorSnapshotFutures;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Classifies frames on the routes in force at their event times, several at once.
 *
 * <p>The first input is frames, the second is decisions, broadcast to every subtask. The second
 * input's watermark says up to which event time everything is decided; a frame ahead of it waits,
 * so every subtask and every replay answers with the same models.
 *
 * <p>Frames are decoded on arrival into the batches of their models and leave in order of arrival,
 * those that a second model has to look at included. A batch is classified when it is full, when
 * its oldest frame has waited long enough or would miss its deadline, before a checkpoint and at
 * the end; so no decoded frame is in flight in a checkpoint, and the watermark never passes a frame
 * that is held. It is an operator and not a function because a function can neither hold watermarks
 * nor act before a barrier.
 */
public final class ClassifyOperator extends AbstractStreamOperator<Classification>
        implements TwoInputStreamOperator<Frame, Decision, Classification> {
    /** Frames that could not be classified. */
    public static final OutputTag<RejectedFrame> REJECTED =
            new OutputTag<>("rejected-frames", RecordTypes.REJECTED_FRAME);

    /** Closed energy windows of the job in the task manager, if the settings ask for them. */
    public static final OutputTag<EnergyWindow> ENERGY_WINDOWS =
            new OutputTag<>("energy-windows", RecordTypes.ENERGY_WINDOW);

    private static final long serialVersionUID = 1;
    private static final Logger LOG_OF_CLASS = LoggerFactory.getLogger(ClassifyOperator.class);

    /**
     * How long a superseded decision is kept behind this subtask's watermark. After a restore with
     * another parallelism a subtask may get the decisions of one and the frames of another that was
     * further behind.
     */
    private static final Duration KEPT_BEHIND_WATERMARK = Duration.ofHours(1);

    /** How long a superseded model is kept for frames that are somewhat behind. */
    private static final Duration KEPT_IDLE = Duration.ofSeconds(30);

    private final ClassifySettings settings;
    private transient BatchRule rule;
    private transient Deque<FrameInFlight> inFlight;
    private transient WaitingRoom waiting;
    private transient ClassifyState state;
    private transient Decisions decisions;
    private transient NodeRuntime.Lease node;
    private transient Backlogs.Lease backlog;
    private transient RouteMeters routeMeters;
    private transient EnergyWindowFeed energyWindows;
    private transient ServingModels models;
    private transient RejectedFrames rejectedFrames;
    private transient @Nullable Watermark heldWatermark;
    private transient @Nullable ScheduledFuture<?> timer;
    private transient long timerMillis;
    private transient long heldBytes;
    private transient long decidedMillis;
    private transient long lastWatermarkMillis;
    private transient @Nullable WatermarkStatus heldStatus;
    private transient boolean savepoint;
    private transient boolean restored;
    private transient long startedMillis;

    @SuppressWarnings("NullAway.Init") // Flink calls initializeState and open before any element.
    public ClassifyOperator(ClassifySettings settings) {
        this.settings = settings;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        restored = context.isRestored();
        state = new ClassifyState(context.getOperatorStateStore());
        decisions = state.restoreDecisions(settings.firstModel());
    }

    @Override
    public void open() throws Exception {
        super.open();
        rule = BatchRule.of(settings);
        inFlight = new ArrayDeque<>();
        waiting = new WaitingRoom();
        decidedMillis = settings.followsDecisions() ? Long.MIN_VALUE : Long.MAX_VALUE;
        lastWatermarkMillis = Long.MIN_VALUE;
        node = NodeRuntime.acquire(settings.node(), getRuntimeContext());
        backlog = node.backlogs().lease(FrameGate.subtask(getRuntimeContext()));
        startedMillis = processingTimeService.getCurrentProcessingTime();
        node.showMeters(getMetricGroup());
        node.meters().started(getRuntimeContext().getTaskInfo().getAttemptNumber());
        routeMeters = new RouteMeters(node.registry());
        energyWindows = node.energyWindows();
        models =
                new ServingModels(
                        settings,
                        GpuResources.engine(settings.engine(), getRuntimeContext()),
                        node);
        rejectedFrames = new RejectedFrames(settings.maxRejectedPayloadBytes());
        state.restoreFiles(models, decisions.routes().models());
        models.await(
                decisions.routes().modelsSince(processingTimeService.getCurrentProcessingTime()));
        for (Frame frame : state.restoreWaiting()) {
            if (isTooFarAhead(frame)) {
                waiting.add(new WaitingRoom.Waiting(frame, System.nanoTime(), false, true));
            } else {
                keepWaiting(frame, System.nanoTime());
            }
        }
    }

    @Override
    public void processElement1(StreamRecord<Frame> element) throws Exception {
        Frame frame = element.getValue();
        long arrival = System.nanoTime();
        if (isTooFarAhead(frame)) {
            if (waiting.holds(frame.camera())) {
                waiting.add(new WaitingRoom.Waiting(frame, arrival, false, true));
            } else {
                rejectAhead(frame);
            }
        } else if (waiting.mustWait(frame, decidedMillis)) {
            keepWaiting(frame, arrival);
        } else {
            admit(frame, arrival);
        }
    }

    private boolean isTooFarAhead(Frame frame) {
        return frame.timestampMillis() - processingTimeService.getCurrentProcessingTime()
                > settings.maxClockAhead().toMillis();
    }

    private void rejectAhead(Frame frame) {
        long ahead = frame.timestampMillis() - processingTimeService.getCurrentProcessingTime();
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
    }

    /** Keeps a frame until what holds at its event time is decided. */
    private void keepWaiting(Frame frame, long arrivalNanos) {
        boolean ahead = frame.timestampMillis() > processingTimeService.getCurrentProcessingTime();
        WaitingRoom.Waiting next = new WaitingRoom.Waiting(frame, arrivalNanos, ahead);
        if (ahead && waiting.bytesAheadOfClock() + next.bytes() > settings.maxBufferBytes() / 2) {
            // A camera with a fast clock shall not stop the others.
            reject(
                    frame,
                    RejectionReason.CLOCK_AHEAD,
                    "capture time was '"
                            + frame.timestampMillis()
                            + "', ahead of the clock, and frames that wait for their time fill"
                            + " half of classify.buffer.max-bytes; set the camera's clock");
            return;
        }
        waiting.add(next);
        if (waiting.bytes() > 2 * settings.maxBufferBytes()) {
            throw new IllegalStateException(
                    "frames that wait for decisions hold "
                            + waiting.bytes()
                            + " bytes but classify.buffer.max-bytes is "
                            + settings.maxBufferBytes()
                            + "; see why the topic decisions.topic gets no ticks");
        }
        backlog.backlog().setFull(waiting.bytes() >= settings.maxBufferBytes());
    }

    private void admit(Frame frame, long arrivalNanos) throws Exception {
        if (settings.dropLate() && isLate(frame)) {
            reject(
                    frame,
                    RejectionReason.LATE,
                    "frame was more than classify.deadline behind its capture when its turn came"
                            + " and classify.late is 'drop'");
            return;
        }
        RouteInForce route = decisions.routes().at(frame.camera(), frame.timestampMillis());
        RouteArm arm = route.firstArm(frame.id());
        FrameInFlight next = new FrameInFlight(frame, route, arm, arrivalNanos);
        ServingModel first = models.of(arm.model());
        if (!decode(frame, next, first, false)) {
            return;
        }
        inFlight.add(next);
        heldBytes += next.heldBytes();
        if (route.isPaired()) {
            ServingModel second = models.of(route.secondArm().model());
            classifyIfFull(second);
            if (!decode(frame, next, second, true)) {
                next.reject();
            }
            classifyIfFull(second);
        }
        next.admitted();
        classifyIfFull(first);
        emitDone();
        if (rule.allowsNoWait(heldBytes)) {
            flush();
        } else if (inFlight.isEmpty()) {
            cancelTimer();
            emitWatermark();
        } else {
            schedule(next);
        }
    }

    private void classifyIfFull(ServingModel model) throws Exception {
        if (model.batch().isFull()) {
            classify(model);
        }
    }

    private boolean decode(Frame frame, FrameInFlight next, ServingModel model, boolean bySecond) {
        try {
            model.decode(
                    frame,
                    next,
                    bySecond,
                    decisions.cropOf(frame, settings.crop()),
                    processingTimeService.getCurrentProcessingTime());
            return true;
        } catch (UndecodableFrameException e) {
            node.meters().rejected(e.reason());
            output.collect(
                    REJECTED,
                    new StreamRecord<>(rejectedFrames.of(frame, e), frame.timestampMillis()));
            return false;
        }
    }

    /** Classifies a model's batch, and passes on to second models what is in doubt. */
    private void classify(ServingModel model) throws Exception {
        for (FrameBatch.Entry entry : model.classify()) {
            FrameInFlight frame = entry.frame();
            if (!entry.bySecond() && !frame.isRejected() && frame.isInDoubt()) {
                escalate(frame);
            }
        }
        emitDone();
        energyWindows.poll(this::emitWindow);
    }

    private void escalate(FrameInFlight frame) throws Exception {
        ServingModel second = models.of(frame.route().secondArm().model());
        if (!decode(frame.frame(), frame, second, true)) {
            frame.reject();
        } else {
            classifyIfFull(second);
        }
    }

    private void emitDone() {
        for (FrameInFlight next = inFlight.peek();
                next != null && next.isDone();
                next = inFlight.peek()) {
            inFlight.remove();
            heldBytes -= next.heldBytes();
            if (!next.isRejected()) {
                emit(next);
            }
        }
    }

    private void emit(FrameInFlight done) {
        boolean late = isLate(done.frame());
        Classification classification =
                done.classification(settings.topK(), settings.confidenceThreshold(), late);
        routeMeters.classified(
                classification.route(),
                processingTimeService.getCurrentProcessingTime() - classification.timestampMillis(),
                late);
        output.collect(new StreamRecord<>(classification, classification.timestampMillis()));
    }

    private boolean isLate(Frame frame) {
        return rule.isLate(
                processingTimeService.getCurrentProcessingTime(), frame.timestampMillis());
    }

    /** Sees to it that a frame is classified in time. */
    private void schedule(FrameInFlight frame) throws Exception {
        long now = processingTimeService.getCurrentProcessingTime();
        long service = rule.deadline() == null ? 0 : estimatedNanos();
        long due = rule.dueMillis(now, frame.frame().timestampMillis(), service);
        if (due <= now) {
            flush();
        } else if (timer == null || due < timerMillis) {
            cancelTimer();
            timerMillis = due;
            timer = processingTimeService.registerTimer(due, time -> onTimer());
        }
    }

    /** What everything that is decoded will take, as far as it is known. */
    private long estimatedNanos() {
        long nanos = 0;
        for (ServingModel model : models.ready()) {
            nanos += model.estimatedNanos();
        }
        return nanos;
    }

    private void onTimer() throws Exception {
        timer = null;
        try {
            flush();
        } catch (InternalError e) {
            FatalErrors.endProcessOn(e);
            throw e;
        }
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    @Override
    public void processElement2(StreamRecord<Decision> element) {
        Decision decision = element.getValue();
        decisions.add(decision);
        LOG_OF_CLASS.info("decided: {}", decision);
        count(element);
        if (decision instanceof ModelDecision model && model.plan() != null) {
            if (model.effectiveFromMillis() <= decidedMillis) {
                LOG_OF_CLASS.warn(
                        "{} takes effect at a time up to which everything was decided, {}; other"
                                + " subtasks may have gone on with what was before",
                        decision,
                        decidedMillis);
            }
            models.prepare(model.plan().models());
        }
    }

    /** By one subtask, since all are told; not the log's past, which a new job reads first. */
    private void count(StreamRecord<Decision> element) {
        boolean past = !restored && element.getTimestamp() < startedMillis;
        if (past || getRuntimeContext().getTaskInfo().getIndexOfThisSubtask() != 0) {
            return;
        }
        Decision decision = element.getValue();
        node.meters().decided(!(decision instanceof Refusal));
        if (decision instanceof ModelDecision model && model.plan() != null) {
            node.meters().activated();
        }
    }

    @Override
    public void processWatermark1(Watermark mark) throws Exception {
        models.check();
        long limit =
                Math.max(Long.MIN_VALUE + KEPT_BEHIND_WATERMARK.toMillis(), mark.getTimestamp());
        decisions.pruneBefore(limit - KEPT_BEHIND_WATERMARK.toMillis());
        models.retain(
                decisions.routes().modelsSince(mark.getTimestamp()),
                decisions.routes().models(),
                processingTimeService.getCurrentProcessingTime() - KEPT_IDLE.toMillis());
        heldWatermark = mark;
        if (mark.equals(Watermark.MAX_WATERMARK)) {
            flush();
        } else {
            emitWatermark();
        }
    }

    @Override
    public void processWatermark2(Watermark mark) throws Exception {
        decidedMillis = Math.max(decidedMillis, mark.getTimestamp());
        models.check();
        admitWaiting();
    }

    private void admitWaiting() throws Exception {
        if (waiting.isEmpty()) {
            return;
        }
        for (WaitingRoom.Waiting released : waiting.release(decidedMillis)) {
            if (released.refused()) {
                rejectAhead(released.frame());
            } else {
                admit(released.frame(), released.arrivalNanos());
            }
        }
        backlog.backlog().setFull(waiting.bytes() >= settings.maxBufferBytes());
        emitWatermark();
        emitHeldStatus();
    }

    /** Passes the frames' watermark on as far as no frame is held behind it. */
    private void emitWatermark() {
        Watermark held = heldWatermark;
        if (held == null || !inFlight.isEmpty()) {
            return;
        }
        long earliest = waiting.earliestMillis();
        if (earliest > held.getTimestamp() || waiting.isEmpty()) {
            heldWatermark = null;
            lastWatermarkMillis = held.getTimestamp();
            output.emitWatermark(held);
        } else if (earliest - 1 > lastWatermarkMillis) {
            lastWatermarkMillis = earliest - 1;
            output.emitWatermark(new Watermark(earliest - 1));
        }
    }

    @Override
    protected void processWatermarkStatus(WatermarkStatus status, int input) throws Exception {
        if (input == 0) {
            flush();
            // Idle only when nothing is held: what others have passed by then would be late.
            heldStatus = status.isIdle() && !waiting.isEmpty() ? status : null;
            if (heldStatus == null) {
                output.emitWatermarkStatus(status);
            }
        }
    }

    private void emitHeldStatus() throws Exception {
        WatermarkStatus status = heldStatus;
        if (status != null && waiting.isEmpty()) {
            heldStatus = null;
            flush();
            output.emitWatermarkStatus(status);
        }
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
        flush();
        energyWindows.beforeBarrier(checkpointId, this::emitWindow);
    }

    /** Notes what kind of snapshot it is, which the method that writes it is not told. */
    @Override
    public OperatorSnapshotFutures snapshotState(
            long checkpointId,
            long timestamp,
            CheckpointOptions options,
            CheckpointStreamFactory factory)
            throws Exception {
        savepoint = options.getCheckpointType().isSavepoint();
        return super.snapshotState(checkpointId, timestamp, options, factory);
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        state.snapshot(
                decisions,
                waiting.frames(),
                savepoint ? models.files(decisions.routes().models()) : models.carriedFiles());
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) throws Exception {
        super.notifyCheckpointComplete(checkpointId);
        energyWindows.confirm(checkpointId);
    }

    @Override
    public void finish() throws Exception {
        // Both inputs have ended: nothing more will be decided.
        decidedMillis = Long.MAX_VALUE;
        admitWaiting();
        flush();
        energyWindows.finish(this::emitWindow);
        super.finish();
    }

    @Override
    public void close() throws Exception {
        try {
            if (models != null) {
                models.close();
            }
        } finally {
            if (backlog != null) {
                backlog.close();
            }
            if (node != null) {
                node.close();
            }
            super.close();
        }
    }

    /** Classifies whatever is decoded; second models too, for which first ones may make work. */
    private void flush() throws Exception {
        cancelTimer();
        while (!inFlight.isEmpty()) {
            for (ServingModel model : models.ready()) {
                if (!model.batch().isEmpty()) {
                    classify(model);
                }
            }
        }
        emitWatermark();
    }

    private void emitWindow(EnergyWindow window) {
        output.collect(ENERGY_WINDOWS, new StreamRecord<>(window, window.endMillis()));
    }

    private void reject(Frame frame, RejectionReason reason, String message) {
        node.meters().rejected(reason);
        output.collect(
                REJECTED,
                new StreamRecord<>(
                        rejectedFrames.of(frame, reason, message), frame.timestampMillis()));
    }
}
