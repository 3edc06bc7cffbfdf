package io.psconv.operator.camera;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.operator.record.CameraClock;
import io.psconv.operator.record.FrameId;
import io.psconv.operator.record.Observation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OrderRuleTest {
    private static final Comparator<Observation> BY_CAPTURE =
            Comparator.comparingLong(Observation::timestampMillis)
                    .thenComparing(frame -> frame.frame().offset());

    private final List<Observation> released = new ArrayList<>();
    private final List<Observation> late = new ArrayList<>();

    @Test
    void withoutOutOfOrdernessNoFrameWaits() {
        CameraClock clock = run(rule(0, 10), times(5, 5, 7, 6, 8));

        assertThat(clock.held()).isEmpty();
        assertThat(released)
                .extracting(Observation::timestampMillis)
                .containsExactly(5L, 5L, 7L, 8L);
        assertThat(late).extracting(Observation::timestampMillis).containsExactly(6L);
    }

    @Test
    void aFrameWaitsUntilNoEarlierOneCanCome() {
        CameraClock clock = run(rule(10, 10), times(100, 109, 103, 110, 111));

        assertThat(released).extracting(Observation::timestampMillis).containsExactly(100L);
        assertThat(clock.held())
                .extracting(Observation::timestampMillis)
                .containsExactly(103L, 109L, 110L, 111L);
        assertThat(late).isEmpty();
    }

    @Test
    void aFrameAtTheWatermarkIsNotLateButOneBeforeItIs() {
        run(rule(10, 10), times(100, 120, 110, 109));

        assertThat(late).extracting(Observation::timestampMillis).containsExactly(109L);
        assertThat(released).extracting(Observation::timestampMillis).containsExactly(100L, 110L);
    }

    @Test
    void holdsNoMoreFramesThanAllowed() {
        CameraClock clock = run(rule(1000, 3), times(10, 40, 20, 30, 25, 5));

        assertThat(clock.held()).hasSize(3);
        assertThat(released).extracting(Observation::timestampMillis).containsExactly(10L, 20L);
        assertThat(late).extracting(Observation::timestampMillis).containsExactly(5L);
    }

    @Test
    void releasesAllAtOnceAndTakesNothingEarlierThen() {
        OrderRule rule = rule(1000, 10);
        CameraClock clock = run(rule, times(10, 40, 20));

        OrderRule.Step step = rule.release(clock);

        assertThat(step.released())
                .extracting(Observation::timestampMillis)
                .containsExactly(10L, 20L, 40L);
        assertThat(step.clock().held()).isEmpty();
        assertThat(step.clock().isLate(39)).isTrue();
        assertThat(step.clock().isLate(40)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0,1", "50,1", "50,7", "50,1000", "2000,1000", "2000,20"})
    void agreesWithSortingAnewAtEveryFrame(long outOfOrderness, int most) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<Observation> arriving = new ArrayList<>();
        long time = 1_000_000;
        for (int frame = 0; frame < 2000; frame++) {
            time += random.nextInt(20);
            long behind = random.nextInt(4) == 0 ? random.nextInt(120) : 0;
            arriving.add(Observations.of(frame, time - behind, 0.5f));
        }

        CameraClock clock = run(rule(outOfOrderness, most), arriving);

        Naive naive = new Naive(outOfOrderness, most);
        arriving.forEach(naive::take);
        assertThat(released).as("seed %d", seed).isEqualTo(naive.released);
        assertThat(late).as("seed %d", seed).isEqualTo(naive.late);
        assertThat(clock.held()).as("seed %d", seed).isEqualTo(naive.held);
    }

    @Test
    void anyOrderWithinTheBoundComesOutSorted() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<Observation> sorted = new ArrayList<>();
        for (int frame = 0; frame < 1000; frame++) {
            sorted.add(Observations.of(frame, 40L * frame, 0.5f));
        }
        // Each arrives up to 500 ms after its capture.
        List<Observation> arriving = new ArrayList<>(sorted);
        long[] arrival = new long[sorted.size()];
        for (int frame = 0; frame < arrival.length; frame++) {
            arrival[frame] = 40L * frame + random.nextInt(500);
        }
        arriving.sort(Comparator.comparingLong(frame -> arrival[(int) frame.frame().offset()]));
        OrderRule rule = rule(500, 1000);

        CameraClock clock = run(rule, arriving);
        released.addAll(rule.release(clock).released());

        assertThat(arriving).isNotEqualTo(sorted);
        assertThat(late).as("seed %d", seed).isEmpty();
        assertThat(released).as("seed %d", seed).isEqualTo(sorted);
    }

    @Test
    void framesOfOneTimeAreInOrderOfTheirIdentity() {
        Observation one = at("frames", 1, 9);
        Observation two = at("frames", 2, 3);
        Observation three = at("frames", 2, 4);
        Observation four = at("other", 0, 0);
        OrderRule rule = rule(10, 10);

        CameraClock clock = run(rule, List.of(four, three, one, two));

        assertThat(clock.held()).containsExactly(one, two, three, four);
    }

    @Test
    void theEarliestTimesDoNotOverflow() {
        CameraClock clock = run(rule(10, 10), times(Long.MIN_VALUE, Long.MIN_VALUE + 3));

        assertThat(clock.watermarkMillis()).isEqualTo(Long.MIN_VALUE);
        assertThat(late).isEmpty();
    }

    private static Observation at(String topic, int partition, long offset) {
        Observation any = Observations.of(0, 5, 0.5f);
        return new Observation(
                new FrameId(topic, partition, offset),
                any.timestampMillis(),
                any.label(),
                any.scores(),
                any.confidence(),
                any.imageHash(),
                any.model());
    }

    private CameraClock run(OrderRule rule, List<Observation> frames) {
        CameraClock clock = CameraClock.UNSET;
        for (Observation frame : frames) {
            if (clock.isLate(frame.timestampMillis())) {
                late.add(frame);
                clock = rule.late(clock);
            } else {
                OrderRule.Step step = rule.take(clock, frame);
                released.addAll(step.released());
                clock = step.clock();
            }
        }
        return clock;
    }

    private static OrderRule rule(long outOfOrdernessMillis, int most) {
        return new OrderRule(Duration.ofMillis(outOfOrdernessMillis), most, 0);
    }

    private static List<Observation> times(long... times) {
        List<Observation> frames = new ArrayList<>();
        for (int offset = 0; offset < times.length; offset++) {
            frames.add(Observations.of(offset, times[offset], 0.5f));
        }
        return frames;
    }

    /** Works the watermark out of all frames, and sorts all that wait, each time. */
    private static final class Naive {
        private final long outOfOrderness;
        private final int most;
        private final List<Observation> held = new ArrayList<>();
        private final List<Observation> released = new ArrayList<>();
        private final List<Observation> late = new ArrayList<>();
        private final List<Observation> taken = new ArrayList<>();
        private long forced = Long.MIN_VALUE;

        Naive(long outOfOrderness, int most) {
            this.outOfOrderness = outOfOrderness;
            this.most = most;
        }

        void take(Observation frame) {
            if (!taken.isEmpty() && frame.timestampMillis() < watermark()) {
                late.add(frame);
                return;
            }
            taken.add(frame);
            held.add(frame);
            held.sort(BY_CAPTURE);
            while (held.size() > most) {
                Observation first = held.remove(0);
                forced = Math.max(forced, first.timestampMillis());
                released.add(first);
            }
            while (!held.isEmpty() && held.get(0).timestampMillis() <= watermark()) {
                released.add(held.remove(0));
            }
        }

        private long watermark() {
            long newest =
                    taken.stream().mapToLong(Observation::timestampMillis).max().orElseThrow();
            return Math.max(forced, newest - outOfOrderness);
        }
    }
}
