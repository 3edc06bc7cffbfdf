package io.psconv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.Normalisation;
import io.psconv.model.format.UntrainedModel;
import io.psconv.model.network.Architectures;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.pattern.Variant;
import io.psconv.model.store.ModelStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelsExportCommandTest {
    private final Path folder;

    ModelsExportCommandTest(@TempDir Path folder) throws IOException {
        this.folder = folder;
        CompressedModel model =
                UntrainedModel.create(
                        Architectures.create("resnet20", new FeatureShape(3, 32, 32), 2),
                        Variant.of("PSD1_P16"),
                        1,
                        "lamps",
                        List.of("on", "off"),
                        new Normalisation(
                                List.of(0.5f, 0.25f, 0.125f), List.of(0.25f, 0.5f, 0.75f)));
        new ModelStore(store()).publish("lamp", model);
    }

    @Test
    void saysWhatItWroteAndWhatTheInputMustBe() throws IOException {
        Path file = folder.resolve("lamp.onnx");

        CommandRun run = export("onnx", file);

        assertThat(run.status()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out().lines())
                .containsExactly(
                        "exported lamp@1, variant PSD1_P16",
                        String.format(
                                Locale.ROOT,
                                "file                %s (onnx, %,d bytes)",
                                file,
                                Files.size(file)),
                        "input               input, float32 NCHW [N, 3, 32, 32]",
                        "                    (pixel / 255 - mean) / standard deviation, by channel",
                        "mean                [0.5, 0.25, 0.125]",
                        "standard deviation  [0.25, 0.5, 0.75]",
                        "output              logits, float32 [N, 2]");
    }

    @Test
    void printsTheSameAsJson() throws IOException {
        Path file = folder.resolve("lamp.pt");

        CommandRun run = export("torchscript", file, "--json");

        assertThat(run.status()).isZero();
        JsonNode facts = new ObjectMapper().readTree(run.out());
        assertThat(facts.get("name").asText()).isEqualTo("lamp");
        assertThat(facts.get("version").asInt()).isEqualTo(1);
        assertThat(facts.get("format").asText()).isEqualTo("torchscript");
        assertThat(facts.get("bytes").asLong()).isEqualTo(Files.size(file)).isPositive();
        assertThat(facts.get("input").toString())
                .isEqualTo("{\"name\":\"input\",\"type\":\"float32\",\"shape\":[\"N\",3,32,32]}");
        assertThat(facts.get("output").toString())
                .isEqualTo("{\"name\":\"logits\",\"type\":\"float32\",\"shape\":[\"N\",2]}");
        assertThat(facts.get("mean").toString()).isEqualTo("[0.5,0.25,0.125]");
        assertThat(facts.get("labels").toString()).isEqualTo("[\"on\",\"off\"]");
    }

    @Test
    void replacesAFileOnlyWhenForced() throws IOException {
        Path file = Files.writeString(folder.resolve("lamp.onnx"), "mine");

        CommandRun refused = export("onnx", file);

        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err().lines())
                .containsExactly(
                        "psconv: --output was '"
                                + file
                                + "' but that exists; name another file, or add --force to replace"
                                + " it");
        assertThat(file).hasContent("mine");

        assertThat(export("onnx", file, "--force").status()).isZero();
        assertThat(Files.size(file)).isGreaterThan(100_000);
    }

    @Test
    void saysWhatIsMissing() {
        CommandRun noFolder = export("onnx", folder.resolve("none").resolve("lamp.onnx"));
        assertThat(noFolder.status()).isEqualTo(1);
        assertThat(noFolder.err().lines())
                .containsExactly("psconv: '" + folder.resolve("none") + "' does not exist");

        CommandRun format = export("tflite", folder.resolve("lamp.tflite"));
        assertThat(format.status()).isEqualTo(2);
        assertThat(format.err()).contains("--format", "onnx, torchscript", "tflite");

        CommandRun model =
                CommandRun.of(
                        "models",
                        "export",
                        "lamp@2",
                        "--format",
                        "onnx",
                        "--output",
                        folder.resolve("x").toString(),
                        "--store",
                        store().toString());
        assertThat(model.status()).isEqualTo(1);
        assertThat(model.err()).contains("'lamp' has only versions [1]");
        assertThat(folder.resolve("x")).doesNotExist();
    }

    private CommandRun export(String format, Path file, String... more) {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "models",
                                "export",
                                "lamp",
                                "--format",
                                format,
                                "--output",
                                file.toString(),
                                "--store",
                                store().toString()));
        arguments.addAll(List.of(more));
        return CommandRun.of(arguments.toArray(String[]::new));
    }

    private Path store() {
        return folder.resolve("store");
    }
}
