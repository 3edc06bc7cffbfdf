package io.psconv.bench.pipeline;

import io.psconv.bench.pipeline.AnswerTail.Seen;
import io.psconv.job.crayfish.CrayfishJob;
import io.psconv.job.crayfish.CrayfishOptions;
import io.psconv.job.crayfish.ParallelismMode;
import io.psconv.job.crayfish.TensorBatchJson;
import io.psconv.model.format.UntrainedModel;
import io.psconv.model.network.Architectures;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.network.Network;
import io.psconv.model.pattern.Variant;
import io.psconv.model.store.ModelStore;
import io.psconv.model.store.StoredModel;
import io.psconv.operator.energy.EnergySource;
import io.psconv.operator.metrics.PortRange;
import io.psconv.operator.node.NodeSettings;
import io.psconv.operator.record.ModelReference;
import io.psconv.operator.record.TensorBatch;
import io.psconv.operator.score.ScoreSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.config.TopicConfig;
import org.jspecify.annotations.Nullable;

/**
 * Random tensors as JSON, scored by {@link CrayfishJob}: the workload of Crayfish.
 *
 * <p>Horchidan et al., EDBT 2024, and their published code: 28×28 values for a perceptron of 28 K
 * parameters or 3×224×224 for ResNet50, uniform in [0, 1), one input a record unless told
 * otherwise; both topics have 32 partitions, the output with {@code LogAppendTime}, and a record's
 * latency runs from the time it carries to the one that the broker gave its answer. The first
 * quarter of each load counts as warm-up.
 *
 * <p>Unlike there:
 *
 * <ul>
 *   <li>the time a record carries is the one it was due at, not the one it was made at: a generator
 *       that is late cannot hide a system that is;
 *   <li>records are drawn before the run, with a seed, and sent over and over;
 *   <li>weights are random, with a seed; the time of an inference does not depend on them;
 *   <li>the sustained throughput is looked for (no growing backlog), and that of an overloaded job
 *       given beside it, which is theirs;
 *   <li>broker, generator, JobManager and task manager share one machine; theirs had machines of
 *       their own, with Flink's task manager of 60 slots and 120 GB.
 * </ul>
 */
public final class CrayfishWorkload implements Workload {
    /** Partitions of both topics. */
    public static final int PARTITIONS = 32;

    private static final String PREFIX = "crayfish-";

    /** Digits of a time since 1970 in milliseconds, from 2001 until 2286. */
    private static final int TIME_DIGITS = 13;

    private static final long SOME_TIME = 1_000_000_000_000L;

    private static final Kind FFNN = new Kind("ffnn", new FeatureShape(1, 28, 28), 10, 256, "2g");
    private static final Kind RESNET50 =
            new Kind("resnet50", new FeatureShape(3, 224, 224), 1000, 8, "4g");

    private final Kind kind;
    private final int batchSize;
    private final byte[][] records;
    private final int timeAt;

    /**
     * A network of the benchmark.
     *
     * @param records drawn in advance
     * @param memory of a task manager's process
     */
    private record Kind(
            String architecture, FeatureShape input, int classes, int records, String memory) {}

    /**
     * Draws the records.
     *
     * @param name {@code crayfish-ffnn} or {@code crayfish-resnet50}
     * @param batchSize inputs of a record, 1 to 32
     * @throws IllegalArgumentException if there is no such workload, or the batch is too large
     */
    public CrayfishWorkload(String name, int batchSize, long seed) {
        if (batchSize < 1 || batchSize > 32) {
            throw new IllegalArgumentException(
                    "--batch-size was '" + batchSize + "' but it must be between 1 and 32");
        }
        this.kind = kind(name);
        this.batchSize = batchSize;
        SplittableRandom random = new SplittableRandom(seed);
        this.records = new byte[Math.max(4, kind.records() / batchSize)][];
        for (int number = 0; number < records.length; number++) {
            float[] values = new float[batchSize * kind.input().length()];
            for (int index = 0; index < values.length; index++) {
                values[index] = (float) random.nextDouble();
            }
            records[number] = TensorBatchJson.write(new TensorBatch(SOME_TIME, batchSize, values));
        }
        String head = new String(records[0], 0, 64, StandardCharsets.US_ASCII);
        this.timeAt = head.indexOf(Long.toString(SOME_TIME));
    }

    private static Kind kind(String name) {
        for (Kind kind : List.of(FFNN, RESNET50)) {
            if (name.equals(PREFIX + kind.architecture())) {
                return kind;
            }
        }
        throw new IllegalArgumentException(
                "--workload was '" + name + "' but it must be of " + names());
    }

    /** What {@code --workload} takes. */
    public static List<String> names() {
        return List.of(
                FrameWorkload.NAME, PREFIX + FFNN.architecture(), PREFIX + RESNET50.architecture());
    }

    /**
     * Publishes a network with random weights.
     *
     * @param variant of its 3×3 convolutions; a network without any is dense
     * @throws IllegalArgumentException if the variant is not one of this network's
     */
    public StoredModel publish(ModelStore store, String variant, long seed) throws IOException {
        Variant supports = Variant.of(variant);
        Network network = Architectures.create(kind.architecture(), kind.input(), kind.classes());
        if (!supports.isDense()
                && network.convolutions().stream().noneMatch(layer -> layer.sparse())) {
            throw new IllegalArgumentException(
                    "--variants had '"
                            + variant
                            + "' but "
                            + name()
                            + " has no 3×3 convolutions; it can only be dense");
        }
        return store.publish(
                kind.architecture() + "-" + supports.name().toLowerCase(Locale.ROOT),
                UntrainedModel.create(network, supports, seed));
    }

    @Override
    public String name() {
        return PREFIX + kind.architecture();
    }

    @Override
    public String records() {
        return kind.input()
                + " random values as JSON, "
                + batchSize
                + (batchSize == 1 ? " input" : " inputs")
                + " a record, "
                + records[0].length / 1024
                + " KiB";
    }

    @Override
    public String deliveryGuarantee() {
        return "none";
    }

    @Override
    public long checkpointIntervalMillis() {
        return 0;
    }

    @Override
    public Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("workload", name());
        settings.put("inputsPerRecord", batchSize);
        settings.put("partitions", PARTITIONS);
        return settings;
    }

    @Override
    public int slots(Cell cell) {
        return mode(cell) == ParallelismMode.N_N_N ? cell.parallelism() : PARTITIONS;
    }

    private static ParallelismMode mode(Cell cell) {
        return Objects.requireNonNull(cell.mode(), "mode");
    }

    /** Its weights are random, and only here. */
    @Override
    public boolean hasProgram() {
        return false;
    }

    @Override
    public int labelled() {
        return 0;
    }

    @Override
    public MemorySize taskManagerMemory() {
        return MemorySize.parse(kind.memory());
    }

    @Override
    public @Nullable Cell warmUp(Path folder, int slots, long seed) {
        return null;
    }

    @Override
    public BenchJob job(Cell cell, BenchSite site) {
        return new ScoreJob(options(cell, site));
    }

    private CrayfishOptions options(Cell cell, BenchSite site) {
        StoredModel model = cell.model();
        return new CrayfishOptions(
                site.kafka(),
                site.name(),
                site.name() + "-input",
                site.name() + "-output",
                PARTITIONS,
                cell.parallelism(),
                mode(cell),
                new ScoreSettings(
                        cell.store().toString(),
                        new ModelReference(model.name(), model.version(), model.digest()),
                        cell.variant(),
                        cell.engine(),
                        true,
                        batchSize,
                        new NodeSettings(
                                EnergySource.NONE,
                                Duration.ofSeconds(1),
                                false,
                                "127.0.0.1",
                                new PortRange(site.metricsPort(), site.metricsPort()),
                                null)));
    }

    private final class ScoreJob implements BenchJob {
        private final CrayfishOptions options;

        ScoreJob(CrayfishOptions options) {
            this.options = options;
        }

        @Override
        public String input() {
            return options.input();
        }

        @Override
        public String output() {
            return options.output();
        }

        @Override
        public Map<String, Map<String, String>> topics() {
            String most = Integer.toString(CrayfishJob.MAX_RECORD_BYTES);
            return Map.of(
                    input(),
                    Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, most),
                    output(),
                    Map.of(
                            TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                            most,
                            TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                            "LogAppendTime"));
        }

        @Override
        public int partitions() {
            return PARTITIONS;
        }

        @Override
        public void define(StreamExecutionEnvironment environment) {
            CrayfishJob.define(environment, options);
        }

        @Override
        public BenchProgram program() {
            throw new UnsupportedOperationException("the job is not one of the job's jar");
        }

        @Override
        public byte[] payload(int number, long dueMillis) {
            byte[] record = records[number % records.length].clone();
            byte[] time = Long.toString(dueMillis).getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(time, 0, record, timeAt, TIME_DIGITS);
            return record;
        }

        @Override
        public Seen seen(
                ConsumerRecord<byte[], byte[]> answer, long nowMillis, boolean keepsValue) {
            OptionalLong created = TensorBatchJson.createdIfScored(answer.value());
            if (created.isEmpty()) {
                throw new IllegalStateException(
                        "the record at "
                                + answer.topic()
                                + "-"
                                + answer.partition()
                                + "@"
                                + answer.offset()
                                + " has no scores");
            }
            return new Seen("", created.getAsLong(), answer.timestamp(), null);
        }

        @Override
        public boolean isTransactional() {
            return false;
        }

        @Override
        public boolean hasCheckpoints() {
            return false;
        }

        @Override
        public boolean isRight(int number, Seen answer) {
            throw new UnsupportedOperationException("random tensors have no labels");
        }

        /** Answers to random tensors are neither right nor wrong, and say nothing of energy. */
        @Override
        public AnswerFigures figures(List<CellRun.Answers> loads) {
            return AnswerFigures.counting(
                    loads.stream().mapToLong(load -> load.classified().size()).sum());
        }
    }
}
