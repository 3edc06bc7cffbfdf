package io.psconv.bench.chaos;

import io.psconv.job.kafka.ControlClient;
import io.psconv.job.kafka.ControlRequestJson;
import io.psconv.job.kafka.KafkaProperties;
import io.psconv.job.kafka.LoggedDecision;
import io.psconv.operator.record.ActivationRequest;
import io.psconv.operator.record.ModelDecision;
import io.psconv.operator.record.ModelReference;
import io.psconv.operator.record.RequestedPlan;
import io.psconv.operator.record.RequestedTime;
import io.psconv.operator.record.RoutePlan;
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
 * Asks for models to take turns while a job runs, and says which one had to serve when.
 *
 * <p>The job's own verifier decides, through the same kills. A request that the broker does not
 * take within {@link #DELIVERY} is given up. What counts in the end is the log of decisions alone.
 * For one thread.
 */
final class ModelSwaps implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ModelSwaps.class);
    private static final Duration DELIVERY = Duration.ofSeconds(5);

    /** Given by the log when it takes the request. */
    private static final String NO_REQUEST_YET = "";

    private final String bootstrapServers;
    private final String control;
    private final String decisions;
    private final List<ServedModel> models;
    private final KafkaProducer<byte[], byte[]> producer;
    private int requests;

    /**
     * Prepares the swaps.
     *
     * @param control topic of requests; it must exist
     * @param decisions topic of decisions; it must exist
     * @param models that take turns; the first one serves at the start
     */
    ModelSwaps(
            String bootstrapServers, String control, String decisions, List<ServedModel> models) {
        this.bootstrapServers = bootstrapServers;
        this.control = control;
        this.decisions = decisions;
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

    /** Asks that the next model serves as soon as may be; does not wait for the broker. */
    void swap() {
        requests++;
        ServedModel next = models.get(requests % models.size());
        ActivationRequest request =
                new ActivationRequest(
                        NO_REQUEST_YET,
                        ModelDecision.DEFAULT_ROUTE,
                        RequestedPlan.single(RoutePlan.ALL_CAMERAS, next.toString()),
                        new RequestedTime(0, 0));
        try {
            // The callback sees every outcome, so the future is not needed.
            Future<RecordMetadata> unused =
                    producer.send(
                            new ProducerRecord<>(control, ControlRequestJson.write(request)),
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
        try (ControlClient client =
                new ControlClient(KafkaProperties.of(bootstrapServers), control, decisions)) {
            for (LoggedDecision decision : client.history().decisions()) {
                if (decision.entry().at(decision.appendMillis()) instanceof ModelDecision model
                        && model.plan() != null) {
                    ModelReference served = model.plan().models().get(0);
                    timeline.add(
                            model.effectiveFromMillis(),
                            new ServedModel(served.name(), served.version(), served.digest()));
                }
            }
        }
        return timeline;
    }

    @Override
    public void close() {
        producer.close(Duration.ZERO);
    }
}
