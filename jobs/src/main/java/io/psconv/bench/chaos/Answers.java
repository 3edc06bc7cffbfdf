package io.psconv.bench.chaos;

import io.psconv.bench.CommittedRecords;
import io.psconv.operator.record.FrameId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Reads results as a consumer does while processes come and go, and keeps what they say.
 *
 * <p>One thread calls {@link #run}, and the others when that has ended; {@link #frames} may be
 * called from any.
 */
final class Answers implements AutoCloseable {
    private final CommittedRecords records;
    private final String classifications;
    private final RecoveryTimes recovery;
    private final List<Answer> all = new ArrayList<>();
    private final Set<FrameId> seen = new HashSet<>();
    private volatile int frames;
    private volatile boolean stopped;

    /**
     * Starts at the beginning of both topics.
     *
     * @param recovery told of every classification as it becomes visible
     */
    Answers(
            String bootstrapServers,
            String classifications,
            String rejected,
            RecoveryTimes recovery) {
        this.records = new CommittedRecords(bootstrapServers, List.of(classifications, rejected));
        this.classifications = classifications;
        this.recovery = recovery;
    }

    /** Reads until stopped. */
    void run() {
        while (!stopped) {
            records.poll(this::take);
        }
    }

    /** Ends {@link #run} soon. */
    void stop() {
        stopped = true;
    }

    /** Reads everything that is committed by now. */
    void readToEnd() {
        records.pollToEnd(this::take);
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        Answer answer =
                record.topic().equals(classifications)
                        ? Answer.ofClassification(record.partition(), record.value())
                        : Answer.ofRejection(record.partition(), record.value());
        all.add(answer);
        if (seen.add(answer.frame())) {
            frames = seen.size();
        }
        if (answer.isClassified()) {
            recovery.visible(answer.timestampMillis(), System.currentTimeMillis());
        }
    }

    /** Frames with an answer. */
    int frames() {
        return frames;
    }

    /** Every answer, those of one partition in its order. */
    List<Answer> all() {
        return all;
    }

    @Override
    public void close() {
        records.close();
    }
}
