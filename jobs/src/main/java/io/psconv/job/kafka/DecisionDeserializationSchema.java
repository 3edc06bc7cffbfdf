package io.psconv.job.kafka;

import io.psconv.operator.record.Decision;
import io.psconv.operator.state.RecordTypes;
import org.apache.flink.api.common.serialization.DeserializationSchema.InitializationContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the log of decisions, each with the event time from which it counts.
 *
 * <p>A malformed record changes nothing: it is logged, counted in {@value #MALFORMED} and skipped,
 * since a job that failed on it would fail again at every restart. A record that has its writer's
 * time instead of the broker's is malformed too: writers' clocks do not go the way the log does.
 */
public final class DecisionDeserializationSchema
        implements KafkaRecordDeserializationSchema<Decision> {
    /** Name of the counter of skipped records, in the source's metric group. */
    public static final String MALFORMED = "malformedDecisions";

    private static final Logger LOG = LoggerFactory.getLogger(DecisionDeserializationSchema.class);
    private static final long serialVersionUID = 1;

    private transient @Nullable Counter malformed;

    @Override
    public void open(InitializationContext context) {
        malformed = context.getMetricGroup().counter(MALFORMED, new SimpleCounter());
    }

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<Decision> out) {
        try {
            out.collect(decision(record));
        } catch (IllegalArgumentException e) {
            LOG.warn(
                    "Skipping the decision at {}-{}@{}: {}",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    e.getMessage());
            if (malformed != null) {
                malformed.inc();
            }
        }
    }

    private static Decision decision(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            throw new IllegalArgumentException("record has no value");
        }
        if (record.timestampType() != TimestampType.LOG_APPEND_TIME) {
            throw new IllegalArgumentException(
                    "record has its writer's time but it must have the broker's; set"
                            + " message.timestamp.type=LogAppendTime for the topic");
        }
        return DecisionJson.read(record.value()).at(record.timestamp());
    }

    @Override
    public TypeInformation<Decision> getProducedType() {
        return RecordTypes.DECISION;
    }
}
