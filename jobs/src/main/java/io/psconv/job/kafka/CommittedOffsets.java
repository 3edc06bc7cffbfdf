package io.psconv.job.kafka;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.common.TopicPartition;

/**
 * Where a group has come to, or the beginning where it has not, as plain offsets.
 *
 * <p>The connector's own keeps a mark that means "where the group has come to" until a partition's
 * first record is read. A savepoint from before that would go on where the group is by then, and
 * skip what was read since.
 */
final class CommittedOffsets implements OffsetsInitializer {
    private static final long serialVersionUID = 1;

    @Override
    public Map<TopicPartition, Long> getPartitionOffsets(
            Collection<TopicPartition> partitions, PartitionOffsetsRetriever retriever) {
        Map<TopicPartition, Long> offsets = new HashMap<>(retriever.beginningOffsets(partitions));
        retriever
                .committedOffsets(partitions)
                .forEach(
                        (partition, committed) -> {
                            if (committed != null) {
                                offsets.put(partition, committed);
                            }
                        });
        return offsets;
    }

    /** What was committed may have been deleted since. */
    @Override
    @SuppressWarnings("deprecation") // The connector takes no other type.
    public OffsetResetStrategy getAutoOffsetResetStrategy() {
        return OffsetResetStrategy.EARLIEST;
    }
}
