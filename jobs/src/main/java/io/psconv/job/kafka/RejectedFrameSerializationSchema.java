package io.psconv.job.kafka;

import io.psconv.operator.record.RejectedFrame;
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

/**
 * Writes rejected frames as JSON; key and timestamp are the frame's own, {@link FrameHeader} says
 * which.
 */
public final class RejectedFrameSerializationSchema
        implements KafkaRecordSerializationSchema<RejectedFrame>, KafkaDatasetFacetProvider {
    private static final long serialVersionUID = 1;

    private final String topic;
    private final int maxPayloadBytes;

    /**
     * A schema for one topic.
     *
     * @param maxPayloadBytes a longer payload is left out of the record; at most {@link
     *     RejectedFrameJson#maxPayloadBytes} of the producer's limit
     */
    public RejectedFrameSerializationSchema(String topic, int maxPayloadBytes) {
        this.topic = topic;
        this.maxPayloadBytes = maxPayloadBytes;
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
            RejectedFrame rejected, KafkaSinkContext context, @Nullable Long timestamp) {
        return new ProducerRecord<>(
                topic,
                null,
                RecordTimestamp.of(rejected.timestampMillis()),
                rejected.camera().getBytes(StandardCharsets.UTF_8),
                RejectedFrameJson.write(rejected, maxPayloadBytes),
                FrameHeader.of(rejected.frame()));
    }

    /** Pooled transaction names need to know the topic: the sink looks for open ones by it. */
    @Override
    public Optional<KafkaDatasetFacet> getKafkaDatasetFacet() {
        return Optional.of(
                new DefaultKafkaDatasetFacet(
                        DefaultKafkaDatasetIdentifier.ofTopics(List.of(topic))));
    }
}
