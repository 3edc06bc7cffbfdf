package io.psconv.job.kafka;

import io.psconv.operator.record.CameraEvent;
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

/** Writes events of cameras as JSON; the key is the camera, the timestamp the event's. */
public final class CameraEventSerializationSchema
        implements KafkaRecordSerializationSchema<CameraEvent>, KafkaDatasetFacetProvider {
    private static final long serialVersionUID = 1;

    private final String topic;

    /** A schema for one topic. */
    public CameraEventSerializationSchema(String topic) {
        this.topic = topic;
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
            CameraEvent event, KafkaSinkContext context, @Nullable Long timestamp) {
        return new ProducerRecord<>(
                topic,
                null,
                RecordTimestamp.of(event.timestampMillis()),
                event.camera().getBytes(StandardCharsets.UTF_8),
                CameraEventJson.write(event));
    }

    /** Pooled transaction names need to know the topic: the sink looks for open ones by it. */
    @Override
    public Optional<KafkaDatasetFacet> getKafkaDatasetFacet() {
        return Optional.of(
                new DefaultKafkaDatasetFacet(
                        DefaultKafkaDatasetIdentifier.ofTopics(List.of(topic))));
    }
}
