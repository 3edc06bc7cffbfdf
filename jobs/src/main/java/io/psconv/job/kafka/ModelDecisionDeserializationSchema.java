package io.psconv.job.kafka;

import io.psconv.operator.record.ModelDecision;
import java.util.Optional;
import org.apache.flink.api.common.serialization.DeserializationSchema.InitializationContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads decisions about models, skipping refusals.
 *
 * <p>A malformed record changes nothing: it is logged, counted in {@value #MALFORMED} and skipped,
 * since a job that failed on it would fail again at every restart.
 */
public final class ModelDecisionDeserializationSchema
        implements KafkaRecordDeserializationSchema<ModelDecision> {
    /** Name of the counter of skipped records, in the source's metric group. */
    public static final String MALFORMED = "malformedDecisions";

    private static final Logger LOG =
            LoggerFactory.getLogger(ModelDecisionDeserializationSchema.class);
    private static final long serialVersionUID = 1;

    private final TypeInformation<ModelDecision> type;
    private transient @Nullable Counter malformed;

    /** A schema whose decisions travel in the form that Flink finds for them. */
    public ModelDecisionDeserializationSchema() {
        this(TypeInformation.of(ModelDecision.class));
    }

    /** A schema whose decisions travel in a given form. */
    public ModelDecisionDeserializationSchema(TypeInformation<ModelDecision> type) {
        this.type = type;
    }

    @Override
    public void open(InitializationContext context) {
        malformed = context.getMetricGroup().counter(MALFORMED, new SimpleCounter());
    }

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<ModelDecision> out) {
        try {
            decision(record).ifPresent(out::collect);
        } catch (IllegalArgumentException e) {
            LOG.warn(
                    "Skipping the model decision at {}-{}@{}: {}",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    e.getMessage());
            if (malformed != null) {
                malformed.inc();
            }
        }
    }

    private static Optional<ModelDecision> decision(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            throw new IllegalArgumentException("record has no value");
        }
        return ModelDecisionJson.read(record.value());
    }

    @Override
    public TypeInformation<ModelDecision> getProducedType() {
        return type;
    }
}
