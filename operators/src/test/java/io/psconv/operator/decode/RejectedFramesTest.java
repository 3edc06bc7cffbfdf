package io.psconv.operator.decode;

import static io.psconv.operator.decode.TestImages.bytes;
import static io.psconv.operator.decode.TestImages.frame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.psconv.operator.record.Frame;
import io.psconv.operator.record.RejectedFrame;
import io.psconv.operator.record.RejectionReason;
import org.junit.jupiter.api.Test;

class RejectedFramesTest {
    /** Of {@code printf abc | sha256sum} and {@code printf '' | sha256sum}. */
    private static final String DIGEST_OF_ABC =
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    private static final String DIGEST_OF_NOTHING =
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private final UndecodableFrameException fault =
            new UndecodableFrameException(RejectionReason.CORRUPT_IMAGE, "PNG ends early");

    @Test
    void keepsWhereTheFrameCameFromAndWhatWasWrong() {
        Frame frame = frame(bytes('a', 'b', 'c'));

        RejectedFrame rejected = new RejectedFrames(3).of(frame, fault);

        assertThat(rejected.frame()).isEqualTo(frame.id());
        assertThat(rejected.camera()).isEqualTo("gate");
        assertThat(rejected.timestampMillis()).isEqualTo(5);
        assertThat(rejected.reason()).isEqualTo(RejectionReason.CORRUPT_IMAGE);
        assertThat(rejected.message()).isEqualTo("PNG ends early");
        assertThat(rejected.payloadLength()).isEqualTo(3);
        assertThat(rejected.payloadDigest()).isEqualTo(DIGEST_OF_ABC);
        assertThat(rejected.payload()).isSameAs(frame.payload());
    }

    @Test
    void refersToLargerPayloadsByDigest() {
        RejectedFrame rejected = new RejectedFrames(2).of(frame(bytes('a', 'b', 'c')), fault);

        assertThat(rejected.payload()).isNull();
        assertThat(rejected.payloadLength()).isEqualTo(3);
        assertThat(rejected.payloadDigest()).isEqualTo(DIGEST_OF_ABC);
    }

    @Test
    void missingPayloadIsToldFromOneOfNoBytes() {
        RejectedFrames factory = new RejectedFrames(0);

        RejectedFrame missing = factory.of(frame(null), RejectionReason.EMPTY, "missing");
        RejectedFrame empty = factory.of(frame(new byte[0]), RejectionReason.EMPTY, "empty");

        assertThat(missing.payload()).isNull();
        assertThat(empty.payload()).isEmpty();
        assertThat(missing.payloadDigest()).isEqualTo(DIGEST_OF_NOTHING);
        assertThat(empty.payloadDigest()).isEqualTo(DIGEST_OF_NOTHING);
    }

    @Test
    void shortensLongMessages() {
        RejectedFrame rejected =
                new RejectedFrames(0).of(frame(null), RejectionReason.EMPTY, "x".repeat(10_000));

        assertThat(rejected.message()).hasSize(RejectedFrames.MAX_MESSAGE_LENGTH).endsWith("x…");
    }

    @Test
    void refusesNegativeMaximum() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RejectedFrames(-1))
                .withMessage("maximum of payload bytes was '-1' but it must be at least 0");
    }
}
