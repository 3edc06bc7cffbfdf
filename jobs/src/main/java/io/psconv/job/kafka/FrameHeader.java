package io.psconv.job.kafka;

import io.psconv.operator.record.FrameId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * The header that says which frame a result is of.
 *
 * <p>It is the result's identity, the same however often a frame is worked on: a consumer of
 * at-least-once results drops those it has seen without reading values, whatever their format.
 */
public final class FrameHeader {
    /** Its value is like {@code frames-3@1234}, in UTF-8. */
    public static final String NAME = "psconv-frame";

    private FrameHeader() {}

    static List<Header> of(FrameId frame) {
        return List.of(new RecordHeader(NAME, frame.toString().getBytes(StandardCharsets.UTF_8)));
    }
}
