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
        assertThat(run.err()).startsWith("--images was '3' but it must be one of [1, 2, 4, 8");
    }

    private CommandRun show(String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("models", "show", "small", "--store", store.toString()));
        arguments.addAll(List.of(more));
        return CommandRun.of(arguments.toArray(new String[0]));
    }
}
