package io.psconv.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchEngineCommandTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    --network   | lenet    | network was 'lenet' but it must be one of
                    --variants  | PS3_P3   | variant was 'PS3_P3' but it must be one of
                    --engines   | tflite   | engines were [tflite] but they must be some of
                    --threads   | 0        | threads was '0' but it must be between 1 and 1024
                    --threads   | 1,2000   | threads was '2000' but it must be between 1 and 1024
                    --batches   | 1,2000   | batch was '2000' but it must be between 1 and 1024
                    --rounds    | 0        | rounds was '0' but it must be between 1 and 10000
                    --slice     | soon     | --slice was 'soon' but it must be a time like 300ms or 2s
                    --warmup    | 0ms      | warmup was 'PT0S' but it must be above 0
                    --input     | 64x64    | --input was '64x64' but it must be channels, height and width
                    --input     | 3x40x40  | input shape was '3x40x40' but it must be square
                    --classes   | 1        | classes was '1' but it must be between 2 and 100000
                    """)
    void saysWhatIsWrong(String option, String value, String message) {
        CommandRun run = CommandRun.of("bench", "engine", option, value);

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).startsWith("psconv: " + message);
        assertThat(run.err().lines()).hasSize(1);
    }

    @Test
    void textForANumberIsAWrongCall() {
        assertThat(CommandRun.of("bench", "engine", "--threads", "two").status()).isEqualTo(2);
        assertThat(CommandRun.of("bench", "motor").status()).isEqualTo(2);
    }

    @Test
    void measuresAndWritesEveryField(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("bench.json");

        CommandRun run =
                CommandRun.of(
                        "bench",
                        "engine",
                        "--network=resnet20",
                        "--variants=PSD1_P16_B16,PSD4_P16",
                        "--engines=jvm,onnxruntime",
                        "--threads=1",
                        "--batches=1,2",
                        "--rounds=2",
                        "--slice=20ms",
                        "--warmup=200ms",
                        "--json=" + file);

        assertThat(run.err()).contains("psconv: measuring for about 1 s");
        assertThat(run.status()).isZero();
        assertThat(run.out())
                .contains("resnet20, 3x32x32, 10 classes")
                .contains("PSD1_P16_B16")
                .contains(
                        "skipped onnxruntime: engine was 'onnxruntime' but its library is not on the"
                                + " class path; add com.microsoft.onnxruntime:onnxruntime");
        JsonNode json = new ObjectMapper().readTree(file.toFile());
        assertThat(json.get("complete").asBoolean()).isTrue();
        assertThat(json.get("machine").get("cpu").asText()).isNotBlank();
        assertThat(json.get("machine").get("cores").asInt()).isPositive();
        assertThat(json.get("jdk").asText()).isNotBlank();
        assertThat(json.get("method").get("rounds").asInt()).isEqualTo(2);
        assertThat(json.get("ceilings").get(0).get("threads").asInt()).isEqualTo(1);
        assertThat(json.get("ceilings").get(0).get("median").asDouble()).isGreaterThan(0.1);
        assertThat(json.get("skipped").get(0).get("what").asText()).isEqualTo("onnxruntime");
        assertThat(json.get("rows")).hasSize(4);
        JsonNode row = json.get("rows").get(0);
        assertThat(row.get("engine").asText()).isEqualTo("jvm");
        assertThat(row.get("precision").asText()).isEqualTo("fp32");
        assertThat(row.get("network").asText()).isEqualTo("resnet20");
        assertThat(row.get("variant").asText()).isEqualTo("PSD1_P16_B16");
        assertThat(row.get("block").asInt()).isEqualTo(16);
        assertThat(row.get("threads").asInt()).isEqualTo(1);
        assertThat(row.get("batch").asInt()).isEqualTo(1);
        double imagesPerSecond = row.get("imagesPerSecond").asDouble();
        assertThat(imagesPerSecond)
                .isPositive()
                .isBetween(row.get("min").asDouble(), row.get("max").asDouble());
        assertThat(row.get("latencyMillis").asDouble()).isPositive();
        assertThat(row.get("shareOfCeiling").asDouble()).isPositive();
        assertThat(row.get("ratioToOnnxRuntime").isNull()).isTrue();
        assertThat(row.get("ratioToOneDnn").isNull()).isTrue();
        assertThat(row.get("ratioToOneThread").isNull()).isTrue();
        assertThat(row.get("macRatio").asDouble()).isCloseTo(5.7, within(0.5));
        assertThat(row.get("unpaddedMacRatio").asDouble()).isCloseTo(5.7, within(0.5));
        assertThat(row.get("rounds")).hasSize(2);
        assertThat(json.get("rows").findValues("best").stream().filter(JsonNode::asBoolean))
                .hasSize(2);
    }
}
