package io.psconv.tests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.model.format.Normalisation;
import io.psconv.model.network.FeatureShape;
import io.psconv.operator.decode.DecodeLimits;
import io.psconv.operator.decode.FrameDecoder;
import io.psconv.operator.decode.UndecodableFrameException;
import io.psconv.operator.record.Frame;
import io.psconv.operator.record.FrameId;
import io.psconv.operator.record.RejectionReason;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Hostile frames decode or are rejected for a reason, in little time, and leave nothing behind. */
class HostileFramesTest {
    private static final FeatureShape INPUT = new FeatureShape(3, 32, 32);
    private static final Normalisation PLAIN =
            new Normalisation(List.of(0f, 0f, 0f), List.of(1f, 1f, 1f));

    /** What decoding all pixels that are allowed may take, many times over. */
    private static final double MOST_CPU_SECONDS = 3;

    private static final int ROUNDS = 3;
    private static final long MOST_GROWTH = 4L << 20;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final float[] output = new float[INPUT.length()];

    @Test
    void everyFrameIsDecodedOrRejectedForAReasonInLittleTime() {
        long seed = System.nanoTime();
        List<HostileFrame> corpus = HostileFrames.of(seed);
        Set<RejectionReason> seen = new TreeSet<>();
        int decoded = 0;

        try (FrameDecoder decoder = decoder()) {
            for (HostileFrame frame : corpus) {
                long start = threads.getCurrentThreadCpuTime();
                @Nullable RejectionReason result = resultOf(decoder, frame, seed);
                double seconds = (threads.getCurrentThreadCpuTime() - start) / 1e9;

                assertThat(frame.allows(result))
                        .as("result %s of %s, seed %d", result, frame, seed)
                        .isTrue();
                assertThat(seconds)
                        .as("processor time of %s, seed %d", frame, seed)
                        .isLessThan(MOST_CPU_SECONDS);
                if (result == null) {
                    decoded++;
                } else {
                    seen.add(result);
                }
            }
        }

        assertThat(corpus).hasSizeGreaterThan(1000);
        assertThat(decoded).as("decoded, seed %d", seed).isGreaterThan(50);
        assertThat(seen)
                .as("reasons given, seed %d", seed)
                .containsExactlyInAnyOrder(
                        RejectionReason.EMPTY,
                        RejectionReason.UNKNOWN_FORMAT,
                        RejectionReason.TOO_MANY_PIXELS,
                        RejectionReason.TOO_MANY_SCANS,
                        RejectionReason.TOO_MANY_BYTES,
                        RejectionReason.CORRUPT_IMAGE,
                        RejectionReason.BAD_RAW_SHAPE);
    }

    @Test
    void leavesTheHeapAsItWas() {
        long seed = System.nanoTime();
        List<HostileFrame> corpus = HostileFrames.of(seed);

        try (FrameDecoder decoder = decoder()) {
            decodeAll(decoder, corpus, seed);
            long before = usedHeap();
            for (int round = 0; round < ROUNDS; round++) {
                decodeAll(decoder, corpus, seed);
            }

            assertThat(usedHeap() - before)
                    .as("growth of used heap, seed %d", seed)
                    .isLessThan(MOST_GROWTH);
        }
    }

    private void decodeAll(FrameDecoder decoder, List<HostileFrame> corpus, long seed) {
        for (HostileFrame frame : corpus) {
            resultOf(decoder, frame, seed);
        }
    }

    /** The reason of a rejection, or null if the frame was decoded. */
    private @Nullable RejectionReason resultOf(
            FrameDecoder decoder, HostileFrame hostile, long seed) {
        Frame frame =
                new Frame(
                        new FrameId("frames", 0, 0),
                        "gate",
                        0,
                        hostile.contentType(),
                        hostile.payload());
        try {
            decoder.decode(frame, output, 0);
            return null;
        } catch (UndecodableFrameException rejected) {
            assertThat(rejected.getMessage()).isNotBlank();
            return rejected.reason();
        } catch (RuntimeException | Error escaped) {
            throw new AssertionError("seed " + seed + ": " + hostile, escaped);
        }
    }

    private static FrameDecoder decoder() {
        return new FrameDecoder(
                INPUT, PLAIN, new DecodeLimits(HostileFrames.MAX_PIXELS, 11 << 20), null);
    }

    private static long usedHeap() {
        long used = Long.MAX_VALUE;
        // One collection may leave what only finalization or a reference handler lets go of.
        for (int run = 0; run < 3; run++) {
            System.gc();
            used =
                    Math.min(
                            used,
                            ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return used;
    }
}
