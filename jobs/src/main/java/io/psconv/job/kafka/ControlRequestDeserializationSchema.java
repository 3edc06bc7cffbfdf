package io.psconv.job.kafka;

import io.psconv.operator.record.ControlRequest;
import io.psconv.operator.record.RequestId;
import io.psconv.operator.state.RecordTypes;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads requests, also those that are none: they are to be refused with the reason. */
public final class ControlRequestDeserializationSchema
        implements KafkaRecordDeserializationSchema<ControlRequest> {
    private static final long serialVersionUID = 1;

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<ControlRequest> out) {
        out.collect(
                ControlRequestJson.read(
                        new RequestId(record.topic(), record.partition(), record.offset()),
                        record.value()));
    }

    @Override
    public TypeInformation<ControlRequest> getProducedType() {
        return RecordTypes.CONTROL_REQUEST;
    }
}
