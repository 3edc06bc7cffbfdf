package io.psconv.cli;

import io.psconv.job.kafka.StreamPosition;
import io.psconv.operator.record.RejectionReason;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * How far the topic of rejected frames has been gone through for each reason, and where to start
 * and stop. For one thread.
 */
final class ReplayPositions {
    private final Map<RejectionReason, Map<TopicPartition, Long>> done =
            new EnumMap<>(RejectionReason.class);
    private final Map<RejectionReason, ConsumerGroupMetadata> groups =
            new EnumMap<>(RejectionReason.class);
    private final Map<TopicPartition, Long> starts = new HashMap<>();
    private final Map<TopicPartition, Long> ends = new HashMap<>();

    /**
     * Asks Kafka; waits for a transaction that is being committed.
     *
     * @param consumer to which the topic's partitions are assigned
     * @param members makes a consumer of a group, for as long as it takes to ask
     */
    ReplayPositions(
            KafkaConsumer<?, ?> consumer,
            Function<String, KafkaConsumer<byte[], byte[]>> members,
            ReplaySettings settings) {
        Set<TopicPartition> partitions = consumer.assignment();
        Map<TopicPartition, Long> oldest = consumer.beginningOffsets(partitions);
        Map<TopicPartition, Long> newest = consumer.endOffsets(partitions);
        Map<TopicPartition, Long> from = offsets(consumer, settings.from(), oldest, newest);
        ends.putAll(offsets(consumer, settings.until(), oldest, newest));
        for (RejectionReason reason : settings.reasons()) {
            try (KafkaConsumer<?, ?> member = members.apply(settings.groupOf(reason))) {
                done.put(reason, from(committed(member, partitions), from));
                groups.put(reason, member.groupMetadata());
            }
        }
        for (TopicPartition partition : partitions) {
            long first =
                    done.values().stream()
                            .mapToLong(offsets -> offsets.getOrDefault(partition, 0L))
                            .min()
                            .orElse(0);
            starts.put(partition, Math.max(first, oldest.getOrDefault(partition, 0L)));
        }
    }

    private static Map<TopicPartition, Long> from(
            Map<TopicPartition, Long> committed, Map<TopicPartition, Long> from) {
        Map<TopicPartition, Long> later = new HashMap<>(from);
        committed.forEach((partition, offset) -> later.merge(partition, offset, Math::max));
        return later;
    }

    private static Map<TopicPartition, Long> committed(
            KafkaConsumer<?, ?> consumer, Set<TopicPartition> partitions) {
        Map<TopicPartition, @Nullable OffsetAndMetadata> offsets =
                new HashMap<>(consumer.committed(partitions));
        Map<TopicPartition, Long> committed = new HashMap<>();
        offsets.forEach(
                (partition, offset) -> {
                    if (offset != null) {
                        committed.put(partition, offset.offset());
                    }
                });
        return committed;
    }

    private static Map<TopicPartition, Long> offsets(
            KafkaConsumer<?, ?> consumer,
            @Nullable StreamPosition position,
            Map<TopicPartition, Long> oldest,
            Map<TopicPartition, Long> newest) {
        if (position == null) {
            return oldest;
        }
        return switch (position.kind()) {
            case EARLIEST, COMMITTED -> oldest;
            case LATEST -> newest;
            case TIMESTAMP -> {
                Map<TopicPartition, Long> times =
                        newest.keySet().stream()
                                .collect(
                                        Collectors.toMap(
                                                partition -> partition,
                                                partition -> position.timestampMillis()));
                Map<TopicPartition, Long> found = new HashMap<>(newest);
                Map<TopicPartition, @Nullable OffsetAndTimestamp> atTimes =
                        new HashMap<>(consumer.offsetsForTimes(times));
                atTimes.forEach(
                        (partition, offset) -> {
                            if (offset != null) {
                                found.put(partition, offset.offset());
                            }
                        });
                yield found;
            }
        };
    }

    /** Puts the consumer where to start. */
    void seek(KafkaConsumer<?, ?> consumer) {
        starts.forEach(consumer::seek);
    }

    /** Whether the consumer has come to the end of every partition. */
    boolean isAtEnd(KafkaConsumer<?, ?> consumer) {
        return ends.entrySet().stream()
                .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    /** Whether a record lies before the end. */
    boolean isWithin(TopicPartition partition, long offset) {
        return offset < ends.getOrDefault(partition, 0L);
    }

    /** Whether a record of a reason is still to be replayed. */
    boolean isOpen(RejectionReason reason, TopicPartition partition, long offset) {
        @Nullable Map<TopicPartition, Long> offsets = done.get(reason);
        return offsets != null
                && isWithin(partition, offset)
                && offset >= offsets.getOrDefault(partition, 0L);
    }

    /** The group that remembers how far a reason has come, as transactions name it. */
    ConsumerGroupMetadata group(RejectionReason reason) {
        return Objects.requireNonNull(groups.get(reason), "a reason that is replayed");
    }

    /** How far a reason has come once the consumer's records up to its position are dealt with. */
    Map<TopicPartition, Long> reached(RejectionReason reason, KafkaConsumer<?, ?> consumer) {
        Map<TopicPartition, Long> reached = new HashMap<>();
        ends.forEach(
                (partition, end) ->
                        reached.put(partition, Math.min(consumer.position(partition), end)));
        @Nullable Map<TopicPartition, Long> before = done.get(reason);
        if (before != null) {
            reached.replaceAll(
                    (partition, offset) ->
                            Math.max(offset, before.getOrDefault(partition, offset)));
        }
        return reached;
    }

    /** Notes what Kafka has now. */
    void advance(RejectionReason reason, Map<TopicPartition, Long> reached) {
        done.put(reason, reached);
    }
}
