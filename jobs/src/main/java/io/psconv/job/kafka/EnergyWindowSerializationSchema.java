package io.psconv.job.kafka;

import io.psconv.operator.record.EnergyWindow;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetIdentifier;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacetProvider;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Writes energy windows as JSON; the key is the ledger, the timestamp the window's end. */
public final class EnergyWindowSerializationSchema
        implements KafkaRecordSerializationSchema<EnergyWindow>, KafkaDatasetFacetProvider {
    private static final long serialVersionUID = 1;

    private final String topic;

    /** A schema for one topic. */
    public EnergyWindowSerializationSchema(String topic) {
        this.topic = topic;
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
            EnergyWindow window, KafkaSinkContext context, @Nullable Long timestamp) {
        return new ProducerRecord<>(
                topic,
                null,
                RecordTimestamp.of(window.endMillis()),
                window.ledger().getBytes(StandardCharsets.UTF_8),
                EnergyWindowJson.write(window));
    }

    /** As the sinks of the other topics say it, for lineage. */
    @Override
    public Optional<KafkaDatasetFacet> getKafkaDatasetFacet() {
        return Optional.of(
                new DefaultKafkaDatasetFacet(
                        DefaultKafkaDatasetIdentifier.ofTopics(List.of(topic))));
    }
}
