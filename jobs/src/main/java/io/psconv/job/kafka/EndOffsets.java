package io.psconv.job.kafka;

import java.util.Collection;
import java.util.Map;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.common.TopicPartition;

/**
 * Where partitions end when the job starts, as plain offsets.
 *
 * <p>The connector's own keeps a mark that means "the end" and is resolved by whoever reads the
 * partition: after a failure, or from a savepoint, it would mean a later end.
 */
final class EndOffsets implements OffsetsInitializer {
    private static final long serialVersionUID = 1;

    @Override
    public Map<TopicPartition, Long> getPartitionOffsets(
            Collection<TopicPartition> partitions, PartitionOffsetsRetriever retriever) {
        return retriever.endOffsets(partitions);
    }

    /** What the job had come to may have been deleted since. */
    @Override
    @SuppressWarnings("deprecation") // The connector takes no other type.
    public OffsetResetStrategy getAutoOffsetResetStrategy() {
        return OffsetResetStrategy.EARLIEST;
    }
}
