package io.psconv.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.psconv.job.kafka.RejectedFrameJson;
import io.psconv.local.EmbeddedBroker;
import io.psconv.operator.record.FrameId;
import io.psconv.operator.record.FrameReplay;
import io.psconv.operator.record.RejectedFrame;
import io.psconv.operator.record.RejectionReason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

class ReplayRejectedCommandTest {
    private static final long TIME = 1_780_000_000_000L;

    @SuppressWarnings("NullAway.Init") // Set before every test.
    private static EmbeddedBroker broker;

    private String frames = "";
    private String rejected = "";

    @BeforeAll
    static void startBroker() throws IOException {
        broker = EmbeddedBroker.start();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void createTopics(TestInfo test) {
        frames = test.getTestMethod().orElseThrow().getName();
        rejected = frames + "-rejected";
        broker.createTopic(frames, 2);
        broker.createTopic(rejected, 2);
    }

    @Test
    void sendsFramesAgainAsTheyWereAndEachOnce() throws Exception {
        byte[] raw = {1, 2, 3};
        byte[] image = {4, 5};
        reject(
                0,
                new RejectedFrame(
                        new FrameId(frames, 1, 7),
                        "gate",
                        TIME,
                        RejectionReason.OUTSIDE_CROP,
                        "m",
                        3,
                        digest(raw),
                        raw,
                        "image/x-raw-rgb;width=1;height=1",
                        new FrameReplay("frames-0@1", 1)));
        reject(1, frame(8, RejectionReason.CORRUPT_IMAGE, image, image));

        CommandRun run = replay();
        CommandRun second = replay();

        assertThat(run.status()).isZero();
        assertThat(run.out()).isEqualTo("         2  sent again%n".formatted());
        assertThat(run.err()).endsWith("psconv: 2 sent%n".formatted());
        assertThat(second.out()).isEqualTo("         0  sent again%n".formatted());
        List<ConsumerRecord<byte[], byte[]>> sent = read();
        assertThat(sent).hasSize(2).allMatch(record -> record.partition() == 1);
        ConsumerRecord<byte[], byte[]> first =
                sent.stream().filter(r -> Arrays.equals(r.value(), raw)).findFirst().orElseThrow();
        assertThat(text(first.key())).isEqualTo("gate");
        assertThat(first.timestamp()).isEqualTo(TIME);
        assertThat(headers(first))
                .isEqualTo(
                        Map.of(
                                "content-type", "image/x-raw-rgb;width=1;height=1",
                                "psconv-replay-of", "frames-0@1",
                                "psconv-replay-attempt", "2"));
        ConsumerRecord<byte[], byte[]> other =
                sent.stream()
                        .filter(r -> Arrays.equals(r.value(), image))
                        .findFirst()
                        .orElseThrow();
        assertThat(headers(other))
                .isEqualTo(
                        Map.of("psconv-replay-of", frames + "-1@8", "psconv-replay-attempt", "1"));
    }

    @Test
    void readsLargeOriginalsBackFromTheirPlace() throws Exception {
        byte[] large = new byte[700_000];
        Arrays.fill(large, (byte) 7);
        try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
            ProducerRecord<byte[], byte[]> original =
                    new ProducerRecord<>(frames, 1, TIME, bytes("süd"), large);
            original.headers().add("ce_id", bytes("event-1"));
            producer.send(original).get();
        }
        reject(0, frame(0, RejectionReason.TOO_MANY_PIXELS, large, null));

        assertThat(replay().status()).isZero();

        ConsumerRecord<byte[], byte[]> sent = read().get(1);
        assertThat(sent.value()).isEqualTo(large);
        assertThat(text(sent.key())).isEqualTo("süd");
        assertThat(headers(sent))
                .isEqualTo(
                        Map.of(
                                "ce_id", "event-1",
                                "psconv-replay-of", frames + "-1@0",
                                "psconv-replay-attempt", "1"));
    }

    @Test
    void saysWhichOriginalsAreNotToBeHad() throws Exception {
        byte[] other = {1};
        try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
            producer.send(new ProducerRecord<>(frames, 1, TIME, null, new byte[9])).get();
            producer.send(new ProducerRecord<>(frames, 1, TIME, null, new byte[9])).get();
        }
        TopicPartition partition = new TopicPartition(frames, 1);
        try (Admin admin = Admin.create(client())) {
            admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(1))).all().get();
        }
        reject(0, frame(0, RejectionReason.TOO_MANY_BYTES, new byte[9], null));
        reject(0, frame(1, RejectionReason.TOO_MANY_BYTES, new byte[8], null));
        reject(0, frame(99, RejectionReason.TOO_MANY_BYTES, new byte[9], null));
        reject(0, frame(3, RejectionReason.CORRUPT_IMAGE, other, other));
        reject(0, frame(4, RejectionReason.EMPTY, new byte[0], null));
        send(rejected, 0, bytes("not a rejected frame"));

        CommandRun run = replay("--json");

        assertThat(run.status()).isEqualTo(1);
        JsonNode counts = new ObjectMapper().readTree(run.out());
        assertThat(counts.path("sent").asInt()).isEqualTo(1);
        assertThat(counts.path("gone").asInt()).isEqualTo(3);
        assertThat(counts.path("empty").asInt()).isEqualTo(1);
        assertThat(counts.path("unreadable").asInt()).isEqualTo(1);
        assertThat(counts.path("sentByReason").path("CORRUPT_IMAGE").asInt()).isEqualTo(1);
        assertThat(counts.path("goneFrames"))
                .extracting(JsonNode::asText)
                .containsExactly(frames + "-1@0", frames + "-1@1", frames + "-1@99");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void sendsNoFrameMoreOftenThanAllowed() throws Exception {
        byte[] payload = {1};
        for (int attempt = 1; attempt <= 3; attempt++) {
            reject(
                    0,
                    new RejectedFrame(
                            new FrameId(frames, 0, attempt),
                            "c",
                            TIME,
                            RejectionReason.CORRUPT_IMAGE,
                            "m",
                            1,
                            digest(payload),
                            payload,
                            null,
                            new FrameReplay(frames + "-0@0", attempt)));
        }

        CommandRun run = replay("--max-attempts", "2");

        assertThat(run.status()).isZero();
        assertThat(run.out())
                .contains("1  sent again")
                .contains("2  sent as often as --max-attempts allows already");
        assertThat(headers(read().get(0))).containsEntry("psconv-replay-attempt", "2");
    }

    @Test
    void sendsTheReasonsNamedAndLaterTheOthers() throws Exception {
        byte[] payload = {1};
        reject(0, frame(1, RejectionReason.CORRUPT_IMAGE, payload, payload));
        reject(0, frame(2, RejectionReason.OUTSIDE_CROP, payload, payload));
        reject(0, frame(3, RejectionReason.UNKNOWN_FORMAT, payload, payload));

        assertThat(replay("--reason", "outside_crop").out()).startsWith("         1  sent again");
        assertThat(replay("--reason", "OUTSIDE_CROP,CORRUPT_IMAGE").out())
                .startsWith("         1  sent again");
        assertThat(replay().out()).startsWith("         1  sent again");
        assertThat(replay().out()).startsWith("         0  sent again");

        assertThat(read())
                .extracting(record -> headers(record).get("psconv-replay-of"))
                .containsExactly(frames + "-1@2", frames + "-1@1", frames + "-1@3");
    }

    @Test
    void aDryRunSendsAndRemembersNothing() throws Exception {
        byte[] payload = {1};
        reject(0, frame(1, RejectionReason.CORRUPT_IMAGE, payload, payload));

        CommandRun dry = replay("--dry-run");

        assertThat(dry.status()).isZero();
        assertThat(dry.out()).isEqualTo("         1  would be sent again%n".formatted());
        assertThat(read()).isEmpty();
        assertThat(replay().out()).startsWith("         1  sent again");
    }

    @Test
    void goesFromOneTimeToAnother() throws Exception {
        byte[] payload = {1};
        for (int second = 0; second < 5; second++) {
            RejectedFrame frame = frame(second, RejectionReason.CORRUPT_IMAGE, payload, payload);
            try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
                producer.send(
                                new ProducerRecord<>(
                                        rejected,
                                        0,
                                        TIME + 1000L * second,
                                        null,
                                        RejectedFrameJson.write(frame, 1000)))
                        .get();
            }
        }

        replay("--from", Long.toString(TIME + 1000), "--until", Long.toString(TIME + 3000));

        assertThat(read())
                .extracting(record -> headers(record).get("psconv-replay-of"))
                .containsExactly(frames + "-1@1", frames + "-1@2");
        assertThat(replay().out()).startsWith("         2  sent again");
    }

    @Test
    void whatACrashedReplayLeftOpenIsNotSentTwice() throws Exception {
        byte[] payload = {1};
        reject(0, frame(1, RejectionReason.CORRUPT_IMAGE, payload, payload));
        try (KafkaProducer<byte[], byte[]> crashed =
                producer(Map.of("transactional.id", frames + "-group"))) {
            crashed.initTransactions();
            crashed.beginTransaction();
            crashed.send(new ProducerRecord<>(frames, 1, TIME, bytes("gate"), payload)).get();

            CommandRun run = replay("--group", frames + "-group");

            assertThat(run.out()).startsWith("         1  sent again");
            assertThat(read()).hasSize(1);
            assertThatThrownBy(crashed::commitTransaction)
                    .isInstanceOfAny(KafkaException.class)
                    .satisfies(
                            failure ->
                                    assertThat(
                                                    failure instanceof ProducerFencedException
                                                            || failure.getCause()
                                                                    instanceof KafkaException)
                                            .as("%s", failure)
                                            .isTrue());
        }
    }

    @Test
    void sendsToAnotherTopicByKey() throws Exception {
        String target = frames + "-target";
        broker.createTopic(target, 1);
        byte[] payload = {1};
        reject(0, frame(1, RejectionReason.CORRUPT_IMAGE, payload, payload));

        assertThat(replay("--frames", target).status()).isZero();

        assertThat(read(target, 1)).hasSize(1);
        assertThat(read()).isEmpty();
    }

    @Test
    void saysWhatIsMissing() throws Exception {
        byte[] payload = {1};
        reject(0, frame(1, RejectionReason.CORRUPT_IMAGE, payload, payload));

        assertThat(replay("--frames", "nowhere").err())
                .startsWith("psconv: topic 'nowhere' does not exist at ");
        assertThat(replay("--rejected", "nothing").err())
                .startsWith("psconv: topic 'nothing' does not exist at ");
        assertThat(replay("--max-attempts", "0").err())
                .isEqualTo(
                        "psconv: --max-attempts was '0' but it must be at least 1%n".formatted());
        assertThat(replay("--reason", "BORED").status()).isEqualTo(2);
        // None of them counted as gone through.
        assertThat(replay().out()).startsWith("         1  sent again");
    }

    private RejectedFrame frame(
            long offset, RejectionReason reason, byte[] original, byte @Nullable [] kept)
            throws Exception {
        return new RejectedFrame(
                new FrameId(frames, 1, offset),
                "gate",
                TIME,
                reason,
                "m",
                original.length,
                digest(original),
                kept);
    }

    private void reject(int partition, RejectedFrame frame) throws Exception {
        send(rejected, partition, RejectedFrameJson.write(frame, 1000));
    }

    private static void send(String topic, int partition, byte[] value) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
            producer.send(new ProducerRecord<>(topic, partition, null, value)).get();
        }
    }

    private CommandRun replay(String... more) {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "replay-rejected",
                                "--bootstrap-servers",
                                broker.bootstrapServers(),
                                "--rejected",
                                rejected,
                                "--group",
                                frames));
        for (String argument : more) {
            if (argument.equals("--group") || argument.equals("--rejected")) {
                int at = arguments.indexOf(argument);
                arguments.subList(at, at + 2).clear();
            }
            arguments.add(argument);
        }
        return CommandRun.of(arguments.toArray(String[]::new));
    }

    private List<ConsumerRecord<byte[], byte[]>> read() {
        return read(frames, 2);
    }

    /**
     * All that is committed, in the order of partitions, once no transaction is left open: a
     * committed one is seen only when the broker has marked it in each partition, a moment later.
     */
    private static List<ConsumerRecord<byte[], byte[]>> read(String topic, int partitions) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = consumer("read_committed");
                KafkaConsumer<byte[], byte[]> uncommitted = consumer("read_uncommitted")) {
            for (int number = 0; number < partitions; number++) {
                TopicPartition partition = new TopicPartition(topic, number);
                consumer.assign(List.of(partition));
                long end = uncommitted.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
                while (consumer.position(partition) < end) {
                    consumer.poll(Duration.ofMillis(100)).forEach(records::add);
                }
            }
        }
        return records;
    }

    private static KafkaConsumer<byte[], byte[]> consumer(String isolation) {
        Map<String, Object> properties = client();
        properties.put("isolation.level", isolation);
        properties.put("auto.offset.reset", "earliest");
        return new KafkaConsumer<>(
                properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
        Map<String, Object> properties = client();
        properties.putAll(more);
        return new KafkaProducer<>(
                properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static Map<String, Object> client() {
        return new HashMap<>(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    private static Map<String, String> headers(ConsumerRecord<byte[], byte[]> record) {
        Map<String, String> headers = new HashMap<>();
        for (Header header : record.headers()) {
            headers.put(header.key(), text(header.value()));
        }
        return headers;
    }

    private static String digest(byte[] payload) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(payload));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
