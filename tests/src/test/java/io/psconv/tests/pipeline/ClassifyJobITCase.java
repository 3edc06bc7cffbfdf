package io.psconv.tests.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.psconv.bench.OpenLoopProducer;
import io.psconv.bench.ResultReader;
import io.psconv.bench.RunReport;
import io.psconv.job.kafka.ClassificationFormat;
import io.psconv.job.kafka.KafkaProperties;
import io.psconv.job.options.ClassifyConfigOptions;
import io.psconv.job.options.EngineOptions.Engine;
import io.psconv.model.network.Architectures;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.network.Network;
import io.psconv.model.network.NetworkCost;
import io.psconv.model.pattern.Variant;
import io.psconv.model.store.ModelStore;
import io.psconv.model.store.StoredModel;
import io.psconv.operator.energy.EnergySource;
import io.psconv.operator.record.Classification;
import io.psconv.operator.record.FrameId;
import io.psconv.operator.record.RejectedFrame;
import io.psconv.operator.record.RejectionReason;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The classify job between a real broker and a real cluster. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class ClassifyJobITCase {
    @TempDir private Path folder;

    private Pipeline pipeline;

    @BeforeEach
    void start() throws Exception {
        pipeline = new Pipeline(2);
    }

    @AfterEach
    void stop() {
        pipeline.close();
    }

    @Test
    void losesAndDoublesNothingWhenATaskManagerIsKilled() throws Exception {
        JobID job = pipeline.start(pipeline.configuration(), 2);
        long start = System.currentTimeMillis();
        CompletableFuture<Map<FrameId, Integer>> sending = sendLater(900, 150);
        try (ResultReader results = pipeline.results()) {
            pipeline.read(results, 150);

            pipeline.cluster().miniCluster().terminateTaskManager(0).get();
            pipeline.cluster().miniCluster().startTaskManager();
            pipeline.read(results, 900);
            pipeline.stop(job);
            results.pollToEnd();

            RunReport report = RunReport.of(sending.get(), Samples::label, start, results);
            assertThat(report.isComplete()).as(report.table()).isTrue();
            assertThat(report.classified()).isEqualTo(900);
            // 91.73 % over the whole test set.
            assertThat(report.accuracy()).isBetween(0.89, 0.95);
        }
    }

    @Test
    void goesOnFromASavepointAtAnotherParallelism() throws Exception {
        JobID job = pipeline.start(pipeline.configuration(), 2);
        CompletableFuture<Map<FrameId, Integer>> sending = sendLater(600, 150);
        try (ResultReader results = pipeline.results()) {
            pipeline.read(results, 100);
            String savepoint = pipeline.stop(job);
            JobID restored = pipeline.submit(pipeline.configuration(), 1, savepoint);
            pipeline.read(results, 600);
            pipeline.stop(restored);
            results.pollToEnd();

            assertThat(results.duplicates()).isZero();
            assertThat(results.classified().keySet()).isEqualTo(sending.get().keySet());
        }
    }

    @Test
    void keepsTheOrderOfEachCamera() throws Exception {
        JobID job = pipeline.start(pipeline.configuration(), 2);
        pipeline.send(400, 100_000);
        try (ResultReader results = pipeline.results()) {
            pipeline.read(results, 400);
            pipeline.stop(job);
            results.pollToEnd();

            Map<String, Long> newest = new HashMap<>();
            for (Classification classification : results.inOrderOfArrival()) {
                long offset = classification.frame().offset();
                Long before = newest.put(classification.camera(), offset);
                assertThat(before == null || before < offset)
                        .as("%s after offset %s", classification.frame(), before)
                        .isTrue();
            }
            assertThat(newest).hasSize(8);
        }
    }

    @Test
    void givesBadFramesTheirReasonAndLosesNothingElse() throws Exception {
        Map<RejectionReason, byte[]> bad = new HashMap<>();
        bad.put(RejectionReason.EMPTY, new byte[0]);
        bad.put(RejectionReason.UNKNOWN_FORMAT, "not an image".getBytes(StandardCharsets.UTF_8));
        bad.put(RejectionReason.TOO_MANY_PIXELS, pngHeader(60_000, 60_000));
        JobID job = pipeline.start(pipeline.configuration(), 2);
        try (KafkaProducer<byte[], byte[]> producer = pipeline.producer()) {
            int camera = 0;
            for (byte[] payload : bad.values()) {
                producer.send(frame(camera++, payload)).get();
                producer.send(frame(camera, Samples.png(camera))).get();
            }
            producer.send(frame(camera, null)).get();
            long halfAnHourAhead = System.currentTimeMillis() + 1_800_000;
            producer.send(frame(camera, Samples.png(0), halfAnHourAhead)).get();
        }
        try (ResultReader results = pipeline.results()) {
            pipeline.read(results, 8);
            pipeline.stop(job);
            results.pollToEnd();

            assertThat(results.classified()).hasSize(3);
            Map<RejectionReason, Long> reasons =
                    results.rejected().values().stream()
                            .collect(
                                    Collectors.groupingBy(
                                            RejectedFrame::reason, Collectors.counting()));
            assertThat(reasons)
                    .isEqualTo(
                            Map.of(
                                    RejectionReason.EMPTY, 2L,
                                    RejectionReason.UNKNOWN_FORMAT, 1L,
                                    RejectionReason.CLOCK_AHEAD, 1L,
                                    RejectionReason.TOO_MANY_PIXELS, 1L));
            RejectedFrame text =
                    results.rejected().values().stream()
                            .filter(frame -> frame.reason() == RejectionReason.UNKNOWN_FORMAT)
                            .findFirst()
                            .orElseThrow();
            assertThat(text.payload()).isEqualTo(bad.get(RejectionReason.UNKNOWN_FORMAT));
        }
    }

    @Test
    void endsCleanlyWithEverythingCommittedAtUntil() throws Exception {
        Map<FrameId, Integer> sent = pipeline.send(200, 100_000);
        Configuration configuration = pipeline.configuration();
        configuration.set(ClassifyConfigOptions.FRAMES_UNTIL, "latest");

        pipeline.cluster().await(pipeline.submit(configuration, 2, null));

        try (ResultReader results = pipeline.results()) {
            results.pollToEnd();
            assertThat(results.classified().keySet()).isEqualTo(sent.keySet());
            assertThat(results.duplicates()).isZero();
        }
        assertThat(committed("psconv-classify")).isEqualTo(ends("frames"));
    }

    private Map<TopicPartition, Long> committed(String group) throws Exception {
        try (Admin admin =
                Admin.create(Map.of("bootstrap.servers", pipeline.broker().bootstrapServers()))) {
            return admin
                    .listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .entrySet()
                    .stream()
                    .collect(
                            Collectors.toMap(
                                    Map.Entry::getKey, entry -> entry.getValue().offset()));
        }
    }

    private Map<TopicPartition, Long> ends(String topic) {
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        Map.of("bootstrap.servers", pipeline.broker().bootstrapServers()),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            return consumer.endOffsets(
                    consumer.partitionsFor(topic).stream()
                            .map(info -> new TopicPartition(info.topic(), info.partition()))
                            .toList());
        }
    }

    @Test
    void writesTheSameInAvro() throws Exception {
        pipeline.send(100, 100_000);
        Configuration configuration = pipeline.configuration();
        configuration.set(ClassifyConfigOptions.FRAMES_UNTIL, "latest");
        configuration.set(ClassifyConfigOptions.FRAMES_FROM, "earliest");
        pipeline.cluster().await(pipeline.submit(configuration, 1, null));
        configuration.set(ClassifyConfigOptions.CLASSIFICATIONS_FORMAT, ClassificationFormat.AVRO);
        pipeline.cluster().await(pipeline.submit(configuration, 1, null));

        RecordSchemas schemas = new RecordSchemas();
        StringBuilder firstBytes = new StringBuilder();
        try (ResultReader results =
                new ResultReader(
                        KafkaProperties.of(pipeline.broker().bootstrapServers()),
                        "classifications",
                        "rejected-frames",
                        record -> {
                            schemas.check(record);
                            firstBytes.append((char) (record.value()[0] & 0xFF));
                        })) {
            results.pollToEnd();
            assertThat(firstBytes.chars().filter(first -> first == '{')).hasSize(100);
            assertThat(firstBytes.chars().filter(first -> first == 0xC3)).hasSize(100);
            Map<FrameId, List<Classification>> twice =
                    results.inOrderOfArrival().stream()
                            .collect(Collectors.groupingBy(Classification::frame));
            assertThat(twice).hasSize(100);
            assertThat(twice.values())
                    .allSatisfy(
                            both -> {
                                assertThat(both).hasSize(2);
                                assertThat(both.get(1))
                                        .usingRecursiveComparison()
                                        .ignoringFields("timing", "energy")
                                        .isEqualTo(both.get(0));
                            });
        }
    }

    @Test
    void chargesADensePeerForTheZerosItMultiplies() throws Exception {
        pipeline.send(10, 100_000);
        Configuration configuration = pipeline.configuration();
        configuration.set(ClassifyConfigOptions.CLASSIFY_MODEL, "resnet18-psd1_p16@1");
        configuration.set(ClassifyConfigOptions.ENERGY_SOURCE, EnergySource.MODELLED);
        configuration.set(ClassifyConfigOptions.CLASSIFY_BATCH_MAX_SIZE, 1);
        configuration.set(ClassifyConfigOptions.FRAMES_UNTIL, "latest");
        configuration.set(ClassifyConfigOptions.FRAMES_FROM, "earliest");
        for (Engine engine : List.of(Engine.JVM, Engine.ONNXRUNTIME)) {
            configuration.set(ClassifyConfigOptions.CLASSIFY_ENGINE, engine);
            pipeline.cluster().await(pipeline.submit(configuration, 1, null));
        }

        Network network = Architectures.create("resnet18", new FeatureShape(3, 32, 32), 10);
        NetworkCost sparse = NetworkCost.of(network, Variant.of("PSD1_P16"));
        NetworkCost dense = NetworkCost.of(network, Variant.DENSE);
        // Horowitz's 640 pJ a word of memory and 4.6 pJ a multiply–accumulate.
        double zeros =
                640e-12 * (dense.parameters() - sparse.parameters())
                        + 4.6e-12 * (dense.macs() - sparse.macs());
        try (ResultReader results = pipeline.results()) {
            results.pollToEnd();
            Map<String, Double> joules =
                    results.inOrderOfArrival().stream()
                            .collect(
                                    Collectors.groupingBy(
                                            answer -> answer.model().engine(),
                                            Collectors.averagingDouble(
                                                    answer -> answer.energy().joules())));
            assertThat(joules.get("onnxruntime") - joules.get("jvm"))
                    .isCloseTo(zeros, withinPercentage(0.1));
        }
    }

    @Test
    void commitsWhileOtherSubtasksHaveReachedTheirEnd() throws Exception {
        // All frames in one partition: the subtask of the others ends at once.
        Map<FrameId, Integer> sent =
                new OpenLoopProducer(
                                pipeline.broker().bootstrapServers(), "frames", 1, 8, 1_000_000)
                        .send(2000, Samples::png, System.currentTimeMillis());
        Configuration configuration = pipeline.configuration();
        configuration.set(ClassifyConfigOptions.CLASSIFY_MODEL, "resnet18-psd1_p16");
        configuration.set(ClassifyConfigOptions.FRAMES_UNTIL, "latest");

        JobID job = pipeline.submit(configuration, 2, null);

        try (ResultReader results = pipeline.results()) {
            pipeline.read(results, 1);
            assertThat(results.results()).isLessThan(sent.size());
            assertThat(pipeline.cluster().status(job)).isEqualTo(JobStatus.RUNNING);
            pipeline.cluster().await(job);
            results.pollToEnd();
            assertThat(results.classified().keySet()).isEqualTo(sent.keySet());
            assertThat(results.duplicates()).isZero();
        }
    }

    @Test
    void isReadByAStockConsoleConsumer() throws Exception {
        Map<FrameId, Integer> sent = pipeline.send(50, 100_000);
        Configuration configuration = pipeline.configuration();
        configuration.set(ClassifyConfigOptions.FRAMES_UNTIL, "latest");
        pipeline.cluster().await(pipeline.submit(configuration, 1, null));

        Path output = folder.resolve("console.txt");
        Process console =
                new ProcessBuilder(
                                // The class path as the launcher of the tests has it.
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                "org.apache.kafka.tools.consumer.ConsoleConsumer",
                                "--bootstrap-server",
                                pipeline.broker().bootstrapServers(),
                                "--topic",
                                "classifications",
                                "--from-beginning",
                                "--isolation-level",
                                "read_committed",
                                "--max-messages",
                                "50",
                                "--timeout-ms",
                                "30000")
                        .redirectOutput(output.toFile())
                        .redirectError(folder.resolve("console.err").toFile())
                        .start();
        assertThat(console.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(console.exitValue()).as(() -> errors(folder.resolve("console.err"))).isZero();

        List<String> lines = Files.readAllLines(output);
        assertThat(lines).hasSize(50).allMatch(line -> line.startsWith("{\"frame\":\"frames-"));
        for (FrameId frame : sent.keySet()) {
            assertThat(lines).anyMatch(line -> line.contains("\"" + frame + "\""));
        }
    }

    @Test
    void showsItsMetersToPrometheus() throws Exception {
        int port = freePort();
        Configuration configuration = pipeline.configuration();
        configuration.setString(ClassifyConfigOptions.METRICS_PORT.key(), Integer.toString(port));
        JobID job = pipeline.start(configuration, 1);
        pipeline.send(40, 100_000);
        try (ResultReader results = pipeline.results()) {
            pipeline.read(results, 40);
        }

        String scraped =
                HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(
                                                URI.create("http://127.0.0.1:" + port + "/metrics"))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString())
                        .body();
        pipeline.stop(job);

        assertThat(scraped)
                .contains(
                        "inference_energy_joules_count{energy_source=\"modelled\","
                                + "job_name=\"Flink Streaming Job\","
                                + "model=\"resnet20-dense\",variant=\"dense\"} 40")
                .contains(
                        "frame_decode_time_seconds_count{job_name=\"Flink Streaming Job\","
                                + "model=\"resnet20-dense\","
                                + "variant=\"dense\"} 40");
    }

    @Test
    void failsAtStartWhenTheModelFileWasChanged() throws Exception {
        ModelStore store = new ModelStore(Pipeline.STORE);
        Path copyFolder = folder.resolve("store");
        ModelStore copy = new ModelStore(copyFolder);
        StoredModel stored = copy.publish("victim", store.read(store.resolve("resnet20-dense")));
        byte[] file = Files.readAllBytes(stored.path());
        file[file.length - 1] ^= 1;
        Files.write(stored.path(), file);
        Configuration configuration = pipeline.configuration();
        configuration.set(ClassifyConfigOptions.CLASSIFY_STORE, copyFolder.toString());
        configuration.set(ClassifyConfigOptions.CLASSIFY_MODEL, "victim");
        configuration.set(ClassifyConfigOptions.FRAMES_UNTIL, "latest");
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "disable");

        JobID job = pipeline.submit(configuration, 1, null);

        assertThatThrownBy(() -> pipeline.cluster().await(job))
                .rootCause()
                .hasMessageContaining("digest");
    }

    private CompletableFuture<Map<FrameId, Integer>> sendLater(int count, double rate) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return pipeline.send(count, rate);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
    }

    private static ProducerRecord<byte[], byte[]> frame(int camera, byte[] payload) {
        return frame(camera, payload, System.currentTimeMillis());
    }

    private static ProducerRecord<byte[], byte[]> frame(
            int camera, byte[] payload, long timestamp) {
        byte[] key = ("camera-" + camera).getBytes(StandardCharsets.UTF_8);
        return new ProducerRecord<>(
                "frames", camera % Pipeline.PARTITIONS, timestamp, key, payload);
    }

    /** A PNG that declares a size and has no pixels (RFC 2083, 4.1.1). */
    private static byte[] pngHeader(int width, int height) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        DataOutputStream fields = new DataOutputStream(header);
        fields.write("IHDR".getBytes(StandardCharsets.US_ASCII));
        fields.writeInt(width);
        fields.writeInt(height);
        fields.write(new byte[] {8, 2, 0, 0, 0});
        CRC32 check = new CRC32();
        check.update(header.toByteArray());
        out.writeInt(13);
        out.write(header.toByteArray());
        out.writeInt((int) check.getValue());
        return bytes.toByteArray();
    }

    private static String errors(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
