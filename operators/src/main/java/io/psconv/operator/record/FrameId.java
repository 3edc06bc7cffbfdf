package io.psconv.operator.record;

/**
 * Where a frame stands in Kafka, which is its identity: written {@code frames-3@1234}.
 *
 * @param topic the frame's topic
 * @param partition partition of that topic, from 0
 * @param offset offset in that partition, from 0
 */
public record FrameId(String topic, int partition, long offset) {
    @Override
    public String toString() {
        return topic + "-" + partition + "@" + offset;
    }
}
