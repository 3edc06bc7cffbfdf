package io.psconv.bench;

import io.psconv.job.kafka.ClassificationFormat;
import io.psconv.job.kafka.KafkaProperties;
import io.psconv.job.kafka.RejectedFrameJson;
import io.psconv.operator.record.Classification;
import io.psconv.operator.record.FrameId;
import io.psconv.operator.record.RejectedFrame;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Reads results as any careful consumer would, committed ones only, and keeps what they say.
 *
 * <p>A result's latency is from its frame's timestamp to the moment it is read here. For one
 * thread.
 */
public final class ResultReader implements AutoCloseable {
    private final CommittedRecords records;
    private final String classificationsTopic;
    private final Consumer<ConsumerRecord<byte[], byte[]>> inspector;
    private final Map<FrameId, Classification> classified = new HashMap<>();
    private final List<Classification> inOrderOfArrival = new ArrayList<>();
    private final Map<FrameId, RejectedFrame> rejected = new HashMap<>();
    private final Histogram latencyMillis = new Histogram(3);
    private int duplicates;
    private long lastVisibleMillis;

    /** Starts at the beginning of both topics. */
    public ResultReader(
            String bootstrapServers, String classificationsTopic, String rejectedTopic) {
        this(
                KafkaProperties.of(bootstrapServers),
                classificationsTopic,
                rejectedTopic,
                record -> {});
    }

    /**
     * Starts at the beginning of both topics.
     *
     * @param inspector is shown every record before it is taken in
     */
    public ResultReader(
            KafkaProperties kafka,
            String classificationsTopic,
            String rejectedTopic,
            Consumer<ConsumerRecord<byte[], byte[]>> inspector) {
        this.classificationsTopic = classificationsTopic;
        this.inspector = inspector;
        this.records = new CommittedRecords(kafka, List.of(classificationsTopic, rejectedTopic));
    }

    /** Takes in what is there, waiting a moment if nothing is. */
    public void poll() {
        records.poll(this::take);
    }

    /** Takes in everything that is committed by now. */
    public void pollToEnd() {
        records.pollToEnd(this::take);
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        lastVisibleMillis = System.currentTimeMillis();
        inspector.accept(record);
        if (record.topic().equals(classificationsTopic)) {
            Classification classification = ClassificationFormat.read(record.value());
            latencyMillis.recordValue(
                    Math.max(0, lastVisibleMillis - classification.timestampMillis()));
            inOrderOfArrival.add(classification);
            duplicates += classified.put(classification.frame(), classification) == null ? 0 : 1;
        } else {
            RejectedFrame frame = RejectedFrameJson.read(record.value());
            duplicates += rejected.put(frame.frame(), frame) == null ? 0 : 1;
        }
    }

    /** Frames with a result. */
    public int results() {
        return classified.size() + rejected.size();
    }

    public Map<FrameId, Classification> classified() {
        return classified;
    }

    /** Every classification read, repeated ones too. */
    public List<Classification> inOrderOfArrival() {
        return Collections.unmodifiableList(inOrderOfArrival);
    }

    public Map<FrameId, RejectedFrame> rejected() {
        return rejected;
    }

    /** Results for a frame that had one already. */
    public int duplicates() {
        return duplicates;
    }

    /** Latencies of classifications in milliseconds. */
    public Histogram latencyMillis() {
        return latencyMillis;
    }

    /** When the newest result was read, milliseconds since 1970. */
    public long lastVisibleMillis() {
        return lastVisibleMillis;
    }

    @Override
    public void close() {
        records.close();
    }
}
