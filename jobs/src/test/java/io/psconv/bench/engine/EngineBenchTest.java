package io.psconv.bench.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.psconv.bench.engine.BenchReport.Row;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.pattern.Variant;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EngineBenchTest {
    private static final int ENTRANTS = 3;

    private final BenchPlan plan =
            new BenchPlan(
                    List.of(BenchNetwork.of("resnet20", new FeatureShape(3, 32, 32), 10)),
                    List.of(Variant.of("PS1_P9"), Variant.of("pSC1")),
                    Set.of("jvm", "djl-pytorch"),
                    List.of(1),
                    List.of(1),
                    3,
                    Duration.ofMillis(2),
                    Duration.ofMillis(2));
    private final AtomicInteger done = new AtomicInteger();

    @Test
    void stepsAreWarmUpsAndSlices() {
        try (EngineBench bench = new EngineBench(plan)) {
            BenchReport report = bench.run(() -> false, done::incrementAndGet);

            assertThat(report.complete()).isTrue();
            assertThat(report.rows()).hasSize(2).allMatch(row -> row.rounds().size() == 3);
            assertThat(report.skipped())
                    .singleElement()
                    .satisfies(
                            skipped -> {
                                assertThat(skipped.what()).isEqualTo("djl-pytorch");
                                assertThat(skipped.reason())
                                        .contains("its library is not on the class path; add");
                            });
            assertThat(done).hasValue(4 * ENTRANTS);
            assertThat(bench.steps()).isEqualTo(4 * ENTRANTS);
            assertThat(bench.estimate())
                    .isEqualTo(Duration.ofMillis(ENTRANTS * (2 + 3 * (2 + 10))));
        }
    }

    @Test
    void threadsTakeTurns() {
        BenchPlan both =
                new BenchPlan(
                        plan.networks(),
                        List.of(Variant.of("PS1_P9")),
                        Set.of("jvm"),
                        List.of(2, 1),
                        List.of(1, 2),
                        3,
                        Duration.ofMillis(2),
                        Duration.ofMillis(2));
        try (EngineBench bench = new EngineBench(both)) {
            BenchReport report = bench.run(() -> false, done::incrementAndGet);

            assertThat(done).hasValue(4 * (2 * 2 + 2));
            assertThat(bench.steps()).isEqualTo(4 * (2 * 2 + 2));
            assertThat(report.rows())
                    .extracting(Row::threads, Row::batch)
                    .containsExactly(tuple(2, 1), tuple(2, 2), tuple(1, 1), tuple(1, 2));
            assertThat(report.rows())
                    .allMatch(row -> (row.ratioToOneThread() == null) == (row.threads() == 1));
            assertThat(report.ceilings()).containsOnlyKeys(1, 2);
            assertThat(report.table())
                    .contains("threads 2 and 1, 3 rounds")
                    .contains("ceiling of 1 thread ", "ceiling of 2 threads ");
        }
    }

    @Test
    void reportsWhatThereIsWhenStopped() {
        // Warm-ups, the first round, and one slice of the second.
        int steps = 2 * ENTRANTS + 1;
        try (EngineBench bench = new EngineBench(plan)) {
            BenchReport report = bench.run(() -> done.get() >= steps, done::incrementAndGet);

            assertThat(done).hasValue(steps);
            assertThat(report.complete()).isFalse();
            assertThat(report.rows()).extracting(row -> row.rounds().size()).contains(1, 2);
            assertThat(report.table()).contains("PS1_P9").contains("pSC1");
        }
    }

    @Test
    void stoppedAtOnceReportsNothing() {
        try (EngineBench bench = new EngineBench(plan)) {
            BenchReport report = bench.run(() -> true, done::incrementAndGet);

            assertThat(report.rows()).isEmpty();
            assertThat(report.ceilings()).isEmpty();
            assertThat(report.complete()).isFalse();
        }
    }
}
