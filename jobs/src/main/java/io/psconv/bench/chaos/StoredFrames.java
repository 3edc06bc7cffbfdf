package io.psconv.bench.chaos;

import io.psconv.bench.CommittedRecords;
import io.psconv.operator.record.FrameId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads back where each frame of a load stands in Kafka. */
final class StoredFrames {
    private StoredFrames() {}

    /**
     * Numbers of the frames by their place, for all that the topic holds now.
     *
     * @param topic that only a {@link FrameLoad} wrote to
     */
    static Map<FrameId, Integer> read(String bootstrapServers, String topic) {
        Map<FrameId, Integer> stored = new HashMap<>();
        try (CommittedRecords records = new CommittedRecords(bootstrapServers, List.of(topic))) {
            records.pollToEnd(
                    record ->
                            stored.put(
                                    new FrameId(topic, record.partition(), record.offset()),
                                    FrameMix.number(
                                            record.headers().lastHeader(FrameMix.NUMBER).value())));
        }
        return stored;
    }
}
