package io.psconv.tests.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.psconv.bench.CommittedRecords;
import io.psconv.bench.OpenLoopProducer;
import io.psconv.bench.ResultReader;
import io.psconv.job.kafka.KafkaProperties;
import io.psconv.job.options.ClassifyConfigOptions;
import io.psconv.operator.record.Classification;
import io.psconv.operator.record.FrameId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;
import org.apache.flink.runtime.client.JobExecutionException;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.bridge.java.StreamStatementSet;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.util.ExceptionUtils;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Models in Flink SQL, on the frames of a topic, beside the classify job. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class SqlITCase {
    private static final int FRAMES = 240;
    private static final int BAD_FRAMES = 2;
    private static final String MODEL = "resnet18-psd1_p16@2";
    private static final ObjectMapper JSON = new ObjectMapper();

    @SuppressWarnings("NullAway.Init") // Set before every test.
    private static Pipeline pipeline;

    @SuppressWarnings("NullAway.Init") // Set before every test.
    private static Map<FrameId, Integer> sent;

    @BeforeAll
    static void sendFrames() throws Exception {
        pipeline = new Pipeline(2);
        pipeline.broker().createTopic("labels", 2);
        pipeline.broker().createTopic("sites", 1);
        pipeline.broker().createTopic("live-frames", 2);
        pipeline.broker().createTopic("live-labels", 2);
        sent = pipeline.send(FRAMES, 100_000);
        try (KafkaProducer<byte[], byte[]> producer = pipeline.producer()) {
            send(producer, 0, "no image");
            send(producer, 1, "");
        }
    }

    private static void send(KafkaProducer<byte[], byte[]> producer, int partition, String value)
            throws Exception {
        producer.send(new ProducerRecord<>("frames", partition, bytes("camera-0"), bytes(value)))
                .get();
    }

    @AfterAll
    static void end() {
        pipeline.close();
    }

    @Test
    void answersLikeTheClassifyJobAndGoesOnInSql() throws Exception {
        ResultReader expected = classifyJob();
        StreamExecutionEnvironment environment = environment();
        StreamTableEnvironment tables = tables(environment);
        tables.executeSql(model(MODEL, ""));
        tables.executeSql(
                """
                CREATE TEMPORARY VIEW answers AS
                SELECT camera, `partition`, `offset`, label, class_index, score, `model`, version,
                       joules, energy_source, batch_size, top, rejection, rejection_message
                FROM ML_PREDICT(TABLE frames, MODEL pictures, DESCRIPTOR(payload),
                    MAP['max-concurrent-operations', '64', 'batch.max-size', '16'])
                """);
        tables.executeSql(
                """
                CREATE TABLE labels (
                  camera STRING, `partition` INT, `offset` BIGINT, label STRING, class_index INT,
                  score FLOAT, `model` STRING, version INT, joules DOUBLE, energy_source STRING,
                  batch_size INT, top ARRAY<ROW<label STRING, score FLOAT>>, rejection STRING,
                  rejection_message STRING
                ) WITH ('topic' = 'labels', 'format' = 'json', %s)
                """
                        .formatted(kafka("kafka")));
        tables.executeSql(
                """
                CREATE TABLE sites (
                  site STRING, label STRING, images BIGINT, PRIMARY KEY (site, label) NOT ENFORCED
                ) WITH ('topic' = 'sites', 'key.format' = 'json', 'value.format' = 'json', %s)
                """
                        .formatted(kafka("upsert-kafka")));
        StreamStatementSet statements = tables.createStatementSet();
        statements.addInsertSql("INSERT INTO labels SELECT * FROM answers");
        statements.addInsertSql(
                """
                INSERT INTO sites
                SELECT site, label, COUNT(*) FROM answers
                JOIN (VALUES ('camera-0', 'north'), ('camera-1', 'north'), ('camera-2', 'south'))
                  AS gates (gate, site) ON camera = gate
                WHERE score >= 0.5 AND rejection IS NULL
                GROUP BY site, label
                """);
        statements.attachAsDataStream();

        pipeline.cluster().await(pipeline.cluster().submit(environment.getStreamGraph()));

        Map<FrameId, JsonNode> answers = labels("frames", read("labels"));
        assertThat(answers).hasSize(FRAMES + BAD_FRAMES);
        int right = 0;
        int together = 0;
        for (Map.Entry<FrameId, Integer> frame : sent.entrySet()) {
            JsonNode answer = node(answers, frame.getKey());
            assertSame(answer, expected.classified().get(frame.getKey()));
            right += answer.path("label").asText().equals(Samples.label(frame.getValue())) ? 1 : 0;
            together += answer.path("batch_size").asInt() > 1 ? 1 : 0;
        }
        assertThat((double) right / FRAMES).isGreaterThan(0.8);
        assertThat(together).as("frames in batches").isGreaterThan(FRAMES / 2);
        assertThat(expected.rejected()).hasSize(BAD_FRAMES);
        expected.rejected()
                .forEach(
                        (frame, rejection) -> {
                            JsonNode answer = node(answers, frame);
                            assertThat(answer.path("label").isNull()).isTrue();
                            assertThat(answer.path("rejection").asText())
                                    .isEqualTo(rejection.reason().name());
                            assertThat(answer.path("rejection_message").asText())
                                    .isEqualTo(rejection.message());
                        });
        assertThat(counts("sites")).isEqualTo(countsOf(answers)).isNotEmpty();
    }

    private static void assertSame(JsonNode answer, Classification expected) {
        assertThat(answer.path("label").asText()).isEqualTo(expected.label());
        assertThat((float) answer.path("score").asDouble())
                .isEqualTo(expected.top().get(0).probability());
        for (int rank = 0; rank < 3; rank++) {
            JsonNode top = answer.path("top").path(rank);
            assertThat(top.path("label").asText()).isEqualTo(expected.top().get(rank).label());
            assertThat((float) top.path("score").asDouble())
                    .isEqualTo(expected.top().get(rank).probability());
        }
        assertThat(answer.path("top")).hasSize(3);
        assertThat(Samples.IMAGES.classes().get(answer.path("class_index").asInt()))
                .isEqualTo(expected.label());
        assertThat(answer.path("model").asText() + "@" + answer.path("version").asInt())
                .isEqualTo(MODEL);
        assertThat(answer.path("joules").asDouble()).isPositive();
        assertThat(answer.path("energy_source").asText()).isEqualTo("modelled");
        assertThat(answer.path("rejection").isNull()).isTrue();
    }

    @Test
    @Tag("chaos")
    void givesEachFrameOneCommittedAnswerThoughATaskManagerIsKilled() throws Exception {
        int frames = 500;
        StreamExecutionEnvironment environment = environment();
        environment.enableCheckpointing(500);
        StreamTableEnvironment tables = StreamTableEnvironment.create(environment);
        tables.executeSql(framesTable("live-frames", ""));
        tables.executeSql(model("resnet20-dense", ""));
        tables.executeSql(
                """
                CREATE TABLE labels (`partition` INT, `offset` BIGINT, label STRING)
                WITH ('topic' = 'live-labels', 'format' = 'json',
                  'sink.delivery-guarantee' = 'exactly-once',
                  'sink.transactional-id-prefix' = 'sql',
                  'properties.transaction.timeout.ms' = '900000', %s)
                """
                        .formatted(kafka("kafka")));
        StreamStatementSet statements = tables.createStatementSet();
        statements.addInsertSql(
                """
                INSERT INTO labels SELECT `partition`, `offset`, label
                FROM ML_PREDICT(TABLE frames, MODEL pictures, DESCRIPTOR(payload),
                    MAP['output-mode', 'ALLOW_UNORDERED', 'max-concurrent-operations', '40'])
                """);
        statements.attachAsDataStream();
        JobID job = pipeline.cluster().submit(environment.getStreamGraph());
        CompletableFuture<Map<FrameId, Integer>> sending =
                CompletableFuture.supplyAsync(() -> sendLive(frames));
        List<ConsumerRecord<byte[], byte[]>> answers = new ArrayList<>();
        try (CommittedRecords committed = committed("live-labels")) {
            read(committed, answers, 50);
            assertThat(answers).hasSizeLessThan(frames);

            pipeline.cluster().miniCluster().terminateTaskManager(0).get();
            pipeline.cluster().miniCluster().startTaskManager();
            read(committed, answers, frames);
            pipeline.stop(job);
            committed.pollToEnd(answers::add);
        }

        Map<FrameId, Integer> live = sending.get();
        Map<FrameId, JsonNode> labels = labels("live-frames", answers);
        assertThat(labels.keySet()).isEqualTo(live.keySet());
        long right =
                live.entrySet().stream()
                        .filter(
                                frame ->
                                        node(labels, frame.getKey())
                                                .path("label")
                                                .asText()
                                                .equals(Samples.label(frame.getValue())))
                        .count();
        assertThat((double) right / frames).isGreaterThan(0.8);
    }

    private static Map<FrameId, Integer> sendLive(int frames) {
        try {
            return new OpenLoopProducer(
                            pipeline.broker().bootstrapServers(), "live-frames", 2, 8, 60)
                    .send(frames, Samples::png, System.currentTimeMillis());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void read(
            CommittedRecords committed, List<ConsumerRecord<byte[], byte[]>> answers, int count)
            throws Exception {
        Pipeline.await(
                count + " answers",
                () -> {
                    committed.poll(answers::add);
                    return answers.size() >= count;
                });
    }

    @Test
    void failsTheQueryIfItIsToldTo() throws Exception {
        StreamExecutionEnvironment environment = environment();
        StreamTableEnvironment tables = tables(environment);
        tables.executeSql(model(MODEL, ", 'on-rejection' = 'fail'"));
        tables.executeSql("CREATE TABLE nothing (label STRING) WITH ('connector' = 'blackhole')");
        StreamStatementSet statements = tables.createStatementSet();
        statements.addInsertSql(
                "INSERT INTO nothing SELECT label"
                        + " FROM ML_PREDICT(TABLE frames, MODEL pictures, DESCRIPTOR(payload))");
        statements.attachAsDataStream();

        assertThatThrownBy(
                        () ->
                                pipeline.cluster()
                                        .await(
                                                pipeline.cluster()
                                                        .submit(environment.getStreamGraph())))
                .isInstanceOf(JobExecutionException.class)
                .satisfies(
                        failure ->
                                assertThat(ExceptionUtils.stringifyException(failure))
                                        .contains("image was rejected, ")
                                        .contains("'on-rejection'='null'"));
    }

    @Test
    void saysWhatIsWrongWhenTheQueryIsPlanned() {
        StreamTableEnvironment tables = tables(environment());
        tables.executeSql(model(MODEL, ", 'batch.max-size' = '0'"));

        assertThatThrownBy(
                        () ->
                                tables.explainSql(
                                        "SELECT * FROM ML_PREDICT(TABLE frames, MODEL pictures,"
                                                + " DESCRIPTOR(payload))"))
                .satisfies(
                        failure ->
                                assertThat(ExceptionUtils.stringifyException(failure))
                                        .contains(
                                                "batch.max-size was '0' but it must be a whole"
                                                        + " number between 1 and 1024"));
    }

    /** The classify job's answers to the same frames with the same model. */
    private static ResultReader classifyJob() throws Exception {
        var configuration = pipeline.configuration();
        configuration.set(ClassifyConfigOptions.CLASSIFY_MODEL, MODEL);
        configuration.set(ClassifyConfigOptions.FRAMES_FROM, "earliest");
        configuration.set(ClassifyConfigOptions.FRAMES_UNTIL, "latest");
        pipeline.cluster().await(pipeline.submit(configuration, 2, null));
        try (ResultReader results = pipeline.results()) {
            results.pollToEnd();
            assertThat(results.classified().keySet()).isEqualTo(sent.keySet());
            return results;
        }
    }

    private static StreamExecutionEnvironment environment() {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment();
        environment.setParallelism(2);
        return environment;
    }

    private static StreamTableEnvironment tables(StreamExecutionEnvironment environment) {
        StreamTableEnvironment tables = StreamTableEnvironment.create(environment);
        tables.executeSql(framesTable("frames", "'scan.bounded.mode' = 'latest-offset',"));
        return tables;
    }

    private static String framesTable(String topic, String options) {
        return """
        CREATE TABLE frames (
          camera STRING, payload BYTES,
          `partition` INT METADATA VIRTUAL, `offset` BIGINT METADATA VIRTUAL
        ) WITH (
          'topic' = '%s', 'scan.startup.mode' = 'earliest-offset', %s
          'key.format' = 'raw', 'key.fields' = 'camera',
          'value.format' = 'raw', 'value.fields-include' = 'EXCEPT_KEY', %s)
        """
                .formatted(topic, options, kafka("kafka"));
    }

    private static String kafka(String connector) {
        return "'connector' = '%s', 'properties.bootstrap.servers' = '%s'"
                .formatted(connector, pipeline.broker().bootstrapServers());
    }

    private static String model(String model, String options) {
        return """
        CREATE MODEL pictures
        INPUT (payload BYTES)
        OUTPUT (
          label STRING, class_index INT, score FLOAT, top ARRAY<ROW<label STRING, score FLOAT>>,
          `model` STRING, version INT, joules DOUBLE, energy_source STRING, batch_size INT,
          rejection STRING, rejection_message STRING)
        WITH ('provider' = 'psconv', 'store' = '%s', 'model' = '%s', 'energy.source' = 'modelled',
          'metrics.port' = 'off'%s)
        """
                .formatted(Pipeline.STORE, model, options);
    }

    private static Map<FrameId, JsonNode> labels(
            String topic, List<ConsumerRecord<byte[], byte[]>> records) {
        Map<FrameId, JsonNode> labels = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            JsonNode answer = json(record.value());
            FrameId frame =
                    new FrameId(
                            topic,
                            answer.path("partition").asInt(),
                            answer.path("offset").asLong());
            assertThat(labels.put(frame, answer)).as("a second answer to %s", frame).isNull();
        }
        return labels;
    }

    /** The newest count of each site and label. */
    private static Map<String, Long> counts(String topic) {
        Map<String, Long> counts = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : read(topic)) {
            JsonNode count = json(record.value());
            counts.put(
                    count.path("site").asText() + " " + count.path("label").asText(),
                    count.path("images").asLong());
        }
        return counts;
    }

    private static Map<String, Long> countsOf(Map<FrameId, JsonNode> answers) {
        Map<String, String> sites =
                Map.of("camera-0", "north", "camera-1", "north", "camera-2", "south");
        Map<String, Long> counts = new HashMap<>();
        for (JsonNode answer : answers.values()) {
            String site = sites.get(answer.path("camera").asText());
            if (site != null && answer.path("score").asDouble() >= 0.5) {
                counts.merge(site + " " + answer.path("label").asText(), 1L, Long::sum);
            }
        }
        return counts;
    }

    private static List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (CommittedRecords committed = committed(topic)) {
            committed.pollToEnd(records::add);
        }
        return records;
    }

    private static CommittedRecords committed(String topic) {
        return new CommittedRecords(
                KafkaProperties.of(pipeline.broker().bootstrapServers()), List.of(topic));
    }

    private static JsonNode node(Map<FrameId, JsonNode> answers, FrameId frame) {
        JsonNode answer = answers.get(frame);
        assertThat(answer).as("answer to %s", frame).isNotNull();
        return answer;
    }

    private static JsonNode json(byte[] text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
