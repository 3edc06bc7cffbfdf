package io.psconv.bench.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.psconv.bench.engine.BenchReport.Row;
import io.psconv.bench.engine.Contestant.Measurement;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.pattern.Variant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BenchRowsTest {
    private static final BenchNetwork NETWORK =
            BenchNetwork.of("resnet18", new FeatureShape(3, 32, 32), 10);
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

    private final List<Row> rows =
            BenchRows.of(NETWORK, ALL, Map.of(2, List.of(200.0, 300.0, 200.0)));

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
                        List.of(FAST, measured("onnxruntime", "fp32", null, "dense", 8)),
                        Map.of());

        assertThat(some).hasSize(1);
        assertThat(some.get(0).ratioToOnnxRuntime()).isNull();
        assertThat(some.get(0).shareOfCeiling()).isNull();
    }

    @Test
    void comparesEachNumberOfThreadsWithItsOwn() {
        List<Row> some =
                BenchRows.of(
                        NETWORK,
                        List.of(
                                FAST,
                                measured(1, "jvm", "PSD1_P16_B16", 1, 200, 150, 200),
                                measured(1, "jvm", "PSD1_P16_B16", 8, 190, 100, 190),
                                measured(1, "onnxruntime", "dense", 1, 50, 50, 50),
                                measured(2, "onnxruntime", "dense", 1, 100, 50, 50)),
                        Map.of(1, List.of(100.0, 100.0, 100.0)));

        // 400/100, 300/50, 600/50 and 400/200, 300/150, 600/200.
        assertThat(some.get(0).ratioToOnnxRuntime()).isEqualTo(new Spread(6, 4, 12));
        assertThat(some.get(0).ratioToOneThread()).isEqualTo(new Spread(2, 2, 3));
        assertThat(some.get(0).shareOfCeiling()).isNull();
        // 200/50, 150/50, 200/50.
        assertThat(some.get(1).ratioToOnnxRuntime()).isEqualTo(new Spread(4, 3, 4));
        assertThat(some.get(1).ratioToOneThread()).isNull();
        assertThat(some.get(1).shareOfCeiling()).isNotNull();
        assertThat(some.get(4).ratioToOneThread()).isEqualTo(new Spread(1, 1, 2));
        assertThat(some).extracting(Row::best).containsExactly(true, true, false, true, true);
    }

    @Test
    void hasNoOneThreadWhereThatWasNotMeasured() {
        assertThat(rows).allMatch(row -> row.ratioToOneThread() == null);
    }

    private static Measurement measured(
            String engine,
            String precision,
            @Nullable String layout,
            String variant,
            int batch,
            double... imagesPerSecond) {
        return measured(
                new Subject(engine, precision, 2, Variant.of(variant)),
                layout,
                batch,
                imagesPerSecond);
    }

    private static Measurement measured(
            int threads, String engine, String variant, int batch, double... imagesPerSecond) {
        return measured(
                new Subject(engine, "fp32", threads, Variant.of(variant)),
                null,
                batch,
                imagesPerSecond);
    }

    private static Measurement measured(
            Subject subject, @Nullable String layout, int batch, double... imagesPerSecond) {
        return new Measurement(
                new Subject.AtBatch(subject, layout, batch),
                java.util.Arrays.stream(imagesPerSecond).boxed().toList(),
                1,
                null);
    }
}
