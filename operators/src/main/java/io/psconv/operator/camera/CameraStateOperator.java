package io.psconv.operator.camera;

import io.psconv.operator.metrics.CameraMeters;
import io.psconv.operator.node.NodeRuntime;
import io.psconv.operator.node.NodeSettings;
import io.psconv.operator.record.CameraClock;
import io.psconv.operator.record.CameraEvent;
import io.psconv.operator.record.CameraState;
import io.psconv.operator.record.Classification;
import io.psconv.operator.record.Observation;
import io.psconv.operator.state.RecordTypes;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the state of each camera and tells what becomes of it; keyed by camera.
 *
 * <p>Each camera has a time of its own, see {@link OrderRule}, so the watermarks of the input do
 * not matter; the last one, at the end of a bounded input, lets all waiting frames go on. State
 * lives until nothing was heard of a camera for so long by the machine's clock, see {@link
 * PresenceRule}. It is an operator and not a function because a function cannot count the cameras
 * that a restored state has.
 */
public final class CameraStateOperator extends AbstractStreamOperator<CameraEvent>
        implements OneInputStreamOperator<Classification, CameraEvent>,
                Triggerable<String, VoidNamespace> {
    private static final long serialVersionUID = 1;
    private static final String CAMERA_STATE = "camera";
    private static final String TIMERS = "camera-timers";

    /** Comes only when the input has ended. */
    private static final long END = Long.MAX_VALUE;

    private final CameraRules rules;
    private final NodeSettings nodeSettings;

    private transient ValueState<CameraState> cameras;
    private transient InternalTimerService<VoidNamespace> timers;
    private transient CameraMonitor monitor;
    private transient NodeRuntime.Lease node;
    private transient CameraMeters meters;
    private transient Consumer<CameraEvent> events;
    private transient int known;
    private transient long startedMillis;

    @SuppressWarnings("NullAway.Init") // Flink calls open before any element.
    public CameraStateOperator(CameraRules rules, NodeSettings nodeSettings) {
        this.rules = rules;
        this.nodeSettings = nodeSettings;
    }

    @Override
    public void open() throws Exception {
        super.open();
        monitor = new CameraMonitor(rules);
        events = this::emit;
        node = NodeRuntime.acquire(nodeSettings, getRuntimeContext());
        meters = node.cameraMeters();
        startedMillis = processingTimeService.getCurrentProcessingTime();
        cameras =
                getRuntimeContext()
                        .getState(
                                new ValueStateDescriptor<>(CAMERA_STATE, RecordTypes.CAMERA_STATE));
        timers = getInternalTimerService(TIMERS, VoidNamespaceSerializer.INSTANCE, this);
        try (Stream<String> restored =
                this.<String>getKeyedStateBackend().getKeys(CAMERA_STATE, VoidNamespace.INSTANCE)) {
            count((int) restored.count());
        }
    }

    @Override
    public void processElement(StreamRecord<Classification> element) throws Exception {
        Classification classification = element.getValue();
        Observation frame = Observation.of(classification, rules.smoothing().needsScores());
        CameraState before = cameras.value();
        if (before == null) {
            count(1);
        } else {
            countDisorder(before.clock(), frame.timestampMillis());
        }
        CameraState after =
                monitor.arrived(
                        classification.camera(),
                        before,
                        frame,
                        processingTimeService.getCurrentProcessingTime(),
                        events);
        if (!after.clock().held().isEmpty()) {
            timers.registerEventTimeTimer(VoidNamespace.INSTANCE, END);
        }
        keep(before, after);
    }

    /** The end of the input. */
    @Override
    public void onEventTime(InternalTimer<String, VoidNamespace> timer) throws Exception {
        CameraState state = cameras.value();
        if (state != null) {
            cameras.update(monitor.drained(timer.getKey(), state, events));
        }
    }

    @Override
    public void onProcessingTime(InternalTimer<String, VoidNamespace> timer) throws Exception {
        CameraState state = cameras.value();
        if (state == null) {
            return;
        }
        CameraState after =
                monitor.checked(
                        timer.getKey(),
                        state,
                        processingTimeService.getCurrentProcessingTime(),
                        startedMillis,
                        events);
        if (after == null) {
            timers.deleteEventTimeTimer(VoidNamespace.INSTANCE, END);
            cameras.clear();
            count(-1);
        } else {
            keep(state, after);
        }
    }

    @Override
    public void close() throws Exception {
        try {
            if (meters != null) {
                count(-known);
            }
        } finally {
            if (node != null) {
                node.close();
            }
            super.close();
        }
    }

    private void keep(@Nullable CameraState before, CameraState after) throws IOException {
        cameras.update(after);
        long next = after.presence().nextCheckMillis();
        if (before == null) {
            timers.registerProcessingTimeTimer(VoidNamespace.INSTANCE, next);
        } else if (before.presence().nextCheckMillis() != next) {
            timers.deleteProcessingTimeTimer(
                    VoidNamespace.INSTANCE, before.presence().nextCheckMillis());
            timers.registerProcessingTimeTimer(VoidNamespace.INSTANCE, next);
        }
    }

    private void countDisorder(CameraClock clock, long timestampMillis) {
        if (clock.isLate(timestampMillis)) {
            meters.late();
        } else if (clock.isOutOfOrder(timestampMillis)) {
            meters.reordered();
        }
    }

    private void count(int change) {
        known += change;
        meters.known(change);
    }

    private void emit(CameraEvent event) {
        meters.happened(event.kind());
        output.collect(new StreamRecord<>(event, event.timestampMillis()));
    }
}
