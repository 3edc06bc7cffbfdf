package io.psconv.cli;

import static io.psconv.bench.energy.EnergyRecords.START;
import static io.psconv.bench.energy.EnergyRecords.charge;
import static io.psconv.bench.energy.EnergyRecords.classification;
import static io.psconv.bench.energy.EnergyRecords.measured;
import static io.psconv.bench.energy.EnergyRecords.modelled;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.psconv.job.kafka.ClassificationJson;
import io.psconv.job.kafka.EnergyWindowJson;
import io.psconv.local.EmbeddedBroker;
import io.psconv.operator.record.Classification;
import io.psconv.operator.record.EnergyWindow;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class EnergyCommandTest {
    private static EmbeddedBroker broker;

    @BeforeAll
    static void writeTopics() throws Exception {
        broker = EmbeddedBroker.start();
        for (String topic : new String[] {"windows", "frames-out", "bad-windows", "empty"}) {
            broker.createTopic(topic, 2);
        }
        try (KafkaProducer<byte[], byte[]> producer = producer("windows")) {
            producer.initTransactions();
            producer.beginTransaction();
            send(producer, measured("a", 1, 0, 0, 0));
            send(producer, measured("a", 2, 4, 500_000_000, 0.5));
            send(producer, measured("a", 3, 8, 400_000_000, 0.5));
            send(producer, modelled("b", 1, 0.75));
            send(producer, modelled("b", 1, 0.75));
            for (int offset = 0; offset < 3; offset++) {
                send(
                        producer,
                        classification(offset, "gate", charge("rapl", 1, "a", 3, 100_000_000)));
            }
            send(producer, classification(3, "dock", charge("modelled", 0.5, "b", 1, 1)));
            send(producer, classification(3, "dock", charge("modelled", 0.5, "b", 1, 1)));
            send(producer, classification(4, "dock", null));
            send(producer, "bad-windows", "", bytes("{\"ledger\":7}"));
            producer.commitTransaction();
            producer.beginTransaction();
            send(producer, classification(5, "dock", charge("modelled", 9, "b", 1, 1)));
            producer.flush();
            producer.abortTransaction();
        }
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void addsEverythingUp() {
        CommandRun run = run("--from-topic", "windows", "--classifications", "frames-out");

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out().lines())
                .contains(
                        "modelled: 1 windows of 1 ledgers on node-2, 1.0 s",
                        "    attributed to frames            0.750000 J",
                        "      committed                     0.500000 J",
                        "      repeated or uncommitted       0.250000 J",
                        "measured by rapl: 3 windows of 1 ledgers on node-1, 3.0 s",
                        "  drawn by the hosts              114.000000 J",
                        "    idle                           90.000000 J",
                        "    unattributed                   12.000000 J",
                        "      before the first rate         4.000000 J",
                        "      repeated or uncommitted       2.000000 J ± 0.050000 J",
                        "  gate                                    3       3.000000       6.000000"
                                + "    2000.0000",
                        "frames    5 committed; 1 records of a frame that had one, 1 without a"
                                + " charge, 0 unreadable",
                        "windows   4; 1 came again, 0 came again and differed, 0 unreadable",
                        "adds up   the parts differ from the whole by 0 J");
    }

    @Test
    void saysTheSameInJson() throws Exception {
        CommandRun run =
                run("--from-topic", "windows", "--classifications", "frames-out", "--json");

        JsonNode json = new ObjectMapper().readTree(run.out());
        assertThat(run.status()).isZero();
        assertThat(json.path("addsUp").booleanValue()).isTrue();
        assertThat(json.path("frames").intValue()).isEqualTo(5);
        JsonNode modelled = json.path("sources").path(0);
        JsonNode rapl = json.path("sources").path(1);
        assertThat(modelled.path("source").textValue()).isEqualTo("modelled");
        assertThat(modelled.path("repeatedJoules").doubleValue()).isEqualTo(0.25);
        assertThat(rapl.path("joules").doubleValue()).isEqualTo(114);
        assertThat(rapl.path("committedJoules").doubleValue()).isEqualTo(6);
        assertThat(rapl.path("models").path("large@1").path("frames").intValue()).isEqualTo(1);
        assertThat(rapl.path("cameras").path("gate").path("frames").intValue()).isEqualTo(3);
    }

    @Test
    void keepsToATime() throws Exception {
        CommandRun run =
                run(
                        "--from-topic",
                        "windows",
                        "--classifications",
                        "frames-out",
                        "--from",
                        Long.toString(START + 2000),
                        "--json");

        JsonNode json = new ObjectMapper().readTree(run.out());
        assertThat(json.path("windows").intValue()).isEqualTo(1);
        assertThat(json.path("frames").intValue()).isEqualTo(3);
    }

    @Test
    void endsWithOneIfItDoesNotAddUp() {
        CommandRun run = run("--from-topic", "bad-windows", "--classifications", "empty");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err())
                .isEqualTo(
                        "psconv: it does not add up: 1 windows are unreadable, 0 came again and"
                                + " differed, committed frames had 0.000000 J more than their"
                                + " windows\n");
    }

    @Test
    void pointsOutATopicWithoutWindows() {
        CommandRun run = run("--from-topic", "empty", "--classifications", "empty");

        assertThat(run.status()).isZero();
        assertThat(run.out())
                .contains(
                        "topic 'empty' has no windows of that time; is energy-windows.topic of the"
                                + " job set to it?");
    }

    @Test
    void saysWhichTopicIsMissingOrWhatIsNoTime() {
        assertThat(run().err())
                .startsWith("psconv: topic 'energy-windows' does not exist at ")
                .hasLineCount(1);
        CommandRun run = run("--from", "noon");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).startsWith("psconv: --from was 'noon' but it must be a time,");
    }

    private static CommandRun run(String... arguments) {
        String[] all = new String[arguments.length + 3];
        all[0] = "energy";
        all[1] = "--bootstrap-servers";
        all[2] = broker.bootstrapServers();
        System.arraycopy(arguments, 0, all, 3, arguments.length);
        return CommandRun.of(all);
    }

    private static void send(KafkaProducer<byte[], byte[]> producer, EnergyWindow window) {
        send(producer, "windows", window.ledger(), EnergyWindowJson.write(window));
    }

    private static void send(KafkaProducer<byte[], byte[]> producer, Classification made) {
        send(producer, "frames-out", made.camera(), ClassificationJson.write(made));
    }

    /** A failed send fails the transaction. */
    private static void send(
            KafkaProducer<byte[], byte[]> producer, String topic, String key, byte[] value) {
        var unused = producer.send(new ProducerRecord<>(topic, bytes(key), value));
    }

    private static KafkaProducer<byte[], byte[]> producer(String transaction) {
        Properties properties = new Properties();
        properties.setProperty(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
        properties.setProperty(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transaction);
        return new KafkaProducer<>(
                properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
