package io.psconv.tests.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.psconv.model.format.Normalisation;
import io.psconv.model.network.FeatureShape;
import io.psconv.operator.decode.DecodeLimits;
import io.psconv.operator.decode.FrameDecoder;
import io.psconv.operator.decode.UndecodableFrameException;
import io.psconv.operator.record.Frame;
import io.psconv.operator.record.FrameId;
import java.util.List;

/** Any bytes are decoded or rejected for a reason. */
class FrameBytesFuzzTest {
    private static final FeatureShape INPUT = new FeatureShape(3, 16, 16);
    private static final Normalisation PLAIN =
            new Normalisation(List.of(0f, 0f, 0f), List.of(1f, 1f, 1f));

    /** Small, so that time goes into the forms of files and not into pixels. */
    private static final DecodeLimits LIMITS = new DecodeLimits(1 << 16, 1 << 16, 16);

    /** One for all inputs, as one serves all frames of a job. */
    private static final FrameDecoder DECODER = new FrameDecoder(INPUT, PLAIN, LIMITS, null);

    private final float[] output = new float[INPUT.length()];

    @FuzzTest(maxDuration = "60s")
    void decodesOrRejects(byte[] payload) {
        Frame frame = new Frame(new FrameId("frames", 0, 0), "gate", 0, null, payload);
        try {
            DECODER.decode(frame, output, 0);
        } catch (UndecodableFrameException expected) {
            if (expected.getMessage() == null || expected.getMessage().isBlank()) {
                throw new AssertionError("rejected as " + expected.reason() + " without a message");
            }
        }
    }
}
