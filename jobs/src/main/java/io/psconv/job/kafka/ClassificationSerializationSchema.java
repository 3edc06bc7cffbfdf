package io.psconv.job.kafka;

import io.psconv.operator.record.Classification;
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
 * Writes classifications; key and timestamp are the frame's own, {@link FrameHeader} says which.
 */
public final class ClassificationSerializationSchema
        implements KafkaRecordSerializationSchema<Classification>, KafkaDatasetFacetProvider {
    private static final long serialVersionUID = 1;

    private final String topic;
    private final ClassificationFormat format;
    private final int topK;

    /**
     * A schema for one topic.
     *
     * @param topK best classes listed at most
     */
    public ClassificationSerializationSchema(String topic, ClassificationFormat format, int topK) {
        this.topic = topic;
        this.format = format;
        this.topK = topK;
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
            Classification classification, KafkaSinkContext context, @Nullable Long timestamp) {
        return new ProducerRecord<>(
                topic,
                null,
                RecordTimestamp.of(classification.timestampMillis()),
                classification.camera().getBytes(StandardCharsets.UTF_8),
                format.write(classification, topK),
                FrameHeader.of(classification.frame()));
    }

    /** Pooled transaction names need to know the topic: the sink looks for open ones by it. */
    @Override
    public Optional<KafkaDatasetFacet> getKafkaDatasetFacet() {
        return Optional.of(
                new DefaultKafkaDatasetFacet(
                        DefaultKafkaDatasetIdentifier.ofTopics(List.of(topic))));
    }
}
