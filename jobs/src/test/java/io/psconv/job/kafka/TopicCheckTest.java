package io.psconv.job.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.local.EmbeddedBroker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TopicCheckTest {
    @SuppressWarnings("NullAway.Init") // Set before every test.
    private static EmbeddedBroker broker;

    @BeforeAll
    static void startBroker() throws IOException {
        broker = EmbeddedBroker.start();
        broker.createTopic("frames", 3);
        broker.createTopic("classifications", 1);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Test
    void findsTopicsAndTheirPartitions() {
        try (TopicCheck check = new TopicCheck(kafka())) {
            assertThatCode(() -> check.requireTopics(List.of("frames", "classifications")))
                    .doesNotThrowAnyException();
            assertThat(check.partitions(List.of("frames"))).containsEntry("frames", 3);
        }
    }

    @Test
    void namesAMissingTopicAndThoseThereAre() {
        try (TopicCheck check = new TopicCheck(kafka())) {
            assertThatThrownBy(() -> check.requireTopics(List.of("frames", "frame")))
                    .isInstanceOf(TopicCheckException.class)
                    .hasMessageStartingWith(
                            "topic 'frame' does not exist at "
                                    + broker.bootstrapServers()
                                    + "; create it or name another; existing topics:"
                                    + " classifications, ")
                    .hasMessageContaining("frames");
        }
    }

    @Test
    void createsWhatIsMissingOnce() {
        try (TopicCheck check = new TopicCheck(kafka())) {
            assertThat(check.createMissing(List.of("frames", "new-1", "new-2", "new-1"), 2))
                    .containsExactly("new-1", "new-2");
            assertThat(check.createMissing(List.of("new-1"), 2)).isEmpty();
            assertThat(check.partitions(List.of("new-1"))).containsEntry("new-1", 2);
        }
    }

    @Test
    void aLogOfDecisionsIsCreatedFitForIt() {
        try (TopicCheck check = new TopicCheck(kafka())) {
            check.createMissingControl("model-control", "model-decisions");
            check.createMissingControl("model-control", "model-decisions");

            assertThat(check.partitions(List.of("model-control", "model-decisions")))
                    .containsOnly(Map.entry("model-control", 1), Map.entry("model-decisions", 1));
            assertThatCode(() -> check.requireDecisionLog("model-decisions"))
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void saysHowToMakeATopicALogOfDecisions() {
        try (TopicCheck check = new TopicCheck(kafka())) {
            assertThatThrownBy(() -> check.requireDecisionLog("frames"))
                    .isInstanceOf(TopicCheckException.class)
                    .hasMessageStartingWith(
                            "topic 'frames' had 3 partitions but a log of decisions has 1");
            assertThatThrownBy(() -> check.requireDecisionLog("classifications"))
                    .isInstanceOf(TopicCheckException.class)
                    .hasMessage(
                            "message.timestamp.type of topic 'classifications' was 'CreateTime' but"
                                    + " a log of decisions needs LogAppendTime; run kafka-configs.sh"
                                    + " --bootstrap-server "
                                    + broker.bootstrapServers()
                                    + " --alter --entity-type topics --entity-name classifications"
                                    + " --add-config message.timestamp.type=LogAppendTime");
        }
    }

    @Test
    void saysWhyATopicCannotBeCreated() {
        try (TopicCheck check = new TopicCheck(kafka())) {
            assertThatThrownBy(() -> check.createMissing(List.of("no spaces"), 1))
                    .isInstanceOf(TopicCheckException.class)
                    .hasMessageStartingWith(
                            "topic 'no spaces' cannot be created at "
                                    + broker.bootstrapServers()
                                    + ": ");
        }
    }

    @Test
    void saysWhereNoBrokerAnswers() throws IOException {
        String nobody = "127.0.0.1:" + freePort();
        try (TopicCheck check =
                new TopicCheck(KafkaProperties.of(nobody), Duration.ofMillis(1500))) {
            long start = System.nanoTime();
            assertThatThrownBy(() -> check.requireTopics(List.of("frames")))
                    .isInstanceOf(TopicCheckException.class)
                    .hasMessage(
                            "no Kafka broker answered at '"
                                    + nobody
                                    + "' within 1.5 s; check --bootstrap-servers");
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(Duration.ofSeconds(10));
        }
    }

    @Test
    void saysWhichHostIsUnknown() {
        assertThatThrownBy(() -> new TopicCheck(KafkaProperties.of("no-such-host.invalid:9092")))
                .isInstanceOf(TopicCheckException.class)
                .hasMessageStartingWith("no Kafka client for 'no-such-host.invalid:9092': ")
                .hasMessageEndingWith("; check --bootstrap-servers and the Kafka settings");
    }

    private static KafkaProperties kafka() {
        return KafkaProperties.of(broker.bootstrapServers());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
