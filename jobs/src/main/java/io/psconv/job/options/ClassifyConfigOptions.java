package io.psconv.job.options;

import io.psconv.job.kafka.ClassificationFormat;
import io.psconv.job.options.BatchOptions.Late;
import io.psconv.job.options.EngineOptions.Convolution;
import io.psconv.job.options.EngineOptions.CudaPrecision;
import io.psconv.job.options.EngineOptions.Engine;
import io.psconv.operator.decode.DecodeLimits;
import io.psconv.operator.energy.EnergySource;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;

/** Every option of the classify job. {@link ClassifyOptions} reads and checks them. */
public final class ClassifyConfigOptions {
    /** Keys under this prefix that are no option here go to Kafka's clients without it. */
    public static final String KAFKA_PREFIX = "kafka.";

    public static final ConfigOption<String> JOB_NAME =
            ConfigOptions.key("job.name")
                    .stringType()
                    .defaultValue("psconv-classify")
                    .withDescription(
                            "Name of the job. Kafka transactions are named after it: two jobs on"
                                    + " one Kafka need two names.");

    public static final ConfigOption<String> KAFKA_BOOTSTRAP_SERVERS =
            ConfigOptions.key("kafka.bootstrap-servers")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Where Kafka is: host:port, or several separated by commas."
                                    + " Required.");

    public static final ConfigOption<String> KAFKA_GROUP_ID =
            ConfigOptions.key("kafka.group-id")
                    .stringType()
                    .defaultValue("psconv-classify")
                    .withDescription(
                            "Consumer group under which the offsets of frames are committed at"
                                    + " each checkpoint.");

    public static final ConfigOption<String> FRAMES_TOPIC =
            ConfigOptions.key("frames.topic")
                    .stringType()
                    .defaultValue("frames")
                    .withDescription("Topic the frames are read from.");

    public static final ConfigOption<String> FRAMES_FROM =
            ConfigOptions.key("frames.from")
                    .stringType()
                    .defaultValue("committed")
                    .withDescription(
                            "Where to start without a savepoint: earliest, latest, committed"
                                    + " (where the group has come to, or earliest), or a time in"
                                    + " milliseconds since 1970 UTC or ISO 8601 with a zone.");

    public static final ConfigOption<String> FRAMES_UNTIL =
            ConfigOptions.key("frames.until")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Where to stop: latest (the end as it is at the start), or a time as"
                                    + " in frames.from. Not set: never.");

    public static final ConfigOption<String> CLASSIFICATIONS_TOPIC =
            ConfigOptions.key("classifications.topic")
                    .stringType()
                    .defaultValue("classifications")
                    .withDescription("Topic the classifications are written to.");

    public static final ConfigOption<ClassificationFormat> CLASSIFICATIONS_FORMAT =
            ConfigOptions.key("classifications.format")
                    .enumType(ClassificationFormat.class)
                    .defaultValue(ClassificationFormat.JSON)
                    .withDescription(
                            "How classifications are written: json, or avro (single-object"
                                    + " encoding, which names its schema).");

    public static final ConfigOption<String> REJECTED_FRAMES_TOPIC =
            ConfigOptions.key("rejected-frames.topic")
                    .stringType()
                    .defaultValue("rejected-frames")
                    .withDescription("Topic of frames that cannot be classified.");

    public static final ConfigOption<String> CAMERA_EVENTS_TOPIC =
            ConfigOptions.key("camera-events.topic")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Topic that says what becomes of cameras. Not set: no state of cameras"
                                    + " is kept.");

    public static final ConfigOption<String> DECISIONS_TOPIC =
            ConfigOptions.key("decisions.topic")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Topic of decisions that change routes and crops while the job runs:"
                                    + " one partition, message.timestamp.type=LogAppendTime."
                                    + " Frames wait for its ticks, so one job with control.topic"
                                    + " must run on it. Not set: the model stays.");

    public static final ConfigOption<String> CONTROL_TOPIC =
            ConfigOptions.key("control.topic")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Topic of requests that this job decides upon, into decisions.topic,"
                                    + " which must be set too. A job with frames.until decides"
                                    + " none. Not set: none.");

    public static final ConfigOption<Duration> CONTROL_LEAD =
            ConfigOptions.key("control.lead")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(5))
                    .withDescription(
                            "Least time between a decision and its effect, 20 ms to 7 d; a"
                                    + " request's own lead counts if it is longer. The same for"
                                    + " all jobs on one decisions.topic; to shorten it, stop them"
                                    + " for as long as it was.");

    public static final ConfigOption<Duration> CONTROL_TICK_INTERVAL =
            ConfigOptions.key("control.tick-interval")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(1))
                    .withDescription(
                            "Time between ticks, which say how far the decisions are complete,"
                                    + " 10 ms to half of control.lead.");

    public static final ConfigOption<Duration> CONTROL_VERIFY_TIMEOUT =
            ConfigOptions.key("control.verify-timeout")
                    .durationType()
                    .defaultValue(Duration.ofMinutes(1))
                    .withDescription(
                            "How long checking the models of a request may take before it is"
                                    + " refused, 100 ms to 1 h.");

    public static final ConfigOption<String> ENERGY_WINDOWS_TOPIC =
            ConfigOptions.key("energy-windows.topic")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Topic of closed energy windows, for psconv energy to add up. Not set:"
                                    + " none are written.");

    public static final ConfigOption<DeliveryOptions.Guarantee> DELIVERY_GUARANTEE =
            ConfigOptions.key("delivery.guarantee")
                    .enumType(DeliveryOptions.Guarantee.class)
                    .defaultValue(DeliveryOptions.Guarantee.EXACTLY_ONCE)
                    .withDescription(
                            "exactly-once (answers become visible with the next checkpoint) or"
                                    + " at-least-once (at once, some twice after a failure).");

    public static final ConfigOption<Duration> DELIVERY_TRANSACTION_TIMEOUT =
            ConfigOptions.key("delivery.transaction-timeout")
                    .durationType()
                    .defaultValue(Duration.ofMinutes(15))
                    .withDescription(
                            "How long the job may be down before Kafka drops what was not"
                                    + " committed, which is lost then; above checkpoint.interval"
                                    + " and at most the brokers' transaction.max.timeout.ms.");

    public static final ConfigOption<Duration> CHECKPOINT_INTERVAL =
            ConfigOptions.key("checkpoint.interval")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(1))
                    .withDescription("Time between checkpoints, 10 ms to 1 h.");

    public static final ConfigOption<String> CLASSIFY_STORE =
            ConfigOptions.key("classify.store")
                    .stringType()
                    .noDefaultValue()
                    .withDescription("Folder of the model store. Required.");

    public static final ConfigOption<String> CLASSIFY_MODEL =
            ConfigOptions.key("classify.model")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Model to classify with: its name in the store, or name@version for"
                                    + " another than the newest version. Required.");

    public static final ConfigOption<Engine> CLASSIFY_ENGINE =
            ConfigOptions.key("classify.engine")
                    .enumType(Engine.class)
                    .defaultValue(Engine.AUTO)
                    .withDescription(
                            "What runs the network: auto (jvm), jvm, cuda (on NVIDIA devices), or"
                                    + " a peer to compare with, onnxruntime, djl-pytorch or"
                                    + " djl-pytorch-grouped (sparse layers as grouped"
                                    + " convolutions), whose library must be added to the class"
                                    + " path.");

    public static final ConfigOption<CudaPrecision> CLASSIFY_CUDA_PRECISION =
            ConfigOptions.key("classify.cuda.precision")
                    .enumType(CudaPrecision.class)
                    .defaultValue(CudaPrecision.FP16)
                    .withDescription(
                            "What the cuda engine holds weights and feature maps in: fp16 (answers"
                                    + " within 1e-2 of their norm) or fp32 (within 1e-4).");

    public static final ConfigOption<String> CLASSIFY_CUDA_DEVICES =
            ConfigOptions.key("classify.cuda.devices")
                    .stringType()
                    .defaultValue(EngineOptions.AUTO_DEVICES)
                    .withDescription(
                            "Devices that a task manager's subtasks are spread over: indexes as"
                                    + " nvidia-smi has them, such as 0,2, or auto: those of Flink's"
                                    + " external resource gpu where there is one, otherwise all.");

    public static final ConfigOption<Boolean> CLASSIFY_ENGINE_REQUIRE_VECTOR =
            ConfigOptions.key("classify.engine.require-vector")
                    .booleanType()
                    .defaultValue(true)
                    .withDescription(
                            "Whether to fail at the start, rather than run slowly, where the JVM"
                                    + " was started without --add-modules jdk.incubator.vector.");

    public static final ConfigOption<Convolution> CLASSIFY_CONVOLUTION =
            ConfigOptions.key("classify.convolution")
                    .enumType(Convolution.class)
                    .defaultValue(Convolution.AUTO)
                    .withDescription(
                            "Loops of the jvm engine: auto, vector or scalar; all give the same"
                                    + " bits.");

    public static final ConfigOption<Integer> CLASSIFY_BATCH_MAX_SIZE =
            ConfigOptions.key("classify.batch.max-size")
                    .intType()
                    .defaultValue(32)
                    .withDescription("Frames classified at once, 1 to 1024.");

    public static final ConfigOption<Duration> CLASSIFY_BATCH_MAX_DELAY =
            ConfigOptions.key("classify.batch.max-delay")
                    .durationType()
                    .defaultValue(Duration.ofMillis(5))
                    .withDescription(
                            "How long the oldest frame waits for a batch to fill, 0 to 1 min.");

    public static final ConfigOption<Duration> CLASSIFY_DEADLINE =
            ConfigOptions.key("classify.deadline")
                    .durationType()
                    .defaultValue(Duration.ZERO)
                    .withDescription(
                            "How long after its capture a frame is to be classified, 0 to 1 d;"
                                    + " batches are classified early enough for that where they"
                                    + " can be. 0: no deadline.");

    public static final ConfigOption<Late> CLASSIFY_LATE =
            ConfigOptions.key("classify.late")
                    .enumType(Late.class)
                    .defaultValue(Late.FLAG)
                    .withDescription(
                            "What becomes of frames past classify.deadline: flag (classified, with"
                                    + " 'late' in their record) or drop (rejected with reason LATE"
                                    + " if their turn comes too late).");

    public static final ConfigOption<MemorySize> CLASSIFY_BUFFER_MAX_BYTES =
            ConfigOptions.key("classify.buffer.max-bytes")
                    .memoryType()
                    .defaultValue(MemorySize.ofMebiBytes(64))
                    .withDescription(
                            "Bytes of frames that wait in one subtask before it takes no more,"
                                    + " 1 mb to 64 gb.");

    public static final ConfigOption<Integer> CLASSIFY_TOP_K =
            ConfigOptions.key("classify.top-k")
                    .intType()
                    .defaultValue(3)
                    .withDescription(
                            "Best classes that a classification lists, 1 to 1000; at most all of"
                                    + " the model's.");

    public static final ConfigOption<Double> CLASSIFY_CONFIDENCE_THRESHOLD =
            ConfigOptions.key("classify.confidence-threshold")
                    .doubleType()
                    .defaultValue(0.0)
                    .withDescription(
                            "Probability below which the label is 'unknown', 0 to 1; 0: never.");

    public static final ConfigOption<Duration> CLASSIFY_MAX_CLOCK_AHEAD =
            ConfigOptions.key("classify.max-clock-ahead")
                    .durationType()
                    .defaultValue(Duration.ofMinutes(1))
                    .withDescription(
                            "How far ahead of this machine's clock a frame's capture time may be"
                                    + " before the frame is rejected, 0 to 1 d.");

    public static final ConfigOption<Long> DECODE_MAX_PIXELS =
            ConfigOptions.key("decode.max-pixels")
                    .longType()
                    .defaultValue(25_000_000L)
                    .withDescription(
                            "Pixels an image may declare before it is rejected undecoded, 1 to"
                                    + " 268435456.");

    public static final ConfigOption<MemorySize> DECODE_MAX_BYTES =
            ConfigOptions.key("decode.max-bytes")
                    .memoryType()
                    .defaultValue(MemorySize.ofMebiBytes(16))
                    .withDescription("Bytes a frame may have before it is rejected, 1 b to 1 gb.");

    public static final ConfigOption<Integer> DECODE_MAX_SCANS =
            ConfigOptions.key("decode.max-scans")
                    .intType()
                    .defaultValue(DecodeLimits.DEFAULT_SCANS)
                    .withDescription(
                            "Scans a JPEG may have before it is rejected undecoded, 1 to 256;"
                                    + " beyond 16 of them its pixels count once more against"
                                    + " decode.max-pixels for every 16.");

    public static final ConfigOption<String> DECODE_CROP =
            ConfigOptions.key("decode.crop")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Part of each frame that is classified, as x,y,width,height in"
                                    + " pixels. Not set: all of it.");

    public static final ConfigOption<MemorySize> REJECTED_MAX_PAYLOAD_BYTES =
            ConfigOptions.key("rejected.max-payload-bytes")
                    .memoryType()
                    .defaultValue(MemorySize.parse("512kb"))
                    .withDescription(
                            "Bytes up to which a rejected frame's original is kept in its record;"
                                    + " in base64, with about 20 kb of other fields, it must fit"
                                    + " kafka.max.request.size. 0: never kept.");

    public static final ConfigOption<CameraOptions.Smoothing> CAMERA_SMOOTHING =
            ConfigOptions.key("camera.smoothing")
                    .enumType(CameraOptions.Smoothing.class)
                    .defaultValue(CameraOptions.Smoothing.MAJORITY)
                    .withDescription(
                            "How a camera's answer is made of those to several frames:"
                                    + " majority (camera.smoothing.votes of the last"
                                    + " camera.smoothing.frames have that label) or exponential"
                                    + " (the class of the largest smoothed probability).");

    public static final ConfigOption<Integer> CAMERA_SMOOTHING_FRAMES =
            ConfigOptions.key("camera.smoothing.frames")
                    .intType()
                    .defaultValue(5)
                    .withDescription(
                            "Last frames that a majority is looked for among, 1 to" + " 1000.");

    public static final ConfigOption<Integer> CAMERA_SMOOTHING_VOTES =
            ConfigOptions.key("camera.smoothing.votes")
                    .intType()
                    .defaultValue(3)
                    .withDescription(
                            "Frames that must have one label, more than half of"
                                    + " camera.smoothing.frames.");

    public static final ConfigOption<Double> CAMERA_SMOOTHING_WEIGHT =
            ConfigOptions.key("camera.smoothing.weight")
                    .doubleType()
                    .defaultValue(0.3)
                    .withDescription(
                            "Weight of the newest frame's probabilities in exponential"
                                    + " smoothing, 0.001 to 1.");

    public static final ConfigOption<Duration> CAMERA_OUT_OF_ORDERNESS =
            ConfigOptions.key("camera.out-of-orderness")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(1))
                    .withDescription(
                            "How far a frame's capture time may be behind the newest"
                                    + " one of its camera for it to be put in order, 0 to 1 h;"
                                    + " events of frames come so much later. 0: no frame waits.");

    public static final ConfigOption<Integer> CAMERA_MAX_HELD_FRAMES =
            ConfigOptions.key("camera.max-held-frames")
                    .intType()
                    .defaultValue(256)
                    .withDescription(
                            "Frames of one camera that wait to be put in order, 1 to"
                                    + " 65536; with more the oldest does not wait longer.");

    public static final ConfigOption<Integer> CAMERA_CLOCK_RESET_AFTER =
            ConfigOptions.key("camera.clock-reset-after")
                    .intType()
                    .defaultValue(20)
                    .withDescription(
                            "Late frames in a row after which a camera's clock counts"
                                    + " as set back, 2 to 1000000. 0: never.");

    public static final ConfigOption<Duration> CAMERA_SILENT_AFTER =
            ConfigOptions.key("camera.silent-after")
                    .durationType()
                    .defaultValue(Duration.ofMinutes(1))
                    .withDescription(
                            "Time without frames, by the machine's clock, after which a"
                                    + " camera is silent, 0 to 30 d. 0: never.");

    public static final ConfigOption<Duration> CAMERA_FORGET_AFTER =
            ConfigOptions.key("camera.forget-after")
                    .durationType()
                    .defaultValue(Duration.ofDays(1))
                    .withDescription(
                            "Time without frames, by the machine's clock, after which"
                                    + " nothing is kept of a camera, 1 s to 365 d; above"
                                    + " camera.silent-after.");

    public static final ConfigOption<Integer> CAMERA_FROZEN_FRAMES =
            ConfigOptions.key("camera.frozen.frames")
                    .intType()
                    .defaultValue(10)
                    .withDescription(
                            "Frames in a row with the same picture after which a camera"
                                    + " is frozen, 2 to 1000000. 0: never.");

    public static final ConfigOption<Duration> CAMERA_FROZEN_DURATION =
            ConfigOptions.key("camera.frozen.duration")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(30))
                    .withDescription("Capture time that these frames must span too, 0 to 1 d.");

    public static final ConfigOption<Double> CAMERA_DRIFT_THRESHOLD =
            ConfigOptions.key("camera.drift.threshold")
                    .doubleType()
                    .defaultValue(5.0)
                    .withDescription(
                            "Standard errors by which a model's mean confidence must"
                                    + " differ from its first one's, 0 to 1000. 0: no drift is"
                                    + " looked for.");

    public static final ConfigOption<Double> CAMERA_DRIFT_MIN_DIFFERENCE =
            ConfigOptions.key("camera.drift.min-difference")
                    .doubleType()
                    .defaultValue(0.05)
                    .withDescription("Difference of the two means that matters at all, 0 to 1.");

    public static final ConfigOption<Integer> CAMERA_DRIFT_BATCH_FRAMES =
            ConfigOptions.key("camera.drift.batch-frames")
                    .intType()
                    .defaultValue(20)
                    .withDescription(
                            "Frames of one camera and model whose mean confidence is"
                                    + " one value, 1 to 100000; they should span more time than a"
                                    + " scene lasts.");

    public static final ConfigOption<Integer> CAMERA_DRIFT_BASELINE_BATCHES =
            ConfigOptions.key("camera.drift.baseline-batches")
                    .intType()
                    .defaultValue(50)
                    .withDescription("Values that a model's first frames make, 2 to 100000.");

    public static final ConfigOption<Integer> CAMERA_DRIFT_RECENT_BATCHES =
            ConfigOptions.key("camera.drift.recent-batches")
                    .intType()
                    .defaultValue(15)
                    .withDescription("Values that its newest frames make, 2 to 1000.");

    public static final ConfigOption<EnergySource> ENERGY_SOURCE =
            ConfigOptions.key("energy.source")
                    .enumType(EnergySource.class)
                    .defaultValue(EnergySource.AUTO)
                    .withDescription(
                            "Where joules come from: rapl (the processor's, measured), nvml (NVIDIA"
                                    + " devices', measured), modelled, none, or auto: nvml with the"
                                    + " cuda engine, otherwise rapl, where it can be read, or else"
                                    + " modelled.");

    public static final ConfigOption<Duration> ENERGY_SAMPLING_INTERVAL =
            ConfigOptions.key("energy.sampling-interval")
                    .durationType()
                    .defaultValue(Duration.ofMillis(100))
                    .withDescription("Time between readings of the counter, 20 ms to 1 min.");

    public static final ConfigOption<String> METRICS_HOST =
            ConfigOptions.key("metrics.host")
                    .stringType()
                    .defaultValue("127.0.0.1")
                    .withDescription(
                            "Address the Prometheus endpoint listens at; 0.0.0.0: all, which lets"
                                    + " anyone who can reach the machine read it.");

    public static final ConfigOption<String> METRICS_PORT =
            ConfigOptions.key("metrics.port")
                    .stringType()
                    .defaultValue("0")
                    .withDescription(
                            "Port of the Prometheus endpoint: one, a range like 9250-9260 of which"
                                    + " each task manager takes the first free one, 0 (any), or"
                                    + " off.");

    public static final ConfigOption<String> METRICS_OTLP_URL =
            ConfigOptions.key("metrics.otlp.url")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Where each task manager sends its meters by OTLP over HTTP, for"
                                    + " example http://collector:4318/v1/metrics. Not set:"
                                    + " nowhere.");

    public static final ConfigOption<Duration> METRICS_OTLP_INTERVAL =
            ConfigOptions.key("metrics.otlp.interval")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(10))
                    .withDescription("Time between two sendings, 1 s to 1 h.");

    public static final ConfigOption<String> METRICS_OTLP_HTTP_HEADERS =
            ConfigOptions.key("metrics.otlp.http-headers")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Headers of each sending, as name=value, several separated by commas;"
                                    + " never logged.");

    private static final List<ConfigOption<?>> ALL =
            List.of(
                    JOB_NAME,
                    KAFKA_BOOTSTRAP_SERVERS,
                    KAFKA_GROUP_ID,
                    FRAMES_TOPIC,
                    FRAMES_FROM,
                    FRAMES_UNTIL,
                    CLASSIFICATIONS_TOPIC,
                    CLASSIFICATIONS_FORMAT,
                    REJECTED_FRAMES_TOPIC,
                    CAMERA_EVENTS_TOPIC,
                    DECISIONS_TOPIC,
                    CONTROL_TOPIC,
                    CONTROL_LEAD,
                    CONTROL_TICK_INTERVAL,
                    CONTROL_VERIFY_TIMEOUT,
                    ENERGY_WINDOWS_TOPIC,
                    DELIVERY_GUARANTEE,
                    DELIVERY_TRANSACTION_TIMEOUT,
                    CHECKPOINT_INTERVAL,
                    CLASSIFY_STORE,
                    CLASSIFY_MODEL,
                    CLASSIFY_ENGINE,
                    CLASSIFY_ENGINE_REQUIRE_VECTOR,
                    CLASSIFY_CONVOLUTION,
                    CLASSIFY_CUDA_PRECISION,
                    CLASSIFY_CUDA_DEVICES,
                    CLASSIFY_BATCH_MAX_SIZE,
                    CLASSIFY_BATCH_MAX_DELAY,
                    CLASSIFY_DEADLINE,
                    CLASSIFY_LATE,
                    CLASSIFY_BUFFER_MAX_BYTES,
                    CLASSIFY_TOP_K,
                    CLASSIFY_CONFIDENCE_THRESHOLD,
                    CLASSIFY_MAX_CLOCK_AHEAD,
                    DECODE_MAX_PIXELS,
                    DECODE_MAX_BYTES,
                    DECODE_MAX_SCANS,
                    DECODE_CROP,
                    REJECTED_MAX_PAYLOAD_BYTES,
                    CAMERA_SMOOTHING,
                    CAMERA_SMOOTHING_FRAMES,
                    CAMERA_SMOOTHING_VOTES,
                    CAMERA_SMOOTHING_WEIGHT,
                    CAMERA_OUT_OF_ORDERNESS,
                    CAMERA_MAX_HELD_FRAMES,
                    CAMERA_CLOCK_RESET_AFTER,
                    CAMERA_SILENT_AFTER,
                    CAMERA_FORGET_AFTER,
                    CAMERA_FROZEN_FRAMES,
                    CAMERA_FROZEN_DURATION,
                    CAMERA_DRIFT_THRESHOLD,
                    CAMERA_DRIFT_MIN_DIFFERENCE,
                    CAMERA_DRIFT_BATCH_FRAMES,
                    CAMERA_DRIFT_BASELINE_BATCHES,
                    CAMERA_DRIFT_RECENT_BATCHES,
                    ENERGY_SOURCE,
                    ENERGY_SAMPLING_INTERVAL,
                    METRICS_HOST,
                    METRICS_PORT,
                    METRICS_OTLP_URL,
                    METRICS_OTLP_INTERVAL,
                    METRICS_OTLP_HTTP_HEADERS);

    private ClassifyConfigOptions() {}

    /** Every option, in the order in which people should read of them. */
    public static List<ConfigOption<?>> all() {
        return ALL;
    }
}
