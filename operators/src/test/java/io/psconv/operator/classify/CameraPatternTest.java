package io.psconv.operator.classify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class CameraPatternTest {
    @Test
    void takesAStarForAnyCharacters() {
        assertThat(CameraPattern.matches("*", "")).isTrue();
        assertThat(CameraPattern.matches("gate-*", "gate-")).isTrue();
        assertThat(CameraPattern.matches("gate-*", "gate-7")).isTrue();
        assertThat(CameraPattern.matches("gate-*", "yard-gate-7")).isFalse();
        assertThat(CameraPattern.matches("*.yard", "a.b.yard")).isTrue();
        assertThat(CameraPattern.matches("gate?", "gate7")).isFalse();
    }

    @Test
    void agreesWithARegularExpression() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            String pattern = text(random, "ab*", 6);
            String camera = text(random, "ab", 8);
            boolean expected = Pattern.matches(pattern.replace("*", ".*"), camera);
            assertThat(CameraPattern.matches(pattern, camera))
                    .as("'%s' and '%s', seed %d", pattern, camera, seed)
                    .isEqualTo(expected);
        }
    }

    private static String text(Random random, String letters, int longest) {
        StringBuilder text = new StringBuilder();
        for (int left = random.nextInt(longest + 1); left > 0; left--) {
            text.append(letters.charAt(random.nextInt(letters.length())));
        }
        return text.toString();
    }
}
