package io.psconv.operator.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.operator.record.ModelIdentity;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WarmUpTest {
    @ParameterizedTest
    @CsvSource({
        // Milliseconds that passes take, the last one from then on.
        "50, 3",
        "500 300 200 100, 5",
        "400 300 290, 3",
        "400 200 190 100, 3",
        "10, 10",
        "10 5 4, 24",
        "4800, 1",
        "1500 600, 2",
        "900 800, 3",
    })
    void runsUntilAPassIsNoFasterButForTwoSecondsAtMost(String millis, int passes) {
        Passes model = new Passes(millis);

        new WarmUp(model::nanos).run(model);

        assertThat(model.passes).isEqualTo(passes);
    }

    @Test
    void runsOnceMoreForEveryFurtherUser() {
        Passes model = new Passes("50");
        WarmUp warmUp = new WarmUp(model::nanos);
        warmUp.run(model);

        warmUp.run(model);

        assertThat(model.passes).isEqualTo(4);
    }

    @Test
    void beginsAnewAfterAFailure() {
        Passes model = new Passes("50");
        WarmUp warmUp = new WarmUp(model::nanos);
        assertThatThrownBy(
                        () ->
                                warmUp.run(
                                        () -> {
                                            throw new IllegalStateException("no memory");
                                        }))
                .hasMessage("no memory");

        warmUp.run(model);

        assertThat(model.passes).isEqualTo(3);
    }

    @Test
    void knowsModelsByWhatTheyAreAndByTheirLargestBatch() {
        Passes model = new Passes("1");
        ModelIdentity one = new ModelIdentity("one", 1, "digest of one", "dense", "jvm");
        ModelIdentity other = new ModelIdentity("other", 1, "digest of other", "dense", "jvm");
        WarmUp.run(one, 8, model);
        int passes = model.passes;

        WarmUp.run(one, 8, model);
        assertThat(model.passes).isEqualTo(passes + 1);

        WarmUp.run(one, 16, model);
        assertThat(model.passes).isGreaterThanOrEqualTo(passes + 4);
        passes = model.passes;

        WarmUp.run(other, 8, model);
        assertThat(model.passes).isGreaterThanOrEqualTo(passes + 3);
    }

    /** A model that takes so long, and the clock that tells it. */
    private static final class Passes implements Runnable {
        private final String[] millis;
        private int passes;
        private long nanos = Long.MAX_VALUE - 1;

        private Passes(String millis) {
            this.millis = millis.split(" ");
        }

        @Override
        public void run() {
            String taken = millis[Math.min(passes, millis.length - 1)];
            nanos += TimeUnit.MILLISECONDS.toNanos(Long.parseLong(taken));
            passes++;
        }

        private long nanos() {
            return nanos;
        }
    }
}
