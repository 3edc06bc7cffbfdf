package io.psconv.job.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer.PartitionOffsetsRetriever;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class CommittedOffsetsTest {
    private static final TopicPartition READ = new TopicPartition("frames", 0);
    private static final TopicPartition UNREAD = new TopicPartition("frames", 1);

    @Test
    void goesOnWhereTheGroupHasComeToOrAtTheBeginning() {
        Map<TopicPartition, Long> committed = new HashMap<>();
        committed.put(READ, 7L);
        committed.put(UNREAD, null);

        assertThat(
                        new CommittedOffsets()
                                .getPartitionOffsets(committed.keySet(), new Retriever(committed)))
                .isEqualTo(Map.of(READ, 7L, UNREAD, 3L));
    }

    private record Retriever(Map<TopicPartition, Long> committed)
            implements PartitionOffsetsRetriever {
        @Override
        public Map<TopicPartition, Long> committedOffsets(Collection<TopicPartition> partitions) {
            return committed;
        }

        @Override
        public Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions) {
            throw new IllegalStateException("not asked for here");
        }

        @Override
        public Map<TopicPartition, Long> beginningOffsets(Collection<TopicPartition> partitions) {
            return Map.of(READ, 2L, UNREAD, 3L);
        }

        @Override
        public Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(
                Map<TopicPartition, Long> timestamps) {
            throw new IllegalStateException("not asked for here");
        }
    }
}
