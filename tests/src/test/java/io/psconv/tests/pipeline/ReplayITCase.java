package io.psconv.tests.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.bench.ResultReader;
import io.psconv.cli.Psconv;
import io.psconv.job.kafka.KafkaProperties;
import io.psconv.job.kafka.TopicCheck;
import io.psconv.job.options.ClassifyConfigOptions;
import io.psconv.model.store.ModelStore;
import io.psconv.operator.record.ClassScore;
import io.psconv.operator.record.Classification;
import io.psconv.operator.record.FrameId;
import io.psconv.operator.record.ModelIdentity;
import io.psconv.operator.record.RouteResult;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.util.FileUtils;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A replay from a savepoint says again what was said, to the last bit. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ReplayITCase {
    private static final int FRAMES = 240;

    @TempDir private Path folder;

    private Path store;
    private Pipeline pipeline;
    private int sent;

    @BeforeEach
    void start() throws Exception {
        store = folder.resolve("store");
        ModelStore zoo = new ModelStore(Pipeline.STORE);
        ModelStore copy = new ModelStore(store);
        for (String name : List.of("resnet20-dense", "resnet56-dense", "resnet18-psd1_p16")) {
            copy.publish(name, zoo.verifiedBytes(zoo.resolve(name)));
        }
        pipeline = new Pipeline(2);
        pipeline.broker().createTopic("replayed", Pipeline.PARTITIONS);
        try (TopicCheck check =
                new TopicCheck(KafkaProperties.of(pipeline.broker().bootstrapServers()))) {
            check.createMissingControl("model-control", "model-decisions");
        }
    }

    @AfterEach
    void stop() {
        pipeline.close();
    }

    @Test
    void answersAlikeAtAnotherParallelismAcrossSwapsAndRoutes() throws Exception {
        JobID first = pipeline.start(configuration("classifications"), 2);
        String savepoint = pipeline.stop(first);
        JobID original = pipeline.submit(configuration("classifications"), 2, savepoint);
        Pipeline.await("the job runs", () -> pipeline.cluster().isRunning(original));
        sendWhileRoutesChange();
        Map<FrameId, Said> said = said("classifications", sent);
        pipeline.stop(original);

        JobID replay = pipeline.submit(configuration("replayed"), 1, savepoint);
        Map<FrameId, Said> repeated = said("replayed", sent);
        pipeline.stop(replay);

        assertThat(repeated).isEqualTo(said);
        assertThat(said.values().stream().map(one -> one.model().name()).distinct())
                .containsExactlyInAnyOrder("resnet20-dense", "resnet56-dense", "resnet18-psd1_p16");
        assertThat(said.values().stream().map(one -> one.route().route()).distinct())
                .containsExactlyInAnyOrder("default", "odd");
    }

    @Test
    void answersAlikeWithoutTheStore() throws Exception {
        JobID job = pipeline.start(configuration("classifications"), 2);
        activate("resnet18-psd1_p16", "--at", Long.toString(System.currentTimeMillis()));
        send(0, 40, System.currentTimeMillis() + 2_000);
        Map<FrameId, Said> before = said("classifications", sent);
        String savepoint = pipeline.stop(job);
        FileUtils.deleteDirectory(store.toFile());

        JobID restored = pipeline.submit(configuration("replayed"), 1, savepoint);
        send(0, 40, System.currentTimeMillis());
        Map<FrameId, Said> after = said("replayed", 40);
        pipeline.stop(restored);

        assertThat(after).hasSize(40);
        assertThat(new ArrayList<>(after.values())).isEqualTo(new ArrayList<>(before.values()));
        assertThat(after.values().iterator().next().model().name()).isEqualTo("resnet18-psd1_p16");
    }

    /** Frames at 100 a second of event time, with requests in between. */
    private void sendWhileRoutesChange() throws Exception {
        long start = System.currentTimeMillis();
        send(0, FRAMES / 4, start);
        activate("resnet56-dense");
        activate(
                "resnet20-dense",
                "--route",
                "odd",
                "--cameras",
                "camera-*1",
                "--escalate-to",
                "resnet18-psd1_p16",
                "--margin",
                "0.5");
        // Over the times at which the requests take effect.
        long behind = System.currentTimeMillis();
        send(sent, FRAMES / 2, behind);
        send(sent, FRAMES / 4, behind + 3_000);
    }

    private void send(int firstPicture, int count, long startMillis) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = pipeline.producer()) {
            for (int number = 0; number < count; number++) {
                producer.send(frame(firstPicture + number, startMillis + number * 10L)).get();
                sent++;
            }
        }
    }

    private static ProducerRecord<byte[], byte[]> frame(int number, long timestampMillis) {
        int camera = number % Pipeline.PARTITIONS;
        return new ProducerRecord<>(
                "frames",
                camera,
                timestampMillis,
                ("camera-" + camera).getBytes(StandardCharsets.UTF_8),
                Samples.png(number));
    }

    private void activate(String... arguments) {
        List<String> all = new ArrayList<>(List.of("models", "activate"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--bootstrap-servers", pipeline.broker().bootstrapServers()));
        StringWriter err = new StringWriter();
        int status =
                Psconv.run(
                        new PrintWriter(new StringWriter()),
                        new PrintWriter(err, true),
                        all.toArray(String[]::new));
        assertThat(status).as(err.toString()).isZero();
    }

    /** What the topic says, once it has so many answers, by frame. */
    private Map<FrameId, Said> said(String topic, int answered) throws Exception {
        try (ResultReader results =
                new ResultReader(pipeline.broker().bootstrapServers(), topic, "rejected-frames")) {
            pipeline.read(results, answered);
            Map<FrameId, Said> said =
                    new TreeMap<>(
                            Comparator.comparing(FrameId::partition)
                                    .thenComparing(FrameId::offset));
            for (Classification classification : results.classified().values()) {
                said.put(classification.frame(), Said.of(classification));
            }
            assertThat(said).hasSize(answered);
            return said;
        }
    }

    private Configuration configuration(String classifications) {
        Configuration configuration = pipeline.configuration();
        configuration.set(ClassifyConfigOptions.CLASSIFY_STORE, store.toString());
        configuration.set(ClassifyConfigOptions.CLASSIFICATIONS_TOPIC, classifications);
        configuration.set(ClassifyConfigOptions.CLASSIFY_TOP_K, 10);
        configuration.set(ClassifyConfigOptions.DECISIONS_TOPIC, "model-decisions");
        configuration.set(ClassifyConfigOptions.CONTROL_TOPIC, "model-control");
        configuration.set(ClassifyConfigOptions.CONTROL_LEAD, Duration.ofMillis(500));
        configuration.set(ClassifyConfigOptions.CONTROL_TICK_INTERVAL, Duration.ofMillis(50));
        return configuration;
    }

    /** What a replay repeats: not the times, and not what they cost. */
    private record Said(
            String label, List<ClassScore> top, ModelIdentity model, RouteResult route, long hash) {
        static Said of(Classification made) {
            return new Said(made.label(), made.top(), made.model(), made.route(), made.imageHash());
        }
    }
}
