package io.psconv.job.kafka;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.lineage.LineageVertex;
import org.apache.flink.streaming.api.lineage.LineageVertexProvider;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bounded Kafka source that leaves its group at the end of what it read.
 *
 * <p>The connector's reader hands offsets to its fetcher thread to commit. Where the last ones are
 * handed over the job has ended, and as of 5.0.0 the thread may be closed before it has sent them.
 * Here the end of a partition is committed with the first checkpoint behind its last record, by a
 * client that is waited for.
 */
public final class EndCommittingSource<T>
        implements Source<T, KafkaPartitionSplit, KafkaSourceEnumState>, LineageVertexProvider {
    private static final long serialVersionUID = 1;

    private static final Logger LOG = LoggerFactory.getLogger(EndCommittingSource.class);

    private final KafkaSource<T> source;
    private final Properties properties;
    private final String group;

    /**
     * Wraps a source.
     *
     * @param source stops at plain offsets, as {@link StreamPosition} gives them
     * @param properties by which its clients find the broker
     * @param group the source's consumer group
     */
    public EndCommittingSource(KafkaSource<T> source, Properties properties, String group) {
        this.source = source;
        this.properties = properties;
        this.group = group;
    }

    @Override
    public Boundedness getBoundedness() {
        return source.getBoundedness();
    }

    @Override
    public SourceReader<T, KafkaPartitionSplit> createReader(SourceReaderContext context)
            throws Exception {
        return new Reader<>(source.createReader(context), this);
    }

    @Override
    public SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> createEnumerator(
            SplitEnumeratorContext<KafkaPartitionSplit> context) {
        return source.createEnumerator(context);
    }

    @Override
    public SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> restoreEnumerator(
            SplitEnumeratorContext<KafkaPartitionSplit> context, KafkaSourceEnumState state)
            throws Exception {
        return source.restoreEnumerator(context, state);
    }

    @Override
    public SimpleVersionedSerializer<KafkaPartitionSplit> getSplitSerializer() {
        return source.getSplitSerializer();
    }

    @Override
    public SimpleVersionedSerializer<KafkaSourceEnumState> getEnumeratorCheckpointSerializer() {
        return source.getEnumeratorCheckpointSerializer();
    }

    @Override
    public LineageVertex getLineageVertex() {
        return source.getLineageVertex();
    }

    /** What was answered stays so if the group cannot be moved: that is no reason to fail. */
    private void commit(Map<TopicPartition, OffsetAndMetadata> ends) {
        try (Admin admin = Admin.create(properties)) {
            admin.alterConsumerGroupOffsets(group, ends).all().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            LOG.warn(
                    "The end of what was read could not be committed for group {}: {}. A job that"
                            + " goes on where the group is answers some frames again. Offsets: {}",
                    group,
                    String.valueOf(e.getCause()),
                    ends);
        }
    }

    /** The connector's reader, and what it has read to the end. */
    @SuppressWarnings("try") // Flink's own declares close() to throw any exception.
    private static final class Reader<T> implements SourceReader<T, KafkaPartitionSplit> {
        private final SourceReader<T, KafkaPartitionSplit> reader;
        private final EndCommittingSource<T> source;

        /** Partitions whose end is not committed, by {@link KafkaPartitionSplit#splitId()}. */
        private final Map<String, KafkaPartitionSplit> open = new HashMap<>();

        /** Of those, the ones read to the end before a checkpoint that has not completed. */
        private final TreeMap<Long, Set<String>> finished = new TreeMap<>();

        Reader(SourceReader<T, KafkaPartitionSplit> reader, EndCommittingSource<T> source) {
            this.reader = reader;
            this.source = source;
        }

        @Override
        public void start() {
            reader.start();
        }

        @Override
        public InputStatus pollNext(ReaderOutput<T> output) throws Exception {
            return reader.pollNext(output);
        }

        @Override
        public List<KafkaPartitionSplit> snapshotState(long checkpoint) {
            List<KafkaPartitionSplit> splits = reader.snapshotState(checkpoint);
            Set<String> ended = new HashSet<>(open.keySet());
            splits.forEach(split -> ended.remove(split.splitId()));
            finished.put(checkpoint, ended);
            return splits;
        }

        @Override
        public CompletableFuture<Void> isAvailable() {
            return reader.isAvailable();
        }

        @Override
        public void addSplits(List<KafkaPartitionSplit> splits) {
            splits.forEach(split -> open.put(split.splitId(), split));
            reader.addSplits(splits);
        }

        @Override
        public void notifyNoMoreSplits() {
            reader.notifyNoMoreSplits();
        }

        @Override
        public void handleSourceEvents(SourceEvent event) {
            reader.handleSourceEvents(event);
        }

        @Override
        public void pauseOrResumeSplits(Collection<String> pause, Collection<String> resume) {
            reader.pauseOrResumeSplits(pause, resume);
        }

        @Override
        public void notifyCheckpointComplete(long checkpoint) throws Exception {
            reader.notifyCheckpointComplete(checkpoint);
            Map<TopicPartition, OffsetAndMetadata> ends = new HashMap<>();
            for (String split : finished.getOrDefault(checkpoint, Set.of())) {
                KafkaPartitionSplit ended = open.remove(split);
                if (ended != null) {
                    ended.getStoppingOffset()
                            // Below 0, in savepoints of earlier versions, it is a mark.
                            .filter(end -> end >= 0)
                            .ifPresent(
                                    end ->
                                            ends.put(
                                                    ended.getTopicPartition(),
                                                    new OffsetAndMetadata(end)));
                }
            }
            finished.headMap(checkpoint, true).clear();
            if (!ends.isEmpty()) {
                source.commit(ends);
            }
        }

        @Override
        public void notifyCheckpointAborted(long checkpoint) throws Exception {
            finished.remove(checkpoint);
            reader.notifyCheckpointAborted(checkpoint);
        }

        @Override
        public void close() throws Exception {
            reader.close();
        }
    }
}
