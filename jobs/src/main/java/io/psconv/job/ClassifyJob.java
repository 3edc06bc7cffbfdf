package io.psconv.job;

import io.psconv.job.options.BatchOptions;
import io.psconv.job.options.ClassifyOptions;
import io.psconv.job.options.JobArguments;
import io.psconv.job.options.MetricsOptions;
import io.psconv.model.format.MalformedModelException;
import io.psconv.model.store.ModelStore;
import io.psconv.model.store.StoredModel;
import io.psconv.operator.camera.CameraStateOperator;
import io.psconv.operator.classify.ClassifyOperator;
import io.psconv.operator.classify.ClassifySettings;
import io.psconv.operator.classify.FrameGate;
import io.psconv.operator.library.NodeLibrary;
import io.psconv.operator.node.NodeSettings;
import io.psconv.operator.record.CameraEvent;
import io.psconv.operator.record.Classification;
import io.psconv.operator.record.ControlRequest;
import io.psconv.operator.record.Decision;
import io.psconv.operator.record.EnergyWindow;
import io.psconv.operator.record.Frame;
import io.psconv.operator.record.ModelDecision;
import io.psconv.operator.record.ModelReference;
import io.psconv.operator.record.RejectedFrame;
import io.psconv.operator.state.RecordTypes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads frames from Kafka, classifies them, writes classifications and rejected frames. */
public final class ClassifyJob {
    /** How far behind the newest frame of its partition a frame may come without being late. */
    private static final Duration OUT_OF_ORDER = Duration.ofSeconds(1);

    /** After this long without frames a partition does not hold the others' watermark back. */
    private static final Duration IDLE_AFTER = Duration.ofSeconds(5);

    /** The decision in force before any other, as far as its identity goes. */
    private static final String FIRST_REQUEST = "classify.model";

    private static final Logger LOG = LoggerFactory.getLogger(ClassifyJob.class);

    private ClassifyJob() {}

    /**
     * Builds the job and submits it to the cluster that runs this.
     *
     * @param arguments options as {@code -Dkey=value}, see {@link
     *     io.psconv.job.options.ClassifyConfigOptions}
     */
    public static void main(String[] arguments) throws Exception {
        NodeLibrary.require();
        ClassifyOptions options = ClassifyOptions.of(JobArguments.parse(arguments));
        ClassifyTopics.requireDecisionLog(options);
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment();
        define(environment, options);
        environment.execute(options.jobName());
    }

    /**
     * Adds the job to an environment, with Kafka at its ends.
     *
     * @throws IOException if the store has no such model
     */
    public static void define(StreamExecutionEnvironment environment, ClassifyOptions options)
            throws IOException, MalformedModelException {
        environment.enableCheckpointing(
                options.delivery().checkpointInterval().toMillis(), CheckpointingMode.EXACTLY_ONCE);
        KafkaEndpoints kafka = new KafkaEndpoints(options);
        define(
                environment,
                options,
                kafka.frames(),
                kafka.decisions(),
                kafka.classifications(),
                kafka.rejectedFrames(),
                kafka.cameraEvents(),
                kafka.energyWindows());
        @Nullable KafkaSource<ControlRequest> requests = kafka.requests();
        String decisions = options.topics().decisions();
        if (requests != null && decisions != null) {
            ControlFlow.define(environment, options, requests, kafka.decisionLog(decisions));
        }
    }

    /**
     * Adds the job to an environment.
     *
     * @param decisions source of decisions, or null for none
     * @param cameraEvents where events of cameras go, or null to keep no state of cameras
     * @param energyWindows sink of closed energy windows, or null for none
     */
    static void define(
            StreamExecutionEnvironment environment,
            ClassifyOptions options,
            Source<Frame, ?, ?> frames,
            @Nullable Source<Decision, ?, ?> decisions,
            Sink<Classification> classifications,
            Sink<RejectedFrame> rejectedFrames,
            @Nullable Sink<CameraEvent> cameraEvents,
            @Nullable Sink<EnergyWindow> energyWindows)
            throws IOException, MalformedModelException {
        ClassifySettings settings =
                settings(
                        options,
                        firstModel(
                                options,
                                environment
                                        .getConfiguration()
                                        .getOptional(StateRecoveryOptions.SAVEPOINT_PATH)
                                        .isPresent()),
                        decisions != null,
                        cameraEvents != null && options.camera().smoothing().needsScores()
                                ? Integer.MAX_VALUE
                                : options.answer().topK());
        DataStream<Frame> arriving =
                environment
                        .fromSource(frames, watermarks(), "frames", RecordTypes.FRAME)
                        .uid("frames")
                        .map(new FrameGate(settings.node()))
                        .returns(RecordTypes.FRAME)
                        .name("gate")
                        .uid("gate");
        SingleOutputStreamOperator<Classification> classified =
                arriving.connect(DecisionFlow.of(environment, decisions).broadcast())
                        .transform(
                                "classify",
                                RecordTypes.CLASSIFICATION,
                                new ClassifyOperator(settings))
                        .uid("classify");
        classified.sinkTo(classifications).name("classifications").uid("classifications");
        classified
                .getSideOutput(ClassifyOperator.REJECTED)
                .sinkTo(rejectedFrames)
                .name("rejected-frames")
                .uid("rejected-frames");
        if (cameraEvents != null) {
            classified
                    .keyBy(Classification::camera, Types.STRING)
                    .transform(
                            "camera-state",
                            RecordTypes.CAMERA_EVENT,
                            new CameraStateOperator(options.camera(), settings.node()))
                    .uid("camera-state")
                    .sinkTo(cameraEvents)
                    .name("camera-events")
                    .uid("camera-events");
        }
        if (energyWindows != null) {
            classified
                    .getSideOutput(ClassifyOperator.ENERGY_WINDOWS)
                    .sinkTo(energyWindows)
                    .name("energy-windows")
                    .uid("energy-windows")
                    // A window or so a second: one producer does.
                    .setParallelism(1);
        }
    }

    /**
     * The watermark never passes the clock: a frame stamped ahead of it waits for the decisions of
     * its time, or is rejected, and must not make the others of its partition late.
     */
    private static WatermarkStrategy<Frame> watermarks() {
        return WatermarkStrategy.<Frame>forBoundedOutOfOrderness(OUT_OF_ORDER)
                .withTimestampAssigner(
                        (frame, timestamp) ->
                                Math.min(frame.timestampMillis(), System.currentTimeMillis()))
                .withIdleness(IDLE_AFTER);
    }

    /**
     * The name is resolved here, once, so that every subtask and every restart means one model.
     *
     * @param fromSavepoint whether the job goes on from a savepoint, whose own models serve then,
     *     also where the store has gone
     */
    private static ModelReference firstModel(ClassifyOptions options, boolean fromSavepoint)
            throws IOException, MalformedModelException {
        try {
            StoredModel model = new ModelStore(store(options)).resolve(options.model().reference());
            return new ModelReference(model.name(), model.version(), model.digest());
        } catch (IOException | MalformedModelException | IllegalArgumentException e) {
            if (!fromSavepoint) {
                throw e;
            }
            LOG.warn(
                    "classify.model '{}' is not there, the savepoint's models go on: {}",
                    options.model().reference(),
                    e.getMessage());
            return new ModelReference(options.model().name(), 0, "");
        }
    }

    private static Path store(ClassifyOptions options) {
        return Path.of(options.model().store()).toAbsolutePath();
    }

    /**
     * What the classify operator is told.
     *
     * @param followsDecisions whether there is a log of decisions
     * @param topK classes of each classification; the sink lists no more than its option says
     */
    private static ClassifySettings settings(
            ClassifyOptions options, ModelReference first, boolean followsDecisions, int topK) {
        return new ClassifySettings(
                store(options).toString(),
                ModelDecision.of(FIRST_REQUEST, first, Long.MIN_VALUE),
                followsDecisions,
                options.engine().spec(),
                options.engine().convolution().toString(),
                options.engine().requireVector(),
                options.batch().maxSize(),
                options.batch().maxDelay(),
                options.batch().maxBufferedBytes(),
                options.batch().deadline().isZero() ? null : options.batch().deadline(),
                options.batch().late() == BatchOptions.Late.DROP,
                topK,
                (float) options.answer().confidenceThreshold(),
                options.answer().maxClockAhead(),
                options.decode().limits(),
                options.decode().crop(),
                options.decode().maxRejectedPayloadBytes(),
                node(options));
    }

    /** What the job's subtasks share in a process. */
    static NodeSettings node(ClassifyOptions options) {
        MetricsOptions metrics = options.metrics();
        return new NodeSettings(
                options.energy().source(),
                options.energy().samplingInterval(),
                options.topics().energyWindows() != null,
                metrics.host(),
                metrics.ports(),
                metrics.otlp(),
                options.engine().spec());
    }
}
