package io.psconv.tests.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.psconv.cli.Psconv;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The measurement of the whole system, on real processes. */
@Tag("chaos")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class PipelineBenchITCase {
    @Test
    void givesEveryFigureOfACell(@TempDir Path folder) throws Exception {
        Path json = folder.resolve("results.json");
        Path images = Pipeline.STORE.resolveSibling("samples").resolve("cifar10-test-2000.png");
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status =
                Psconv.run(
                        new PrintWriter(out, true),
                        new PrintWriter(err, true),
                        "bench",
                        "pipeline",
                        "--quick",
                        "--rounds=1",
                        "--models=resnet20-dense",
                        "--engines=jvm",
                        "--parallelism=1",
                        "--cameras=3",
                        "--arrivals=poisson",
                        "--store=" + Pipeline.STORE,
                        "--data=" + images,
                        "--json=" + json);

        assertThat(status).as(err.toString()).isZero();
        JsonNode results = new ObjectMapper().readTree(json.toFile());
        assertThat(results.get("complete").asBoolean()).isTrue();
        assertThat(results.get("cells")).hasSize(1);
        JsonNode cell = results.at("/cells/0");
        assertThat(cell.get("points").size()).isPositive();
        // Of the bundled images the model gets 91.65 % right.
        assertThat(cell.get("accuracy").asDouble()).isBetween(0.88, 0.95);
        assertThat(cell.get("accuracyFrames").asInt()).isEqualTo(500);
        assertThat(cell.get("frames").asLong()).isPositive();
        assertThat(cell.get("energySource").asText()).isNotBlank();
        assertThat(cell.get("joulesPerFrame").asDouble()).isPositive();
        if (!cell.has("framesPerSecond")) {
            // A machine too busy to keep any load up says so, and that is all there is.
            assertThat(out.toString()).contains("no load was sustained");
            return;
        }
        JsonNode cpu = cell.get("cpuMicrosPerFrame");
        assertThat(cell.get("framesPerSecond").asDouble()).isPositive();
        assertThat(cpu.get("network").asDouble()).isGreaterThan(cpu.get("decode").asDouble());
        assertThat(cpu.get("decode").asDouble()).isPositive();
        assertThat(cpu.get("kafka").asDouble()).isPositive();
        assertThat(cpu.get("total").asDouble()).isGreaterThan(cpu.get("network").asDouble());
        assertThat(cell.at("/latencyMillis/p50").asDouble())
                .isGreaterThanOrEqualTo(cell.at("/classifiedLatencyMillis/p50").asDouble());
        assertThat(out.toString()).contains("resnet20-dense@1").contains("goal at most 100");
    }

    @Test
    void measuresTheCrayfishPerceptronInBothModes(@TempDir Path folder) throws Exception {
        Path json = folder.resolve("results.json");
        Path html = folder.resolve("report.html");
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status =
                Psconv.run(
                        new PrintWriter(out, true),
                        new PrintWriter(err, true),
                        "bench",
                        "pipeline",
                        "--quick",
                        "--workload=crayfish-ffnn",
                        "--rounds=1",
                        "--engines=jvm",
                        "--parallelism=1",
                        "--point=2s",
                        "--bursts=1",
                        "--burst-every=3s",
                        "--burst-length=1s",
                        "--json=" + json,
                        "--html=" + html);

        assertThat(status).as(err.toString()).isZero();
        JsonNode results = new ObjectMapper().readTree(json.toFile());
        assertThat(results.get("complete").asBoolean()).isTrue();
        assertThat(results.at("/settings/workload").asText()).isEqualTo("crayfish-ffnn");
        assertThat(results.at("/settings/deliveryGuarantee").asText()).isEqualTo("none");
        assertThat(results.get("skipped")).isEmpty();
        assertThat(results.get("cells"))
                .extracting(cell -> cell.get("parallelismMode").asText())
                .containsExactly("N-N-N", "32-N-32");
        for (JsonNode cell : results.get("cells")) {
            assertThat(cell.get("model").asText()).isEqualTo("ffnn-dense@1");
            assertThat(cell.get("frames").asLong()).isPositive();
            assertThat(cell.has("accuracy")).isFalse();
            assertThat(cell.get("overloadedFramesPerSecond").asDouble()).isPositive();
            if (cell.has("framesPerSecond")) {
                JsonNode cpu = cell.get("cpuMicrosPerFrame");
                assertThat(cpu.get("network").asDouble()).isPositive();
                // Reading 784 numbers from text takes longer than multiplying them.
                assertThat(cpu.get("decode").asDouble())
                        .isGreaterThan(cpu.get("network").asDouble());
                assertThat(cell.at("/latencyMillis/p50").asDouble()).isNotNegative();
                assertThat(cell.at("/latencyMillis/standardDeviation").isNumber()).isTrue();
                assertThat(cell.at("/bursts/burstLatencyMillis/p99").isNumber()).isTrue();
                assertThat(cell.at("/bursts/recoverySeconds")).hasSize(1);
            }
        }
        assertThat(html).content().contains("ffnn-dense@1");
    }
}
