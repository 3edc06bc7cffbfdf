package io.psconv.job.kafka;

import io.psconv.operator.record.AcceptedCrop;
import io.psconv.operator.record.AcceptedPlan;
import io.psconv.operator.record.DecisionEntry;
import io.psconv.operator.record.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Writes the log of decisions, to the one partition it has; its times are the broker's.
 *
 * <p>The keys are for a compacted topic. Ticks share one, so that the last one stays. Every
 * decision has its own, behind the request's identity: of two decisions of one request the first
 * counts, but with one key compaction would keep the last, and a replay would swap at another time.
 */
public final class DecisionSerializationSchema
        implements KafkaRecordSerializationSchema<DecisionEntry> {
    private static final String TICK_KEY = "tick";
    private static final int PARTITION = 0;
    private static final long serialVersionUID = 1;

    private final String topic;

    /** A schema for one topic. */
    public DecisionSerializationSchema(String topic) {
        this.topic = topic;
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
            DecisionEntry entry, KafkaSinkContext context, @Nullable Long timestamp) {
        return new ProducerRecord<>(
                topic,
                PARTITION,
                key(entry).getBytes(StandardCharsets.UTF_8),
                DecisionJson.write(entry));
    }

    private static String key(DecisionEntry entry) {
        if (entry instanceof AcceptedPlan accepted) {
            return unique(accepted.request());
        }
        if (entry instanceof AcceptedCrop accepted) {
            return unique(accepted.request());
        }
        return entry instanceof Refusal refusal ? unique(refusal.request()) : TICK_KEY;
    }

    private static String unique(String request) {
        return request + "/" + UUID.randomUUID();
    }
}
