package io.psconv.bench.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.bench.engine.BenchReport.Row;
import io.psconv.bench.engine.Spread;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpeedGoalsTest {
    private static final List<Row> ROWS =
            List.of(
                    row("cuda", "fp16", "PSD1_P16", 1, 2_000, 5),
                    row("cuda", "fp16", "PSD1_P16", 256, 120_000, 5),
                    row("cuda", "fp16", "dense", 256, 19_500, 1),
                    row("cuda", "fp32", "dense", 256, 9_000, 1),
                    row("cuda", "fp32", "PS1_P9", 8, 4_000, 8),
                    row("torch-cuda", "fp16", "dense", 256, 20_000, 1),
                    row("torch-cuda", "fp16", "dense", 1, 1_000, 1),
                    row("torch-cuda", "fp32", "dense", 256, 10_000, 1),
                    row("vgg16", "cuda", "fp16", "PS1_P9", 256, 50_000, 8, 60_000.0),
                    row("vgg16", "torch-cuda", "fp16", "dense", 256, 20_000, 1, null));

    private final List<CheckRow> found = new SpeedGoals(ROWS).check();

    @Test
    void compareEachVariantAtItsBestBatchWithPyTorch() {
        assertThat(found)
                .contains(
                        new CheckRow(
                                "resnet18 PSD1_P16 fp16",
                                "120,000 images/s at batch 256, 6.00 × PyTorch",
                                "at least 4.50 × PyTorch",
                                CheckRow.Result.PASSED),
                        new CheckRow(
                                "resnet18 dense fp16",
                                "19,500 images/s at batch 256, 0.98 × PyTorch",
                                "at least 0.95 × PyTorch",
                                CheckRow.Result.PASSED),
                        new CheckRow(
                                "resnet18 dense fp32",
                                "9,000 images/s at batch 256, 0.90 × PyTorch",
                                "at least 0.95 × PyTorch",
                                CheckRow.Result.MISSED));
    }

    @Test
    void wantNoMoreThanTheMemoryAllows() {
        assertThat(found)
                .contains(
                        new CheckRow(
                                "vgg16 PS1_P9 fp16",
                                "50,000 images/s at batch 256, 2.50 × PyTorch",
                                "at least 48,000 images/s, 0.8 of the memory's",
                                CheckRow.Result.PASSED));
    }

    @Test
    void wantNothingOfSmallBatches() {
        assertThat(found)
                .contains(CheckRow.information("resnet18 PS1_P9 fp32", "4,000 images/s at batch 8"))
                .hasSize(6);
    }

    @Test
    void wantFramesFromHostMemory() {
        assertThat(found.get(found.size() - 1))
                .isEqualTo(
                        new CheckRow(
                                "resnet18 PSD1_P16 fp16, from host memory",
                                "120,000 images/s at batch 256",
                                "at least 100,000 images/s (H100)",
                                CheckRow.Result.PASSED));
    }

    @Test
    void aMissedGoalIsNoFailure(@TempDir Path folder) throws Exception {
        CheckReport report = new CheckReport("2026-11-21T22:00:00Z", "CUDA 12.4, device 0", found);
        Path file = folder.resolve("check.json");
        report.write(file);

        assertThat(report.passed()).isTrue();
        assertThat(report.table())
                .startsWith("CUDA engine on CUDA 12.4, device 0, 2026-11-21T22:00:00Z")
                .contains("\nok       resnet18 PSD1_P16 fp16 ", "\nmissed   resnet18 dense fp32 ");
        assertThat(Files.readString(file)).contains("\"passed\" : true", "\"result\" : \"MISSED\"");
        assertThat(new CheckReport("", "", List.of(CheckRow.must("a", "b", "c", false))).passed())
                .isFalse();
    }

    private static Row row(
            String engine,
            String precision,
            String variant,
            int batch,
            double imagesPerSecond,
            double macRatio) {
        return row("resnet18", engine, precision, variant, batch, imagesPerSecond, macRatio, null);
    }

    private static Row row(
            String network,
            String engine,
            String precision,
            String variant,
            int batch,
            double imagesPerSecond,
            double macRatio,
            @Nullable Double mostImagesPerSecond) {
        return new Row(
                engine,
                precision,
                null,
                network,
                variant,
                1,
                1,
                batch,
                true,
                new Spread(imagesPerSecond, imagesPerSecond, imagesPerSecond),
                1,
                null,
                null,
                null,
                null,
                mostImagesPerSecond,
                macRatio,
                macRatio,
                List.of(imagesPerSecond));
    }
}
