package io.psconv.operator.camera;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.operator.record.CameraEventDetails.Stillness;
import io.psconv.operator.record.CameraPicture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StillnessRuleTest {
    @Test
    void needsSoManyFramesAndSoLong() {
        assertThat(frozen(3, 0, 7, 7, 7)).containsExactly(false, false, true);
        assertThat(frozen(2, 250, 7, 7, 7, 7)).containsExactly(false, false, false, true);
        assertThat(frozen(4, 0, 7, 7, 8, 7, 7, 7)).doesNotContain(true);
    }

    @Test
    void moves() {
        assertThat(frozen(2, 0, 7, 7, 7, 8, 8)).containsExactly(false, true, true, false, true);
    }

    @Test
    void aFrameWithoutHashSaysNothing() {
        assertThat(frozen(3, 0, 7, 7, 0, 7)).containsExactly(false, false, false, true);
        assertThat(frozen(2, 0, 0, 0, 0)).doesNotContain(true);
    }

    @Test
    void zeroFramesMeansNever() {
        assertThat(frozen(0, 0, 7, 7, 7)).doesNotContain(true);
    }

    @Test
    void saysHowOftenAndSinceWhen() {
        StillnessRule rule = new StillnessRule(2, Duration.ZERO);
        CameraPicture picture = CameraPicture.UNKNOWN;
        for (int frame = 0; frame < 4; frame++) {
            picture = rule.next(picture, Observations.pictured(frame, 100 + 10L * frame, 7));
        }

        assertThat(StillnessRule.details(picture)).isEqualTo(new Stillness(7, 4, 100));
    }

    @Test
    void countsTheTimeAnewWhereTheClockWasSetBack() {
        StillnessRule rule = new StillnessRule(2, Duration.ofMillis(50));
        CameraPicture picture = CameraPicture.UNKNOWN;
        picture = rule.next(picture, Observations.pictured(0, 100_000, 7));
        picture = rule.next(picture, Observations.pictured(1, 1000, 7));
        assertThat(picture.frozen()).isFalse();

        picture = rule.next(picture, Observations.pictured(2, 1050, 7));

        assertThat(picture.frozen()).isTrue();
        assertThat(picture.sinceMillis()).isEqualTo(1000);
    }

    @Test
    void agreesWithLookingBackAtAllFrames() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        long[] hashes = new long[3000];
        for (int frame = 1; frame < hashes.length; frame++) {
            hashes[frame] = random.nextInt(6) == 0 ? 1 + random.nextInt(3) : hashes[frame - 1];
        }
        hashes[0] = 1;
        for (int frame = 1; frame < hashes.length && hashes[frame] == 0; frame++) {
            hashes[frame] = 1;
        }

        List<Boolean> expected = new ArrayList<>();
        for (int frame = 0; frame < hashes.length; frame++) {
            int first = frame;
            while (first > 0 && hashes[first - 1] == hashes[frame]) {
                first--;
            }
            expected.add(frame - first + 1 >= 5 && 100L * (frame - first) >= 700);
        }

        assertThat(frozen(5, 700, hashes)).as("seed %d", seed).isEqualTo(expected).contains(true);
    }

    @Test
    void refusesOneFrame() {
        assertThatThrownBy(() -> new StillnessRule(1, Duration.ZERO))
                .hasMessage(
                        "camera.frozen.frames was '1' but it must be at least 2, or 0 for never");
    }

    /** Frames are 100 ms apart. */
    private static List<Boolean> frozen(int frames, long millis, long... hashes) {
        StillnessRule rule = new StillnessRule(frames, Duration.ofMillis(millis));
        List<Boolean> frozen = new ArrayList<>();
        CameraPicture picture = CameraPicture.UNKNOWN;
        for (int frame = 0; frame < hashes.length; frame++) {
            picture = rule.next(picture, Observations.pictured(frame, 100L * frame, hashes[frame]));
            frozen.add(picture.frozen());
        }
        return frozen;
    }
}
