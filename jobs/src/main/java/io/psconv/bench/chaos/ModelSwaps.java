package io.psconv.bench.chaos;

import io.psconv.bench.CommittedRecords;
import io.psconv.job.kafka.ModelDecisionJson;
import io.psconv.operator.record.ModelDecision;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets models take turns while a job runs, and says which one had to serve when.
 *
 * <p>A decision takes effect {@link #LEAD} after it was made, which is longer than a recovery takes
 * as a rule: it has arrived when the first frame of its time does. One that the broker does not
 * take within {@link #DELIVERY} is given up, since it would come too late. What counts in the end
 * is the topic itself. For one thread.
 */
final class ModelSwaps implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ModelSwaps.class);
    private static final Duration LEAD = Duration.ofSeconds(30);
    private static final Duration DELIVERY = Duration.ofSeconds(5);

    private final String bootstrapServers;
    private final String topic;
    private final List<ServedModel> models;
    private final KafkaProducer<byte[], byte[]> producer;
    private int requests;

    /**
     * Prepares the swaps.
     *
     * @param topic of decisions; it must exist
     * @param models that take turns; the first one serves at the start
     */
    ModelSwaps(String bootstrapServers, String topic, List<ServedModel> models) {
        this.bootstrapServers = bootstrapServers;
        this.topic = topic;
        this.models = List.copyOf(models);
        Properties properties = new Properties();
        properties.setProperty(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        String delivery = Long.toString(DELIVERY.toMillis());
        properties.setProperty(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, delivery);
        properties.setProperty(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, delivery);
        properties.setProperty(ProducerConfig.LINGER_MS_CONFIG, "0");
        properties.setProperty(ProducerConfig.MAX_BLOCK_MS_CONFIG, "1000");
        this.producer =
                new KafkaProducer<>(
                        properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Decides that the next model serves from a little later on; does not wait for the broker. */
    void swap() {
        requests++;
        ServedModel next = models.get(requests % models.size());
        ModelDecision decision =
                new ModelDecision(
                        "swap-" + requests,
                        next.name(),
                        next.version(),
                        next.digest(),
                        System.currentTimeMillis() + LEAD.toMillis());
        try {
            // The callback sees every outcome, so the future is not needed.
            Future<RecordMetadata> unused =
                    producer.send(
                            new ProducerRecord<>(topic, ModelDecisionJson.write(decision)),
                            (metadata, failure) -> {
                                if (failure != null) {
                                    LOG.info("Swap to {} given up", next, failure);
                                }
                            });
        } catch (KafkaException e) {
            LOG.info("Swap to {} given up", next, e);
        }
    }

    /** Reads which model had to serve when. */
    ModelTimeline timeline() {
        ModelTimeline timeline = new ModelTimeline(models.get(0));
        try (CommittedRecords records = new CommittedRecords(bootstrapServers, List.of(topic))) {
            records.pollToEnd(
                    record ->
                            ModelDecisionJson.read(record.value())
                                    .ifPresent(decision -> add(timeline, decision)));
        }
        return timeline;
    }

    private static void add(ModelTimeline timeline, ModelDecision decision) {
        timeline.add(
                decision.effectiveFromMillis(),
                new ServedModel(decision.name(), decision.version(), decision.digest()));
    }

    @Override
    public void close() {
        producer.close(Duration.ZERO);
    }
}
