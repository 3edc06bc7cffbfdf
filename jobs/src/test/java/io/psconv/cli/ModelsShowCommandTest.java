package io.psconv.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.UntrainedModel;
import io.psconv.model.network.Architectures;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.network.Layer;
import io.psconv.model.network.NetworkCost;
import io.psconv.model.pattern.Variant;
import io.psconv.model.store.ModelStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelsShowCommandTest {
    private final Path store;
    private final CompressedModel model =
            UntrainedModel.create(
                    Architectures.create("resnet20", new FeatureShape(3, 32, 32), 10),
                    Variant.of("PSD1_P8"),
                    1);

    ModelsShowCommandTest(@TempDir Path store) throws IOException {
        this.store = store;
        new ModelStore(store).publish("small", model);
    }

    @Test
    void planHasEachLayerWithItsMacsAndTimes() throws IOException {
        JsonNode plan =
                new ObjectMapper()
                        .readTree(show("--plan", "--images=2", "--json").out())
                        .get("plan");

        assertThat(plan.get("images").asInt()).isEqualTo(2);
        assertThat(plan.get("ceilingGigaflops").asDouble()).isPositive();
        List<JsonNode> lines =
                StreamSupport.stream(plan.get("layers").spliterator(), false).toList();
        assertThat(lines)
                .extracting(line -> line.get("layer").asText())
                .isEqualTo(model.network().layers().stream().map(Layer::name).toList());
        long macs = lines.stream().mapToLong(line -> line.get("macs").asLong()).sum();
        NetworkCost cost = NetworkCost.of(model.network(), Variant.of("PSD1_P8"));
        assertThat(macs).isEqualTo(cost.macs());
        long unpadded = lines.stream().mapToLong(line -> line.get("unpaddedMacs").asLong()).sum();
        assertThat(unpadded).isEqualTo(cost.unpaddedMacs());
        double ceiling = plan.get("ceilingGigaflops").asDouble();
        assertThat(lines)
                .allSatisfy(
                        line -> {
                            double gigaflops =
                                    2e-3
                                            * line.get("unpaddedMacs").asLong()
                                            / line.get("measuredMicros").asDouble();
                            assertThat(line.get("shareOfCeiling").asDouble())
                                    .isCloseTo(gigaflops / ceiling, within(1e-9));
                        });
        assertThat(lines)
                .allSatisfy(line -> assertThat(line.get("measuredMicros").asDouble()).isPositive());
        assertThat(lines)
                .allSatisfy(
                        line -> {
                            assertThat(line.get("macsMicros").asDouble())
                                    .isCloseTo(
                                            2e-3 * line.get("unpaddedMacs").asLong() / ceiling,
                                            within(1e-9));
                            assertThat(line.get("bytesMicros").asDouble()).isPositive();
                        });
        assertThat(lines)
                .filteredOn(line -> line.get("layer").asText().contains("conv"))
                .hasSize(19)
                .allSatisfy(
                        line -> {
                            assertThat(line.get("family").asText()).isIn("rows", "panel");
                            assertThat(line.get("predictedMicros").asDouble()).isPositive();
                            assertThat(line.get("tiles")).isNotEmpty();
                        });
    }

    @Test
    void planCountsBytesReadAndWritten() throws IOException {
        JsonNode layers =
                new ObjectMapper()
                        .readTree(show("--plan", "--images=2", "--json").out())
                        .get("plan")
                        .get("layers");

        // 3 maps of 32×32 in and 16 out; 16·3·9 weights, 16 scales and 16 shifts for all images.
        assertBytes(layers, "conv1", 3 * 1024 + 16 * 1024, 464);
        // 16 maps in, 16 of the residual, 16 out; of 256 kernels 32 whole, one weight of others.
        assertBytes(layers, "layer1.0.conv2", 3 * 16 * 1024, 32 * 9 + 224 + 32);
        // 16 maps in, 32 of a quarter out.
        assertBytes(layers, "layer2.0.conv1", 16 * 1024 + 32 * 256, 64 * 9 + 448 + 64);
    }

    private static void assertBytes(JsonNode layers, String name, long values, long shared) {
        assertThat(layers)
                .filteredOn(layer -> layer.get("layer").asText().equals(name))
                .singleElement()
                .satisfies(
                        layer ->
                                assertThat(layer.get("bytes").asLong())
                                        .isEqualTo(
                                                4
                                                        * (values
                                                                + shared
                                                                        / layer.get("images")
                                                                                .asInt())));
    }

    @Test
    void labelsAreAList() throws IOException {
        JsonNode labels = new ObjectMapper().readTree(show("--json").out()).get("labels");

        assertThat(labels).hasSize(10);
        assertThat(show().out())
                .contains(
                        StreamSupport.stream(labels.spliterator(), false)
                                .map(JsonNode::asText)
                                .collect(Collectors.joining(", ")));
    }

    @Test
    void planIsATableBehindTheFacts() {
        CommandRun run = show("--plan", "--images", "1");

        assertThat(run.status()).isZero();
        assertThat(run.out())
                .contains("1 image at once, one thread, ceiling")
                .contains("layer3.2.conv2")
                .contains("images/s");
    }

    @Test
    void refusesImagesThatNoPlanIsMadeFor() {
        CommandRun run = show("--plan", "--images", "3");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err())
                .startsWith("psconv: --images was '3' but it must be one of [1, 2, 4, 8");
    }

    private CommandRun show(String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("models", "show", "small", "--store", store.toString()));
        arguments.addAll(List.of(more));
        return CommandRun.of(arguments.toArray(new String[0]));
    }
}
