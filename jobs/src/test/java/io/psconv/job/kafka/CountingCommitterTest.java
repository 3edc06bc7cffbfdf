package io.psconv.job.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.local.EmbeddedBroker;
import io.psconv.operator.energy.EnergySource;
import io.psconv.operator.node.JobIdentity;
import io.psconv.operator.node.NodeRuntime;
import io.psconv.operator.node.NodeSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobInfo;
import org.apache.flink.api.common.JobInfoImpl;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.TaskInfoImpl;
import org.apache.flink.api.common.serialization.SimpleStringSchema;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.Committer.CommitRequest;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.metrics.groups.SinkCommitterMetricGroup;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The connector's own committer, and a broker that refuses. */
@Timeout(120)
@SuppressWarnings("try") // Flink's own declares close() to throw any exception.
class CountingCommitterTest {
    private static final JobInfo JOB = new JobInfoImpl(new JobID(), "words");
    private static final NodeSettings NODE =
            new NodeSettings(
                    EnergySource.NONE, Duration.ofSeconds(1), false, "127.0.0.1", null, null);

    @SuppressWarnings("NullAway.Init") // Set before every test.
    private static EmbeddedBroker broker;

    @BeforeAll
    static void start() throws IOException {
        broker = EmbeddedBroker.start();
        broker.createTopic("words", 1);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void countsWhatIsCommittedAndWhatKafkaRefuses() throws Exception {
        try (NodeRuntime.Lease node = NodeRuntime.acquire(NODE, JobIdentity.of(JOB));
                Committer<KafkaCommittable> committer = committer()) {
            KafkaCommittable good = written("good", "one");
            KafkaCommittable fenced = written("fenced", "two");
            fence("fenced");
            Request first = new Request(good);
            Request second = new Request(fenced);

            committer.commit(List.of(first, second));

            assertThat(first.failure).isNull();
            assertThat(second.failure).isInstanceOf(ProducerFencedException.class);
            assertThat(commits(node, "committed")).isEqualTo(1);
            // Without its producer it is what a restored task would commit again.
            assertThat(commits(node, "fenced_at_restore")).isEqualTo(1);
            assertThat(commits(node, "lost")).isZero();
            assertThat(read()).containsExactly("one");
        }
    }

    @Test
    void tellsRetriesAndFailuresApart() throws Exception {
        assertCounted("retried", CommitRequest::retryLater);
        assertCounted("retried", request -> request.updateAndRetryLater(request.getCommittable()));
        assertCounted("committed", CommitRequest::signalAlreadyCommitted);
        assertCounted("committed", request -> {});
        assertCounted(
                "lost", request -> request.signalFailedWithKnownReason(new IOException("gone")));
    }

    @Test
    void countsATaskThatIsToFail() throws Exception {
        NodeRuntime.Lease node = NodeRuntime.acquire(NODE, JobIdentity.of(JOB));
        Committer<KafkaCommittable> failing =
                asking(request -> request.signalFailedWithUnknownReason(new IOException("odd")));
        try (CountingCommitter committer = new CountingCommitter(failing, node, "words")) {
            assertThatThrownBy(() -> committer.commit(List.of(new Request(committable()))))
                    .isInstanceOf(IllegalStateException.class);

            assertThat(commits(node, "failed")).isEqualTo(1);
            assertThat(commits(node, "committed")).isZero();
        }
    }

    private static void assertCounted(
            String result, Consumer<CommitRequest<KafkaCommittable>> committer) throws Exception {
        NodeRuntime.Lease node = NodeRuntime.acquire(NODE, JobIdentity.of(JOB));
        try (CountingCommitter counting = new CountingCommitter(asking(committer), node, "words")) {
            counting.commit(List.of(new Request(committable()), new Request(committable())));

            assertThat(commits(node, result)).isEqualTo(2);
            assertThat(
                            node.registry().find("transaction.commits").counters().stream()
                                    .mapToDouble(counter -> counter.count())
                                    .sum())
                    .isEqualTo(2);
        }
    }

    private static double commits(NodeRuntime.Lease node, String result) {
        return node.registry()
                .get("transaction.commits")
                .tag("topic", "words")
                .tag("result", result)
                .counter()
                .count();
    }

    private static KafkaCommittable committable() {
        return new KafkaCommittable(1, (short) 0, "words-0", null);
    }

    private static Committer<KafkaCommittable> asking(
            Consumer<CommitRequest<KafkaCommittable>> answer) {
        return new Committer<>() {
            @Override
            public void commit(Collection<CommitRequest<KafkaCommittable>> requests) {
                requests.forEach(answer);
            }

            @Override
            public void close() {}
        };
    }

    private static Properties properties() {
        Properties properties = new Properties();
        properties.setProperty("bootstrap.servers", broker.bootstrapServers());
        return properties;
    }

    private static Committer<KafkaCommittable> committer() throws IOException {
        // The connector's own default is longer than a broker allows.
        Properties producer = properties();
        producer.setProperty("transaction.timeout.ms", "60000");
        KafkaSink<String> sink =
                KafkaSink.<String>builder()
                        .setKafkaProducerConfig(producer)
                        .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
                        .setTransactionalIdPrefix("words")
                        .setRecordSerializer(
                                KafkaRecordSerializationSchema.builder()
                                        .setTopic("words")
                                        .setValueSerializationSchema(new SimpleStringSchema())
                                        .build())
                        .build();
        return new AdminClosingSink<>(sink, properties(), "words", NODE)
                .createCommitter(new Context());
    }

    /** A transaction that is ready to be committed, as a checkpoint has it. */
    private static KafkaCommittable written(String transaction, String word) throws Exception {
        Properties properties = properties();
        properties.setProperty("transactional.id", transaction);
        KafkaProducer<String, String> producer =
                new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer());
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>("words", word)).get();
        producer.close(Duration.ZERO);
        try (Admin admin = Admin.create(properties())) {
            TransactionDescription open =
                    admin.describeTransactions(List.of(transaction)).description(transaction).get();
            return new KafkaCommittable(
                    open.producerId(), (short) open.producerEpoch(), transaction, null);
        }
    }

    private static void fence(String transaction) throws Exception {
        try (Admin admin = Admin.create(properties())) {
            admin.fenceProducers(List.of(transaction)).all().get();
        }
    }

    /** All that is committed, once the broker has marked what became of each transaction. */
    private static List<String> read() {
        TopicPartition words = new TopicPartition("words", 0);
        try (KafkaConsumer<String, String> consumer = consumer("read_committed");
                KafkaConsumer<String, String> uncommitted = consumer("read_uncommitted")) {
            consumer.assign(List.of(words));
            List<String> values = new ArrayList<>();
            long end = Objects.requireNonNull(uncommitted.endOffsets(List.of(words)).get(words));
            while (consumer.position(words) < end) {
                consumer.poll(Duration.ofMillis(100)).forEach(each -> values.add(each.value()));
            }
            return values;
        }
    }

    private static KafkaConsumer<String, String> consumer(String isolation) {
        Properties properties = properties();
        properties.setProperty("isolation.level", isolation);
        properties.setProperty("auto.offset.reset", "earliest");
        return new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer());
    }

    /** A request as Flink makes it. */
    private static final class Request implements CommitRequest<KafkaCommittable> {
        private final KafkaCommittable committable;
        private @Nullable Throwable failure;

        Request(KafkaCommittable committable) {
            this.committable = committable;
        }

        @Override
        public KafkaCommittable getCommittable() {
            return committable;
        }

        @Override
        public int getNumberOfRetries() {
            return 0;
        }

        @Override
        public void signalFailedWithKnownReason(Throwable reason) {
            failure = reason;
        }

        @Override
        public void signalFailedWithUnknownReason(Throwable reason) {
            throw new IllegalStateException(reason);
        }

        @Override
        public void retryLater() {}

        @Override
        public void updateAndRetryLater(KafkaCommittable other) {}

        @Override
        public void signalAlreadyCommitted() {}
    }

    private static final class Context implements CommitterInitContext {
        @Override
        public SinkCommitterMetricGroup metricGroup() {
            throw new UnsupportedOperationException("the connector does not ask for it");
        }

        @Override
        public OptionalLong getRestoredCheckpointId() {
            return OptionalLong.empty();
        }

        @Override
        public JobInfo getJobInfo() {
            return JOB;
        }

        @Override
        public TaskInfo getTaskInfo() {
            return new TaskInfoImpl("words", 1, 0, 1, 0);
        }
    }
}
