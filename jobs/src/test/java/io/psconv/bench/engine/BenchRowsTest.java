package io.psconv.bench.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.psconv.bench.engine.BenchReport.Row;
import io.psconv.bench.engine.Contestant.Measurement;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.pattern.Variant;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BenchRowsTest {
    private static final BenchNetwork NETWORK =
            BenchNetwork.of("resnet18", new FeatureShape(3, 32, 32), 10);
    private static final BenchPlan PLAN =
            new BenchPlan(
                    List.of(NETWORK),
                    List.of(Variant.of("PSD1_P16_B16")),
                    Set.of("jvm"),
                    2,
                    List.of(1, 8),
                    3,
                    Duration.ofMillis(1),
                    Duration.ofMillis(1));
    private static final Measurement SLOW =
            measured("jvm", "fp32", null, "PSD1_P16_B16", 1, 100, 110, 120);
    private static final Measurement FAST =
            measured("jvm", "fp32", null, "PSD1_P16_B16", 8, 400, 300, 600);
    private static final List<Measurement> ALL =
            List.of(
                    SLOW,
                    FAST,
                    measured("onnxruntime", "fp32", null, "dense", 1, 50, 50, 50),
                    measured("onnxruntime", "fp32", null, "dense", 8, 200, 100, 100),
                    measured("onednn", "fp32", "any", "dense", 8, 100, 100, 100),
                    measured("onednn", "fp32", "nhwc", "dense", 8, 200, 300, 200),
                    measured("onednn", "int8", "nhwc", "dense", 8, 900, 900, 900));

    private final List<Row> rows = BenchRows.of(NETWORK, PLAN, ALL, List.of(200.0, 300.0, 200.0));

    @Test
    void takesEachPeerAtItsBestBatchAndLayout() {
        Row row = rows.get(1);

        assertThat(row.imagesPerSecond()).isEqualTo(new Spread(400, 300, 600));
        // 400/200, 300/100, 600/100 and 400/200, 300/300, 600/200.
        assertThat(row.ratioToOnnxRuntime()).isEqualTo(new Spread(3, 2, 6));
        assertThat(row.ratioToOneDnn()).isEqualTo(new Spread(2, 1, 3));
        assertThat(rows.get(0).ratioToOnnxRuntime()).isEqualTo(new Spread(1.1, 0.5, 1.2));
    }

    @Test
    void marksTheBestOfEachEnginePrecisionAndVariant() {
        assertThat(rows)
                .extracting(Row::best)
                .containsExactly(false, true, false, true, false, true, true);
    }

    @Test
    void countsUnpaddedWorkAgainstTheCeiling() {
        // 481,906,688 multiply-accumulates inside the image over 5.52: see NetworkCostTest.
        Row dense = rows.get(3);

        Spread share = java.util.Objects.requireNonNull(dense.shareOfCeiling());
        assertThat(share.max()).isCloseTo(2 * 0.4819 * 200 / 200, within(0.001));
        assertThat(share.median()).isCloseTo(2 * 0.4819 * 100 / 200, within(0.001));
        assertThat(share.min()).isCloseTo(2 * 0.4819 * 100 / 300, within(0.001));
    }

    @Test
    void holdsOtherPrecisionsAgainstNoFp32Ceiling() {
        assertThat(rows.get(6).shareOfCeiling()).isNull();
        assertThat(rows.get(6).ratioToOneDnn()).isEqualTo(new Spread(4.5, 3, 4.5));
    }

    @Test
    void statesVariantBlockAndMacRatios() {
        Row row = rows.get(1);

        assertThat(row.variant()).isEqualTo("PSD1_P16_B16");
        assertThat(row.block()).isEqualTo(16);
        assertThat(row.threads()).isEqualTo(2);
        assertThat(row.macRatio()).isCloseTo(5.59, within(0.01));
        assertThat(row.unpaddedMacRatio()).isCloseTo(5.52, within(0.01));
        assertThat(rows.get(2).block()).isEqualTo(1);
        assertThat(rows.get(2).macRatio()).isEqualTo(1);
    }

    @Test
    void leavesOutWhatWasNotMeasured() {
        List<Row> some =
                BenchRows.of(
                        NETWORK,
                        PLAN,
                        List.of(FAST, measured("onnxruntime", "fp32", null, "dense", 8)),
                        List.of());

        assertThat(some).hasSize(1);
        assertThat(some.get(0).ratioToOnnxRuntime()).isNull();
        assertThat(some.get(0).shareOfCeiling()).isNull();
    }

    private static Measurement measured(
            String engine,
            String precision,
            @Nullable String layout,
            String variant,
            int batch,
            double... imagesPerSecond) {
        Subject subject = new Subject(engine, precision, Variant.of(variant));
        return new Measurement(
                new Subject.AtBatch(subject, layout, batch),
                java.util.Arrays.stream(imagesPerSecond).boxed().toList(),
                1,
                null);
    }
}
