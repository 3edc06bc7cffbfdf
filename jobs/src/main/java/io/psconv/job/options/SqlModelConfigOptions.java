package io.psconv.job.options;

import io.psconv.job.options.EngineOptions.Convolution;
import io.psconv.job.options.EngineOptions.CudaPrecision;
import io.psconv.job.options.EngineOptions.Engine;
import io.psconv.job.options.SqlModelOptions.OnRejection;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;

/**
 * Every option of a model in Flink SQL, set by {@code CREATE MODEL … WITH}. {@link SqlModelOptions}
 * reads and checks them. What decoding, energy and meters have is the same as in {@link
 * ClassifyConfigOptions}.
 */
public final class SqlModelConfigOptions {
    public static final ConfigOption<String> STORE =
            ConfigOptions.key("store")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Folder of the model store, the same on the machine that plans the"
                                    + " query and on every task manager. Required.");

    public static final ConfigOption<String> MODEL =
            ConfigOptions.key("model")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Model to classify with: its name in the store, or name@version for"
                                    + " another than the newest version, which counts when the"
                                    + " query is planned. Required.");

    public static final ConfigOption<Engine> ENGINE =
            ConfigOptions.key("engine")
                    .enumType(Engine.class)
                    .defaultValue(Engine.AUTO)
                    .withDescription(
                            "What runs the network: auto (jvm), jvm, cuda (on NVIDIA devices), or"
                                    + " a peer to compare with, onnxruntime, djl-pytorch or"
                                    + " djl-pytorch-grouped, whose library must be in the cluster's"
                                    + " lib/.");

    public static final ConfigOption<CudaPrecision> CUDA_PRECISION =
            ConfigOptions.key("cuda.precision")
                    .enumType(CudaPrecision.class)
                    .defaultValue(CudaPrecision.FP16)
                    .withDescription(
                            "What the cuda engine holds weights and feature maps in: fp16 or"
                                    + " fp32.");

    public static final ConfigOption<String> CUDA_DEVICES =
            ConfigOptions.key("cuda.devices")
                    .stringType()
                    .defaultValue(EngineOptions.AUTO_DEVICES)
                    .withDescription(
                            "Devices that a task manager's subtasks are spread over: indexes as"
                                    + " nvidia-smi has them, such as 0,2, or auto (all).");

    public static final ConfigOption<Boolean> ENGINE_REQUIRE_VECTOR =
            ConfigOptions.key("engine.require-vector")
                    .booleanType()
                    .defaultValue(true)
                    .withDescription(
                            "Whether to fail at the start, rather than run slowly, where the task"
                                    + " manager was started without --add-modules"
                                    + " jdk.incubator.vector.");

    public static final ConfigOption<Convolution> CONVOLUTION =
            ConfigOptions.key("convolution")
                    .enumType(Convolution.class)
                    .defaultValue(Convolution.AUTO)
                    .withDescription(
                            "Loops of the jvm engine: auto, vector or scalar; all give the same"
                                    + " bits.");

    public static final ConfigOption<Integer> BATCH_MAX_SIZE =
            ConfigOptions.key("batch.max-size")
                    .intType()
                    .defaultValue(32)
                    .withDescription(
                            "Images classified at once, 1 to 1024; no more than"
                                    + " table.exec.async-ml-predict.max-concurrent-operations,"
                                    + " which is how many rows Flink has on their way.");

    public static final ConfigOption<Duration> BATCH_MAX_DELAY =
            ConfigOptions.key("batch.max-delay")
                    .durationType()
                    .defaultValue(Duration.ofMillis(5))
                    .withDescription(
                            "How long the oldest image waits for a batch to fill, 0 to 1 min.");

    public static final ConfigOption<MemorySize> BUFFER_MAX_BYTES =
            ConfigOptions.key("buffer.max-bytes")
                    .memoryType()
                    .defaultValue(MemorySize.ofMebiBytes(64))
                    .withDescription(
                            "Bytes of images that wait in one subtask before it takes no more,"
                                    + " 1 mb to 64 gb.");

    public static final ConfigOption<Integer> TOP_K =
            ConfigOptions.key("top-k")
                    .intType()
                    .defaultValue(3)
                    .withDescription(
                            "Best classes in the column 'top', 1 to 1000; at most all of the"
                                    + " model's.");

    public static final ConfigOption<OnRejection> ON_REJECTION =
            ConfigOptions.key("on-rejection")
                    .enumType(OnRejection.class)
                    .defaultValue(OnRejection.NULL)
                    .withDescription(
                            "What becomes of bytes that are no image which can be classified: null"
                                    + " (a row without label, whose column 'rejection' has the"
                                    + " reason) or fail (the query fails).");

    private static final List<ConfigOption<?>> PER_QUERY =
            List.of(BATCH_MAX_SIZE, BATCH_MAX_DELAY, BUFFER_MAX_BYTES, TOP_K, ON_REJECTION);

    private static final List<ConfigOption<?>> OPTIONAL =
            List.of(
                    ENGINE,
                    ENGINE_REQUIRE_VECTOR,
                    CONVOLUTION,
                    CUDA_PRECISION,
                    CUDA_DEVICES,
                    BATCH_MAX_SIZE,
                    BATCH_MAX_DELAY,
                    BUFFER_MAX_BYTES,
                    TOP_K,
                    ON_REJECTION,
                    ClassifyConfigOptions.DECODE_MAX_PIXELS,
                    ClassifyConfigOptions.DECODE_MAX_BYTES,
                    ClassifyConfigOptions.DECODE_MAX_SCANS,
                    ClassifyConfigOptions.DECODE_CROP,
                    ClassifyConfigOptions.ENERGY_SOURCE,
                    ClassifyConfigOptions.ENERGY_SAMPLING_INTERVAL,
                    ClassifyConfigOptions.METRICS_HOST,
                    ClassifyConfigOptions.METRICS_PORT);

    private SqlModelConfigOptions() {}

    /** Options that every model must set. */
    public static List<ConfigOption<?>> required() {
        return List.of(STORE, MODEL);
    }

    /** The others, in the order in which people should read of them. */
    public static List<ConfigOption<?>> optional() {
        return OPTIONAL;
    }

    /** Those of the others that a query may set in {@code ML_PREDICT}'s map, going before. */
    public static List<ConfigOption<?>> perQuery() {
        return PER_QUERY;
    }
}
