package io.psconv.job.kafka;

import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema.KafkaSinkContext;

/** The context of a sink of one writer that knows no topics. */
final class NoContext implements KafkaSinkContext {
    @Override
    public int getParallelInstanceId() {
        return 0;
    }

    @Override
    public int getNumberOfParallelInstances() {
        return 1;
    }

    @Override
    public int[] getPartitionsForTopic(String topic) {
        return new int[0];
    }
}
