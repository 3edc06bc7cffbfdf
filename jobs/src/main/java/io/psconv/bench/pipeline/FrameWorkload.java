package io.psconv.bench.pipeline;

import io.psconv.bench.pipeline.AnswerTail.Seen;
import io.psconv.job.ClassifyJob;
import io.psconv.job.kafka.FrameHeader;
import io.psconv.job.kafka.KafkaProperties;
import io.psconv.job.options.ClassifyConfigOptions;
import io.psconv.job.options.ClassifyOptions;
import io.psconv.model.dataset.LabelledImages;
import io.psconv.model.format.UntrainedModel;
import io.psconv.model.network.Architectures;
import io.psconv.model.pattern.Variant;
import io.psconv.model.store.ModelStore;
import io.psconv.model.store.StoredModel;
import io.psconv.operator.record.Classification;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Encoded images of cameras, which the classify job answers. */
public final class FrameWorkload implements Workload {
    public static final String NAME = "frames";

    private static final Set<ConfigOption<?>> SET_HERE =
            Set.of(
                    ClassifyConfigOptions.KAFKA_BOOTSTRAP_SERVERS,
                    ClassifyConfigOptions.JOB_NAME,
                    ClassifyConfigOptions.KAFKA_GROUP_ID,
                    ClassifyConfigOptions.FRAMES_TOPIC,
                    ClassifyConfigOptions.FRAMES_FROM,
                    ClassifyConfigOptions.FRAMES_UNTIL,
                    ClassifyConfigOptions.CLASSIFICATIONS_TOPIC,
                    ClassifyConfigOptions.REJECTED_FRAMES_TOPIC,
                    ClassifyConfigOptions.CLASSIFY_STORE,
                    ClassifyConfigOptions.CLASSIFY_MODEL,
                    ClassifyConfigOptions.CLASSIFY_ENGINE,
                    ClassifyConfigOptions.METRICS_PORT);

    private static final int PARTITIONS = 4;

    /** One weight of each kernel. */
    private static final String CHEAPEST = "PS1_P9";

    private static final MemorySize MEMORY = MemorySize.parse("1g");

    private final LabelledImages images;
    private final byte[][] frames;
    private final Map<String, String> options;

    /**
     * Describes what cameras send.
     *
     * @param images over and over
     * @param frames the same, encoded
     * @param options of every job, by key
     * @throws IllegalArgumentException if an option is wrong, or left to the benchmark
     */
    public FrameWorkload(LabelledImages images, byte[][] frames, Map<String, String> options) {
        this.images = images;
        this.frames = frames.clone();
        this.options = Map.copyOf(options);
        checkOptions();
    }

    /** Here rather than after a cluster has started. */
    private void checkOptions() {
        for (ConfigOption<?> option : SET_HERE) {
            if (options.containsKey(option.key())) {
                throw new IllegalArgumentException(
                        "-D"
                                + option.key()
                                + " was '"
                                + options.get(option.key())
                                + "' but it must be left to the benchmark");
            }
        }
        Configuration some = Configuration.fromMap(options);
        some.set(ClassifyConfigOptions.KAFKA_BOOTSTRAP_SERVERS, "localhost:9092");
        some.set(ClassifyConfigOptions.CLASSIFY_STORE, "store");
        some.set(ClassifyConfigOptions.CLASSIFY_MODEL, "model");
        ClassifyOptions.of(some);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String records() {
        return images.shape().width()
                + "x"
                + images.shape().height()
                + " PNG, "
                + images.count()
                + " labelled images over and over";
    }

    @Override
    public String deliveryGuarantee() {
        return Configuration.fromMap(options)
                .get(ClassifyConfigOptions.DELIVERY_GUARANTEE)
                .toString();
    }

    @Override
    public long checkpointIntervalMillis() {
        return Configuration.fromMap(options)
                .get(ClassifyConfigOptions.CHECKPOINT_INTERVAL)
                .toMillis();
    }

    @Override
    public Map<String, Object> settings() {
        Map<String, String> printable = new TreeMap<>();
        options.forEach((key, value) -> printable.put(key, KafkaProperties.printable(key, value)));
        return Map.of("options", printable);
    }

    @Override
    public int slots(Cell cell) {
        return cell.parallelism();
    }

    @Override
    public boolean hasProgram() {
        return true;
    }

    @Override
    public int labelled() {
        return images.count();
    }

    @Override
    public MemorySize taskManagerMemory() {
        return MEMORY;
    }

    @Override
    public Cell warmUp(Path folder, int slots, long seed) throws IOException {
        ModelStore store = new ModelStore(folder);
        StoredModel model =
                store.publish(
                        "warm-up",
                        UntrainedModel.create(
                                Architectures.create(
                                        "resnet20", images.shape(), images.classes().size()),
                                Variant.of(CHEAPEST),
                                seed));
        return new Cell(model, CHEAPEST, "jvm", slots, slots);
    }

    @Override
    public BenchJob job(Cell cell, BenchSite site) {
        return new FrameJob(cell, options(cell, site));
    }

    private Configuration options(Cell cell, BenchSite site) {
        Configuration configuration = Configuration.fromMap(options);
        configuration.set(
                ClassifyConfigOptions.KAFKA_BOOTSTRAP_SERVERS, site.kafka().bootstrapServers());
        site.kafka()
                .settings()
                .forEach((key, value) -> configuration.setString("kafka." + key, value));
        configuration.set(ClassifyConfigOptions.JOB_NAME, site.name());
        configuration.set(ClassifyConfigOptions.KAFKA_GROUP_ID, site.name());
        configuration.set(ClassifyConfigOptions.FRAMES_TOPIC, site.name() + "-frames");
        configuration.set(
                ClassifyConfigOptions.CLASSIFICATIONS_TOPIC, site.name() + "-classifications");
        configuration.set(
                ClassifyConfigOptions.REJECTED_FRAMES_TOPIC, site.name() + "-rejected-frames");
        configuration.set(
                ClassifyConfigOptions.CLASSIFY_STORE,
                site.store() == null ? cell.store().toString() : site.store());
        configuration.set(ClassifyConfigOptions.CLASSIFY_MODEL, cell.model().reference());
        configuration.setString(ClassifyConfigOptions.CLASSIFY_ENGINE.key(), cell.engine());
        configuration.setString(
                ClassifyConfigOptions.METRICS_PORT.key(), Integer.toString(site.metricsPort()));
        return configuration;
    }

    private final class FrameJob implements BenchJob {
        private final Cell cell;
        private final Configuration configuration;
        private final ClassifyOptions options;

        FrameJob(Cell cell, Configuration configuration) {
            this.cell = cell;
            this.configuration = configuration;
            this.options = ClassifyOptions.of(configuration);
        }

        @Override
        public String input() {
            return options.topics().frames();
        }

        @Override
        public String output() {
            return options.topics().classifications();
        }

        @Override
        public Map<String, Map<String, String>> topics() {
            return Map.of(
                    input(),
                    Map.of(),
                    output(),
                    Map.of(),
                    options.topics().rejectedFrames(),
                    Map.of());
        }

        @Override
        public int partitions() {
            return PARTITIONS;
        }

        @Override
        public void define(StreamExecutionEnvironment environment) throws Exception {
            ClassifyJob.define(environment, options);
        }

        @Override
        public BenchProgram program() {
            return new BenchProgram(
                    ClassifyJob.class.getName(),
                    configuration.toMap().entrySet().stream()
                            .map(option -> "-D" + option.getKey() + "=" + option.getValue())
                            .sorted()
                            .toList());
        }

        @Override
        public byte[] payload(int number, long dueMillis) {
            return frames[number % frames.length];
        }

        @Override
        public Seen seen(
                ConsumerRecord<byte[], byte[]> answer, long nowMillis, boolean keepsValue) {
            String frame =
                    new String(
                            answer.headers().lastHeader(FrameHeader.NAME).value(),
                            StandardCharsets.UTF_8);
            return new Seen(
                    frame, answer.timestamp(), nowMillis, keepsValue ? answer.value() : null);
        }

        @Override
        public boolean isTransactional() {
            return true;
        }

        @Override
        public boolean hasCheckpoints() {
            return true;
        }

        @Override
        public AnswerFigures figures(List<CellRun.Answers> loads) {
            return AnswerFigures.of(loads);
        }

        @Override
        public boolean isRight(int number, Seen answer) {
            Classification made = AnswerFigures.classification(answer);
            if (!made.model().digest().equals(cell.model().digest())) {
                throw new IllegalStateException(
                        "model "
                                + cell.model().reference()
                                + " of the task managers' store had digest "
                                + made.model().digest()
                                + " but that of the store here has "
                                + cell.model().digest()
                                + "; copy the version there, or name the store with --flink-store");
            }
            return made.label().equals(label(number));
        }

        private String label(int number) {
            return images.classes().get(images.label(number % images.count()));
        }
    }
}
