package io.psconv.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.psconv.bench.pipeline.AnswerTail.Seen;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

class LoadPointTest {
    private static final long START = 1_780_000_000_000L;

    /** A server of a fixed rate behind arrivals of another: the queue's own arithmetic. */
    @Test
    void lagIsTheShareThatTheSystemCannotTake() {
        for (double load : new double[] {0.5, 0.9, 1.0, 1.05, 1.5}) {
            List<Seen> answers = served(4_000, 1000, 1000 / load, 0, new Random(1));

            assertThat(LoadPoint.lag(answers, START + 1000))
                    .as("load %s", load)
                    .isCloseTo(Math.max(0, load - 1), within(0.005));
        }
    }

    @Test
    void aSlowMomentIsNoLag(TestReporter reporter) {
        long seed = new Random().nextLong();
        reporter.publishEntry("seed", Long.toString(seed));
        List<Seen> answers = served(4_000, 1000, 1500, 30, new Random(seed));

        assertThat(LoadPoint.lag(answers, START)).as("seed %d", seed).isLessThan(0.02);
    }

    @Test
    void leavesOutFramesThatWereDueBefore() {
        List<Seen> answers =
                List.of(
                        new Seen("a", START, START + 900, null),
                        new Seen("b", START + 100, START + 150, null),
                        new Seen("c", START + 200, START + 250, null));

        assertThat(LoadPoint.latencies(answers, START + 100).getMaxValue()).isEqualTo(50);
        assertThat(LoadPoint.lag(answers, START + 100)).isZero();
        assertThat(LoadPoint.lag(answers, START + 200)).isZero();
    }

    /**
     * Answers of a first-in-first-out server.
     *
     * @param jitterMillis up to which an answer is seen later
     */
    private static List<Seen> served(
            int frames,
            double arrivalsPerSecond,
            double servedPerSecond,
            int jitterMillis,
            Random random) {
        double[] free = {0};
        return IntStream.range(0, frames)
                .mapToObj(
                        frame -> {
                            double due = frame * 1000 / arrivalsPerSecond;
                            free[0] = Math.max(free[0], due) + 1000 / servedPerSecond;
                            return new Seen(
                                    "frames-0@" + frame,
                                    START + Math.round(due),
                                    START
                                            + Math.round(free[0])
                                            + (jitterMillis == 0
                                                    ? 0
                                                    : random.nextInt(jitterMillis)),
                                    null);
                        })
                .toList();
    }
}
