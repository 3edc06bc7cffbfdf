package io.psconv.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.psconv.bench.engine.Skipped;
import io.psconv.bench.report.PipelineReportPage;
import io.psconv.bench.report.PipelineResults;
import io.psconv.bench.report.ResultCell;
import io.psconv.job.crayfish.ParallelismMode;
import io.psconv.model.dataset.DataSets;
import io.psconv.model.dataset.Split;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.store.StoredModel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PipelineReportTest {
    private static final ParallelismMode PARTITIONED = ParallelismMode.PARTITIONS_N_PARTITIONS;
    private static final CheckpointTimes CHECKPOINTS = new CheckpointTimes(20, 50);

    @Test
    void writesEveryFigureUnderItsPublishedName(@TempDir Path folder) throws Exception {
        Cell one = cell("jvm", 1, 1);
        CellResult first = CellResult.of(one, List.of(round(400, 1000, 80), round(420, 1000, 120)));
        JsonNode json = written(folder, List.of(first));
        JsonNode cell = json.at("/cells/0");

        assertThat(json.get("kind").asText()).isEqualTo("psconv-pipeline-bench");
        assertThat(json.get("complete").asBoolean()).isTrue();
        assertThat(json.at("/skipped/0/reason").asText()).isEqualTo("why");
        assertThat(json.at("/settings/checkpointIntervalMillis").asLong()).isEqualTo(5000);
        assertThat(json.at("/settings/options").properties())
                .extracting(Map.Entry::getKey)
                .containsExactly("checkpoint.interval");
        assertThat(cell.get("model").asText()).isEqualTo("m@1");
        assertThat(cell.get("framesPerSecond").asDouble()).isEqualTo(410);
        assertThat(cell.get("framesPerSecondMin").asDouble()).isEqualTo(400);
        assertThat(cell.get("framesPerSecondMax").asDouble()).isEqualTo(420);
        assertThat(cell.at("/cpuMicrosPerFrame/network").asDouble()).isEqualTo(1000, within(1e-6));
        assertThat(cell.at("/cpuMicrosPerFrame/decode").asDouble()).isEqualTo(50, within(1e-6));
        assertThat(cell.at("/cpuMicrosPerFrame/kafka").asDouble()).isEqualTo(30, within(1e-6));
        assertThat(cell.at("/cpuMicrosPerFrame/other").asDouble()).isEqualTo(100, within(1e-6));
        assertThat(cell.at("/cpuMicrosPerFrame/total").asDouble()).isEqualTo(1180, within(1e-6));
        assertThat(cell.get("compilerCpuMicrosPerFrame").asDouble()).isEqualTo(11, within(1e-6));
        assertThat(cell.get("brokerCpuMicrosPerFrame").asDouble()).isEqualTo(7, within(1e-6));
        assertThat(cell.at("/latencyMillis/p50").asDouble()).isEqualTo(700);
        assertThat(cell.at("/classifiedLatencyMillis/p999").asDouble()).isEqualTo(12);
        assertThat(cell.get("joulesPerFrame").asDouble()).isEqualTo(0.5);
        assertThat(cell.get("energySource").asText()).isEqualTo("modelled");
        assertThat(cell.get("accuracy").asDouble()).isEqualTo(0.75);
        assertThat(cell.get("accuracyFrames").asInt()).isEqualTo(4);
        // Sums over four frames of each round.
        assertThat(cell.at("/answerMicrosPerFrame/queue").asDouble()).isEqualTo(1_000);
        assertThat(cell.at("/answerMicrosPerFrame/decode").asDouble()).isEqualTo(50);
        assertThat(cell.at("/answerMicrosPerFrame/inference").asDouble()).isEqualTo(900);
        assertThat(cell.at("/batchSize/mean").asDouble()).isEqualTo(4);
        assertThat(cell.at("/checkpointMillis/max").asDouble()).isEqualTo(50);
        assertThat(cell.get("points")).hasSize(4);
        assertThat(cell.at("/points/0/sustained").asBoolean()).isTrue();
    }

    @Test
    void leavesFiguresOutThatThereAreNone(@TempDir Path folder) throws Exception {
        CellRound none =
                new CellRound(
                        null,
                        null,
                        List.of(point(400, 400, 1000, 100, 0.5)),
                        AnswerFigures.counting(0),
                        null,
                        CHECKPOINTS,
                        420,
                        null);
        JsonNode cell =
                written(folder, List.of(CellResult.of(cell("jvm", 1, 1), List.of(none))))
                        .at("/cells/0");

        assertThat(cell.has("framesPerSecond")).isFalse();
        assertThat(cell.has("joulesPerFrame")).isFalse();
        assertThat(cell.has("accuracy")).isFalse();
        assertThat(cell.at("/points/0/sustained").asBoolean()).isFalse();
        assertThat(report(List.of(CellResult.of(cell("jvm", 1, 1), List.of(none)))).table())
                .contains("no load was sustained");
    }

    @Test
    void leavesOpenWhatCannotBeKnownOfProcessesElsewhere(@TempDir Path folder) throws Exception {
        CellResult one = CellResult.of(cell("jvm", 1, 1), List.of(elsewhere(400)));
        CellResult two = CellResult.of(cell("jvm", 2, 1), List.of(elsewhere(700)));
        PipelineReport report = report(List.of(one, two));
        String json = report.json("bench pipeline", "0.1.0");

        JsonNode cell = new ObjectMapper().readTree(json).at("/cells/0");
        assertThat(cell.get("cpuMicrosPerFrame").properties())
                .extracting(Map.Entry::getKey)
                .containsExactly("network", "decode", "kafka", "other", "total");
        assertThat(cell.get("cpuMicrosPerFrame")).allMatch(JsonNode::isNull);
        assertThat(cell.get("compilerCpuMicrosPerFrame").isNull()).isTrue();
        assertThat(cell.get("brokerCpuMicrosPerFrame").isNull()).isTrue();
        assertThat(cell.get("jobManagerCpuMicrosPerFrame").isNull()).isTrue();
        assertThat(cell.get("generatorCpuMicrosPerFrame").asDouble()).isEqualTo(9, within(1e-6));
        assertThat(cell.get("joulesPerFrame").asDouble()).isEqualTo(0.5);
        assertThat(cell.at("/answerMicrosPerFrame/inference").asDouble()).isEqualTo(900);
        assertThat(report.table())
                .containsPattern("400.0 \\[400.0–400.0] +– +– +– +– +– +– ")
                .contains("by its answers: queue 1000, decoding 50, network 900 µs a frame")
                .contains("4.0 frames a batch");
        assertThat(Goal.of(List.of(one, two))).isEmpty();
        PipelineResults read = PipelineResults.of(json);
        assertThat(read.cells().get(0).cpuMicrosPerFrame().total()).isNull();
        assertThat(read.cells().get(0).accuracyFrames()).isEqualTo(4);
        PipelineReportPage.write(folder.resolve("report.html"), read, null);
        assertThat(folder.resolve("report.html"))
                .content()
                .contains("Not known: the job ran on a cluster whose processes could not be");
    }

    private static CellRound elsewhere(double rate) {
        CellRound round = round(rate, 1_000, 80);
        Usage usage = point(rate, rate, 1_000, 80, 0).usage();
        Usage known =
                new Usage(
                        usage.frames(),
                        usage.nanos(),
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        usage.generator());
        LoadPoint point = new LoadPoint(rate, known, 0, millis(12), millis(700));
        return new CellRound(
                point,
                point,
                List.of(point),
                round.answers(),
                round.judged(),
                CHECKPOINTS,
                rate,
                null);
    }

    @Test
    void isWhatTheReportReads() throws Exception {
        List<CellResult> cells =
                List.of(
                        result(cell("jvm", 1, 1), 400, 1000, 80),
                        result(cell("jvm", 2, 1), 700, 1000, 160),
                        result(cell("jvm", 1, 10_000), 390, 1000, 90));

        PipelineResults read = PipelineResults.of(report(cells).json("bench pipeline", "0.1.0"));

        assertThat(read.complete()).isTrue();
        assertThat(read.cells()).hasSize(3);
        assertThat(read.cells().get(1).framesPerSecond()).isEqualTo(700);
        assertThat(read.goals()).hasSize(5);
        assertThat(read.skipped()).hasSize(1);
    }

    @Test
    void tellsCellsApartByTheirParallelismMode() throws Exception {
        List<CellResult> cells = List.of(crayfish(ParallelismMode.N_N_N), crayfish(PARTITIONED));
        PipelineReport report = report(cells);

        JsonNode cell = new ObjectMapper().readTree(report.json("bench", "0.1.0")).at("/cells/1");
        assertThat(cell.get("parallelismMode").asText()).isEqualTo("32-N-32");
        assertThat(cell.has("accuracy")).isFalse();
        assertThat(cell.has("checkpointMillis")).isFalse();
        assertThat(cell.get("classifiedLatencyMillis").isNull()).isTrue();
        assertThat(cell.at("/latencyMillis/mean").asDouble()).isEqualTo(700, within(1.0));
        assertThat(cell.at("/latencyMillis/standardDeviation").asDouble()).isZero();
        assertThat(cell.get("overloadedFramesPerSecond").asDouble()).isEqualTo(500);
        assertThat(cell.at("/bursts/burstFramesPerSecond").asDouble()).isEqualTo(440, within(1e-6));
        assertThat(cell.at("/bursts/medianRecoverySeconds").asDouble()).isEqualTo(2.5);
        assertThat(cell.at("/bursts/recoverySeconds/1").isNull()).isTrue();
        assertThat(report.table())
                .contains("overloaded 500.0/s; latency mean 700.0 ± 0.0, p95 700")
                .contains("bursts of 440.0/s over 280.0/s", "recovered after 2.5 s (median)");
        assertThat(Goal.of(cells)).isEmpty();
        assertThat(PipelineResults.of(report.json("bench", "0.1.0")).cells())
                .extracting(ResultCell::parallelismMode)
                .containsExactly("N-N-N", "32-N-32");
    }

    private static CellResult crayfish(ParallelismMode mode) {
        LoadPoint point = point(400, 400, 1000, 80, 0);
        LoadPoint plain = new LoadPoint(point.offered(), point.usage(), 0, null, point.visible());
        Cell cell =
                new Cell(
                        new StoredModel("ffnn-dense", 1, Path.of("m"), "0".repeat(64)),
                        "dense",
                        "jvm",
                        1,
                        32,
                        mode);
        return CellResult.of(
                cell,
                List.of(
                        new CellRound(
                                plain,
                                plain,
                                List.of(plain),
                                AnswerFigures.counting(400),
                                null,
                                null,
                                500,
                                new BurstFigures(
                                        400, millis(10), millis(90), Arrays.asList(2.5, null)))));
    }

    @Test
    void setsGoalsBesideWhatWasMeasured() {
        CellResult one = result(cell("jvm", 1, 1), 400, 1000, 80);
        CellResult two = result(cell("jvm", 2, 1), 700, 1000, 160);
        CellResult many = result(cell("jvm", 1, 10_000), 390, 1000, 90);
        CellResult dense = result(cell("onnxruntime", 1, 1), 100, 9000, 90);

        List<Goal> goals = Goal.of(List.of(one, two, many, dense));

        assertThat(goals).hasSize(5);
        // 50 of decoding, 30 of Kafka and 80 of the rest.
        assertThat(goals.get(0).value()).isEqualTo(160, within(1e-6));
        assertThat(goals.get(0).isReached()).isFalse();
        assertThat(goals.get(3).value()).isEqualTo(1240.0 / 1160, within(1e-9));
        assertThat(goals.get(3).isReached()).isFalse();
        assertThat(goals.get(4).value()).isEqualTo(400.0 / 390, within(1e-9));
        assertThat(goals.get(4).isReached()).isTrue();
    }

    private static CellResult result(Cell cell, double rate, double network, double other) {
        return CellResult.of(cell, List.of(round(rate, network, other)));
    }

    private static JsonNode written(Path folder, List<CellResult> cells) throws Exception {
        Path file = folder.resolve("results.json");
        report(cells).write(file, "bench pipeline", "0.1.0");
        return new ObjectMapper().readTree(file.toFile());
    }

    private static PipelineReport report(List<CellResult> cells) {
        try {
            return new PipelineReport(
                    plan(cells),
                    Instant.EPOCH,
                    Instant.EPOCH.plusSeconds(5),
                    cells,
                    List.of(new Skipped("other", "why")),
                    true);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static PipelinePlan plan(List<CellResult> cells) throws java.io.IOException {
        Path samples = Path.of(System.getProperty("psconv.root"), "model-store", "samples");
        return new PipelinePlan(
                cells.stream().map(CellResult::cell).toList(),
                2,
                Duration.ofSeconds(8),
                Duration.ofSeconds(4),
                3,
                Arrivals.CONSTANT,
                0.7,
                1,
                new FrameWorkload(
                        DataSets.open(
                                samples.resolve("cifar10-test-2000.png"),
                                new FeatureShape(3, 32, 32),
                                DataSets.CIFAR10_CLASSES,
                                Split.TEST),
                        new byte[0][],
                        Map.of("checkpoint.interval", "5 s")),
                null,
                1_000,
                null,
                PipelinePlace.HERE);
    }

    private static Cell cell(String engine, int parallelism, int cameras) {
        return new Cell(
                new StoredModel("m", 1, Path.of("m"), "0".repeat(64)),
                "PSD1_P16",
                engine,
                parallelism,
                cameras);
    }

    private static CellRound round(double rate, double network, double other) {
        LoadPoint best = point(rate, rate, network, other, 0);
        LoadPoint latency = point(rate * 0.7, rate * 0.7, network, other, 0);
        return new CellRound(
                best,
                latency,
                List.of(best, latency),
                new AnswerFigures(4, 1, 4, 4_000, 200, 3_600, 2, 1, "modelled"),
                new Judgement(4, 3),
                CHECKPOINTS,
                rate * 1.1,
                null);
    }

    private static LoadPoint point(
            double offered, double achieved, double network, double other, double lag) {
        long frames = Math.round(achieved * 10);
        double nanos = 1e3 * frames;
        return new LoadPoint(
                offered,
                new Usage(
                        frames,
                        10_000_000_000L,
                        network * nanos,
                        50 * nanos,
                        30 * nanos,
                        (network + 80 + other) * nanos,
                        11 * nanos,
                        3 * nanos,
                        7 * nanos,
                        9 * nanos),
                lag,
                millis(12),
                millis(700));
    }

    private static Histogram millis(long value) {
        Histogram histogram = new Histogram(LoadPoint.DIGITS);
        histogram.recordValue(value);
        return histogram;
    }
}
