package io.psconv.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.job.kafka.KafkaProperties;
import io.psconv.job.kafka.TopicCheckException;
import io.psconv.local.EmbeddedBroker;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.server.policy.CreateTopicPolicy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class BenchTopicsTest {
    private static final String RUN = "psconv-bench-0a";

    @SuppressWarnings("NullAway.Init") // Set before every test.
    private static EmbeddedBroker broker;

    @SuppressWarnings("NullAway.Init") // Set before every test.
    private static Admin admin;

    @BeforeAll
    static void start() throws Exception {
        broker =
                EmbeddedBroker.start(
                        Map.of("create.topic.policy.class.name", Refusing.class.getName()),
                        List.of());
        Properties properties = new Properties();
        properties.setProperty("bootstrap.servers", broker.bootstrapServers());
        admin = Admin.create(properties);
    }

    @AfterAll
    static void stop() {
        admin.close();
        broker.close();
    }

    @Test
    void aCheckLeavesNoTopic() throws Exception {
        try (BenchTopics topics = topics(RUN)) {
            topics.check();
        }

        assertThat(names()).noneMatch(topic -> topic.startsWith(RUN));
    }

    @Test
    void saysThatTopicsMayNotBeMade() {
        try (BenchTopics topics = topics(Refusing.PREFIX + "0b")) {
            assertThatThrownBy(topics::check)
                    .isInstanceOf(TopicCheckException.class)
                    .hasMessage(
                            "topic '%s0b-check' cannot be created at %s: %s",
                            Refusing.PREFIX, broker.bootstrapServers(), Refusing.REASON);
        }
    }

    @Test
    void deletesTheTopicsAndGroupsOfTheRunAndNoOthers() throws Exception {
        List<String> made = List.of(RUN + "-1-frames", RUN + "-2-frames", "psconv-bench-1a-frames");
        admin.createTopics(made.stream().map(name -> new NewTopic(name, 1, (short) 1)).toList())
                .all()
                .get();
        for (String group : List.of(RUN + "-1", "psconv-bench-1a-1")) {
            admin.alterConsumerGroupOffsets(
                            group,
                            Map.of(new TopicPartition(made.get(0), 0), new OffsetAndMetadata(0)))
                    .all()
                    .get();
        }

        try (BenchTopics topics = topics(RUN)) {
            topics.clear();
        }

        assertThat(names()).contains(made.get(2)).noneMatch(topic -> topic.startsWith(RUN));
        assertThat(admin.listGroups().all().get().stream().map(GroupListing::groupId))
                .noneMatch(group -> group.startsWith(RUN));
    }

    private static BenchTopics topics(String prefix) {
        return new BenchTopics(KafkaProperties.of(broker.bootstrapServers()), prefix);
    }

    private static Set<String> names() throws Exception {
        return admin.listTopics().names().get();
    }

    /** As a Kafka does whose administrators make the topics. */
    public static final class Refusing implements CreateTopicPolicy {
        static final String PREFIX = "psconv-bench-refused-";
        static final String REASON = "ask the administrators";

        @Override
        public void validate(RequestMetadata request) {
            if (request.topic().startsWith(PREFIX)) {
                throw new PolicyViolationException(REASON);
            }
        }

        @Override
        public void configure(Map<String, ?> settings) {}

        @Override
        public void close() {}
    }
}
