package io.psconv.bench.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.psconv.bench.engine.BenchNetwork;
import io.psconv.bench.engine.Spread;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.network.Network;
import io.psconv.model.pattern.Variant;
import io.psconv.model.training.DifferentiableNetwork;
import io.psconv.model.training.TrainingEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingBenchTest {
    private static final int CANDIDATES = 3;
    private static final int ROUNDS = 3;

    private final List<String> trained = new ArrayList<>();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger mostOpen = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private final TrainingBenchPlan plan = plan(List.of("PS1_P9", "PSD1_P16"), 16);

    @Test
    void peerRunsOnceForAllVariants() {
        TrainingBench bench = new TrainingBench(plan, StandIn::new);
        TrainingBenchReport report = bench.run(() -> false, done::incrementAndGet);

        assertThat(report.complete()).isTrue();
        assertThat(report.rows())
                .extracting(row -> row.engine() + " " + row.variant())
                .containsExactly("jvm PS1_P9", "jvm PSD1_P16", "djl-pytorch dense");
        assertThat(ratio(report.rows().get(2))).isEqualTo(new Spread(1, 1, 1));
        assertThat(done).hasValue((ROUNDS + 1) * CANDIDATES);
        assertThat(bench.turns()).isEqualTo((ROUNDS + 1) * CANDIDATES);
        assertThat(mostOpen).hasValue(1);
        assertThat(open).hasValue(0);
        // Warm-ups in order, then rounds that begin with another one each.
        assertThat(trained)
                .containsExactly(
                        "jvm PS1_P9",
                        "jvm PSD1_P16",
                        "djl-pytorch dense",
                        "jvm PS1_P9",
                        "jvm PSD1_P16",
                        "djl-pytorch dense",
                        "jvm PSD1_P16",
                        "djl-pytorch dense",
                        "jvm PS1_P9",
                        "djl-pytorch dense",
                        "jvm PS1_P9",
                        "jvm PSD1_P16");
    }

    @Test
    void ratiosAreWithinARound() {
        TrainingBenchReport report =
                new TrainingBench(plan, StandIn::new).run(() -> false, done::incrementAndGet);

        for (TrainingBenchReport.Row row : report.rows()) {
            assertThat(row.imagesPerSecond().median())
                    .isPositive()
                    .isBetween(row.imagesPerSecond().min(), row.imagesPerSecond().max());
            Spread ratio = ratio(row);
            assertThat(ratio.median()).isBetween(ratio.min(), ratio.max());
        }
    }

    @Test
    void writesOneObjectForEachRow(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("training.json");
        TrainingBenchReport report =
                new TrainingBench(plan, StandIn::new).run(() -> false, done::incrementAndGet);

        report.write(file);

        JsonNode json = new ObjectMapper().readTree(file.toFile());
        JsonNode row = json.get("rows").get(0);
        assertThat(row.fieldNames())
                .toIterable()
                .containsExactly(
                        "engine",
                        "network",
                        "variant",
                        "threads",
                        "batch",
                        "imagesPerSecond",
                        "imagesPerSecondMin",
                        "imagesPerSecondMax",
                        "ratioToDjl",
                        "ratioToDjlMin",
                        "ratioToDjlMax");
        assertThat(row.get("network").asText()).isEqualTo("resnet20");
        assertThat(row.get("threads").asInt()).isEqualTo(2);
        assertThat(row.get("batch").asInt()).isEqualTo(16);
        assertThat(json.get("engines").get(0).asText()).isEqualTo("jvm: stand-in");
        assertThat(report.table())
                .contains("engine", "images/s [min–max]", "PSD1_P16", "jvm: stand-in");
    }

    @Test
    void leavesOutWhatAnEngineRefuses() {
        TrainingBenchReport report =
                new TrainingBench(plan(List.of("PSD1_P16"), 7), StandIn::new)
                        .run(() -> false, done::incrementAndGet);

        assertThat(report.rows()).isEmpty();
        assertThat(report.skipped())
                .extracting(skipped -> skipped.what() + ": " + skipped.reason())
                .containsExactly(
                        "resnet20 jvm PSD1_P16: batch was '7'",
                        "resnet20 djl-pytorch dense: batch was '7'");
    }

    @Test
    void comparesWithNothingWhereThePeerIsAbsent() {
        TrainingBenchReport report =
                new TrainingBench(
                                plan,
                                name -> {
                                    if (name.equals(TrainingBench.PEER)) {
                                        throw new IllegalStateException("add its jar");
                                    }
                                    return new StandIn(name);
                                })
                        .run(() -> false, done::incrementAndGet);

        assertThat(report.rows()).hasSize(2).allMatch(row -> row.ratioToDjl() == null);
        assertThat(report.skipped())
                .singleElement()
                .satisfies(skipped -> assertThat(skipped.reason()).isEqualTo("add its jar"));
    }

    @Test
    void reportsWhatThereIsWhenStopped() {
        int turns = 2 * CANDIDATES + 1;
        TrainingBenchReport report =
                new TrainingBench(plan, StandIn::new)
                        .run(() -> done.get() >= turns, done::incrementAndGet);

        assertThat(done).hasValue(turns);
        assertThat(report.complete()).isFalse();
        assertThat(report.rows()).hasSize(CANDIDATES);
    }

    @Test
    void refusesNoRounds() {
        assertThatThrownBy(
                        () ->
                                new TrainingBenchPlan(
                                        plan.networks(),
                                        plan.variants(),
                                        plan.engines(),
                                        1,
                                        16,
                                        0,
                                        1,
                                        1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("rounds was '0' but it must be between 1 and 10000");
    }

    private static Spread ratio(TrainingBenchReport.Row row) {
        return Objects.requireNonNull(row.ratioToDjl());
    }

    private static TrainingBenchPlan plan(List<String> variants, int batch) {
        return new TrainingBenchPlan(
                List.of(BenchNetwork.of("resnet20", new FeatureShape(3, 32, 32), 10)),
                variants.stream().map(Variant::of).toList(),
                List.of("jvm", TrainingBench.PEER),
                2,
                batch,
                ROUNDS,
                2,
                1);
    }

    /** Learns nothing, but says which network it was given. */
    private final class StandIn implements TrainingEngine {
        private final String name;

        StandIn(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public String description() {
            return "stand-in";
        }

        @Override
        public int batchMultiple() {
            return 16;
        }

        @Override
        public DifferentiableNetwork open(CompressedModel start, int batch, int threads) {
            if (batch % batchMultiple() != 0) {
                throw new IllegalArgumentException("batch was '" + batch + "'");
            }
            trained.add(name + " " + start.variant());
            mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
            float[] logits = new float[batch * start.network().classes()];
            return new DifferentiableNetwork() {
                @Override
                public Network network() {
                    return start.network();
                }

                @Override
                public Map<String, float[]> tensors() {
                    return start.tensors();
                }

                @Override
                public float[] forward(float[] input) {
                    return logits;
                }

                @Override
                public Map<String, float[]> backward(float[] upstream) {
                    return Map.of();
                }

                @Override
                public void close() {
                    open.decrementAndGet();
                }
            };
        }
    }
}
