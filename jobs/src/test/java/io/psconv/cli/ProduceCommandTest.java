package io.psconv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.cli.FrameProducer.Settings;
import io.psconv.cli.FrameProducer.Summary;
import io.psconv.cli.FrameProducer.Timestamps;
import io.psconv.job.kafka.KafkaProperties;
import io.psconv.local.EmbeddedBroker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProduceCommandTest {
    @SuppressWarnings("NullAway.Init") // Set before every test.
    private static EmbeddedBroker broker;

    @SuppressWarnings("NullAway.Init") // Set before every test.
    @TempDir
    private Path folder;

    @BeforeAll
    static void startBroker() throws IOException {
        broker = EmbeddedBroker.start();
        broker.createTopic("existing", 1);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Test
    void sendsAClipAsOneCamera() throws IOException {
        List<byte[]> images = List.of(MotionJpegTest.jpeg(1, false), MotionJpegTest.jpeg(2, false));
        Path clip = folder.resolve("gate one.mjpeg");
        Files.write(clip, MotionJpegTest.concatenated(images));

        CommandRun run = produce("--topic", "clip", "--create-topic", "--file", clip.toString());

        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        assertThat(run.out())
                .startsWith("sent 2 frames (0.0 MB) of camera 'gate one' to topic 'clip' in ");
        List<ConsumerRecord<byte[], byte[]>> records = read("clip", 2);
        assertThat(records).extracting(ConsumerRecord::value).containsExactlyElementsOf(images);
        for (ConsumerRecord<byte[], byte[]> record : records) {
            assertThat(text(record.key())).isEqualTo("gate one");
            assertThat(text(record.headers().lastHeader("content-type").value()))
                    .isEqualTo("image/jpeg");
        }
    }

    @Test
    void startsAFolderOverUntilTheLimit() throws IOException {
        Files.writeString(folder.resolve("a.jpg"), "a");
        Files.writeString(folder.resolve("b.png"), "b");

        CommandRun run =
                produce(
                        "--topic",
                        "loop",
                        "--create-topic",
                        "--dir",
                        folder.toString(),
                        "--camera",
                        "Süd",
                        "--rate",
                        "1000",
                        "--loop",
                        "--limit",
                        "5",
                        "--kafka",
                        "client.id=test");

        assertThat(run.err()).isEmpty();
        List<ConsumerRecord<byte[], byte[]>> records = read("loop", 5);
        assertThat(records)
                .extracting(record -> text(record.value()))
                .containsExactly("a", "b", "a", "b", "a");
        assertThat(text(records.get(0).key())).isEqualTo("Süd");
    }

    @Test
    void endsAfterTheLimitWithoutLoop() throws IOException {
        Files.writeString(folder.resolve("a.jpg"), "a");
        Files.writeString(folder.resolve("b.png"), "b");

        CommandRun run =
                produce(
                        "--topic",
                        "limit",
                        "--create-topic",
                        "--dir",
                        folder.toString(),
                        "--limit",
                        "1");

        assertThat(run.out()).startsWith("sent 1 frames ");
    }

    @Test
    void capturesAreStampedEvenlyHoweverLateTheyAreSent() throws Exception {
        Files.writeString(folder.resolve("a.jpg"), "a");
        broker.createTopic("capture", 1);
        long before = System.currentTimeMillis();

        Summary summary;
        try (StopSignal stop = new StopSignal();
                FrameProducer producer =
                        new FrameProducer(
                                KafkaProperties.of(broker.bootstrapServers()),
                                new Settings("capture", "c", 50, true, 10, Timestamps.CAPTURE))) {
            summary = producer.send(folder, stop, sent -> {});
        }

        List<Long> times = read("capture", 10).stream().map(ConsumerRecord::timestamp).toList();
        long first = times.get(0);
        assertThat(first).isBetween(before, System.currentTimeMillis());
        assertThat(times)
                .containsExactly(
                        first,
                        first + 20,
                        first + 40,
                        first + 60,
                        first + 80,
                        first + 100,
                        first + 120,
                        first + 140,
                        first + 160,
                        first + 180);
        assertThat(summary.frames()).isEqualTo(10);
        assertThat(summary.elapsedNanos()).isGreaterThanOrEqualTo(180_000_000);
    }

    @Test
    void stopsWhenToldTo() throws Exception {
        Files.writeString(folder.resolve("a.jpg"), "a");
        broker.createTopic("stopped", 1);

        try (StopSignal stop = new StopSignal();
                FrameProducer producer =
                        new FrameProducer(
                                KafkaProperties.of(broker.bootstrapServers()),
                                new Settings(
                                        "stopped",
                                        "c",
                                        1000,
                                        true,
                                        Long.MAX_VALUE,
                                        Timestamps.NOW))) {
            Summary summary =
                    producer.send(
                            folder,
                            stop,
                            sent -> {
                                if (sent == 3) {
                                    stop.stop();
                                }
                            });

            assertThat(summary.frames()).isEqualTo(3);
            assertThat(stop.isStopped()).isTrue();
        }
        assertThat(read("stopped", 3)).hasSize(3);
    }

    @Test
    void saysThatATopicIsMissing() throws IOException {
        Files.writeString(folder.resolve("a.jpg"), "a");

        CommandRun run = produce("--topic", "absent", "--dir", folder.toString());

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.err())
                .startsWith(
                        "psconv: topic 'absent' does not exist at "
                                + broker.bootstrapServers()
                                + "; create it");
    }

    @Test
    void saysThatAFrameIsTooLarge() throws IOException {
        Files.write(folder.resolve("a.jpg"), new byte[2_000_000]);

        CommandRun run = produce("--topic", "existing", "--dir", folder.toString());

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err())
                .startsWith("psconv: Kafka did not take a frame for topic 'existing': ")
                .contains("max.request.size");
    }

    @Test
    void saysThatNoBrokerAnswers() throws IOException {
        Files.writeString(folder.resolve("a.jpg"), "a");
        String nobody = "127.0.0.1:" + freePort();

        CommandRun run =
                CommandRun.of("produce", "--bootstrap-servers", nobody, "--dir", folder.toString());

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err().lines())
                .containsExactly(
                        "psconv: no Kafka broker answered at '"
                                + nobody
                                + "' within 10 s; check --bootstrap-servers");
    }

    @Test
    void saysWhatIsWrongWithTheInput() throws IOException {
        Path file = Files.writeString(folder.resolve("a.jpg"), "no image");
        String missing = folder.resolve("absent").toString();

        assertThat(produce("--dir", missing).err())
                .startsWith("psconv: '" + missing + "' does not exist");
        assertThat(produce("--file", missing).err())
                .startsWith("psconv: '" + missing + "' does not exist");
        assertThat(produce("--dir", file.toString()).err())
                .startsWith("psconv: '" + file + "' is not a folder; use --file for a clip");
        assertThat(produce("--file", folder.toString()).err())
                .startsWith("psconv: '" + folder + "' is a folder; use --dir for images");
        assertThat(produce("--file", file.toString()).err())
                .startsWith("psconv: '" + file + "' has no JPEG frame; it must be a motion-JPEG");
    }

    @Test
    void wrongArgumentsAreWrongCalls() {
        String dir = folder.toString();

        assertThat(produce("--dir", dir, "--file", dir).status()).isEqualTo(2);
        assertThat(produce().status()).isEqualTo(2);
        assertThat(produce("--dir", dir, "--rate", "0").err())
                .startsWith("psconv: --rate was '0.0' but it must be above 0 and at most 100000");
        assertThat(produce("--dir", dir, "--limit", "0").err())
                .startsWith("psconv: --limit was '0' but it must be at least 1");
        assertThat(produce("--dir", dir, "--timestamps", "later").status()).isEqualTo(2);
    }

    private static CommandRun produce(String... arguments) {
        List<String> all = new ArrayList<>();
        all.add("produce");
        all.add("--bootstrap-servers");
        all.add(broker.bootstrapServers());
        all.addAll(List.of(arguments));
        return CommandRun.of(all.toArray(String[]::new));
    }

    private static List<ConsumerRecord<byte[], byte[]>> read(String topic, int count) {
        Map<String, Object> properties =
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "auto.offset.reset",
                        "earliest");
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(new TopicPartition(topic, 0)));
            while (records.size() < count) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
        }
        return records;
    }

    private static String text(byte[] bytes) {
        return new String(Objects.requireNonNull(bytes), StandardCharsets.UTF_8);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
