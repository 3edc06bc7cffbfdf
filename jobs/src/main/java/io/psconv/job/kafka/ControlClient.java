package io.psconv.job.kafka;

import io.psconv.operator.record.ControlRequest;
import io.psconv.operator.record.DecisionTick;
import io.psconv.operator.record.RequestId;
import io.psconv.operator.verify.DecidedRequests;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Asks a classify job for another model, and reads what became of it.
 *
 * <p>Both topics must exist. For one thread.
 */
public final class ControlClient implements AutoCloseable {
    /** Requests keep their order in one partition. */
    private static final int PARTITION = 0;

    private final KafkaProperties kafka;
    private final String control;
    private final TopicReader decisions;
    private @Nullable KafkaProducer<byte[], byte[]> producer;

    /**
     * A client.
     *
     * @param control topic of requests
     * @param decisions log of decisions
     */
    public ControlClient(KafkaProperties kafka, String control, String decisions) {
        this.kafka = kafka;
        this.control = control;
        this.decisions = new TopicReader(kafka, decisions);
    }

    /**
     * Sends a request and waits until Kafka has it.
     *
     * @param request the identity that it has here does not count
     * @throws IOException if Kafka does not take it
     */
    public SentRequest send(ControlRequest request) throws IOException, InterruptedException {
        long before = decisions.end();
        try {
            RecordMetadata sent =
                    producer()
                            .send(
                                    new ProducerRecord<>(
                                            control,
                                            PARTITION,
                                            null,
                                            ControlRequestJson.write(request)))
                            .get();
            return new SentRequest(new RequestId(control, sent.partition(), sent.offset()), before);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(
                    "Kafka did not take a request for topic '"
                            + control
                            + "': "
                            + cause.getMessage(),
                    cause);
        }
    }

    /**
     * Waits for the decision on a request.
     *
     * @return empty if there is none within the time
     * @throws IOException if jobs will take it for one that was decided before
     */
    public Optional<LoggedDecision> await(SentRequest sent, Duration timeout) throws IOException {
        long end = System.nanoTime() + timeout.toNanos();
        DecidedRequests decided = new DecidedRequests();
        String request = sent.id().toString();
        decisions.toBeginning();
        while (true) {
            for (ConsumerRecord<byte[], byte[]> record : decisions.poll()) {
                @Nullable LoggedDecision decision = decision(record);
                Optional<String> id =
                        decision == null ? Optional.empty() : ControlHistory.requestOf(decision);
                if (decision == null || id.isEmpty() || !decided.decide(id.get())) {
                    continue;
                }
                if (record.offset() < sent.decisionsBefore() && decided.isDecided(sent.id())) {
                    throw new IOException(
                            "request "
                                    + request
                                    + " is taken for one that was decided before: topic '"
                                    + control
                                    + "' was made anew; give the job a new decisions.topic too");
                }
                if (id.get().equals(request)) {
                    return Optional.of(decision);
                }
            }
            if (System.nanoTime() - end > 0) {
                return Optional.empty();
            }
        }
    }

    /** Reads both topics as they are now. */
    public ControlHistory history() {
        List<LoggedRequest> requests = new ArrayList<>();
        // Requests after decisions: what is decided upon is then among the requests.
        List<LoggedDecision> first = new ArrayList<>();
        DecidedRequests decided = new DecidedRequests();
        @Nullable Long tick = null;
        for (ConsumerRecord<byte[], byte[]> record : decisions.readAll()) {
            @Nullable LoggedDecision decision = decision(record);
            if (decision == null) {
                continue;
            }
            if (decision.entry() instanceof DecisionTick) {
                tick = decision.appendMillis();
            } else if (ControlHistory.requestOf(decision).filter(decided::decide).isPresent()) {
                first.add(decision);
            }
        }
        try (TopicReader reader = new TopicReader(kafka, control)) {
            for (ConsumerRecord<byte[], byte[]> record : reader.readAll()) {
                RequestId id = new RequestId(record.topic(), record.partition(), record.offset());
                requests.add(
                        new LoggedRequest(
                                id,
                                ControlRequestJson.read(id, record.value()),
                                record.timestamp()));
            }
        }
        return new ControlHistory(requests, first, tick);
    }

    /** What a record says; null for one that jobs skip. */
    private static @Nullable LoggedDecision decision(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null || record.timestampType() != TimestampType.LOG_APPEND_TIME) {
            return null;
        }
        try {
            return new LoggedDecision(DecisionJson.read(record.value()), record.timestamp());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private KafkaProducer<byte[], byte[]> producer() {
        KafkaProducer<byte[], byte[]> made = producer;
        if (made == null) {
            Properties properties = new Properties();
            properties.put("enable.idempotence", "true");
            properties.put("acks", "all");
            properties.put("max.block.ms", "10000");
            properties.put("delivery.timeout.ms", "30000");
            properties.put("request.timeout.ms", "10000");
            properties.putAll(kafka.toProperties());
            made =
                    new KafkaProducer<>(
                            properties, new ByteArraySerializer(), new ByteArraySerializer());
            producer = made;
        }
        return made;
    }

    @Override
    public void close() {
        decisions.close();
        if (producer != null) {
            producer.close(Duration.ofSeconds(10));
        }
    }
}
