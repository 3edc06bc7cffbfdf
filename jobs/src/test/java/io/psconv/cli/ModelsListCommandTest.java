package io.psconv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.psconv.model.format.UntrainedModel;
import io.psconv.model.network.Architectures;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.pattern.Variant;
import io.psconv.model.store.ModelStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelsListCommandTest {
    private final Path store;

    ModelsListCommandTest(@TempDir Path store) {
        this.store = store;
    }

    @BeforeEach
    void publish() throws IOException {
        for (String name : new String[] {"door", "gate", "yard"}) {
            new ModelStore(store)
                    .publish(
                            name,
                            UntrainedModel.create(
                                    Architectures.create(
                                            "resnet20", new FeatureShape(3, 32, 32), 10),
                                    Variant.of("PS1_P9"),
                                    1));
        }
    }

    @Test
    void listsAllWithStatusZero() {
        CommandRun run = CommandRun.of("models", "list", "--store", store.toString());

        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("door", "gate", "yard");
        assertThat(run.err()).isEmpty();
    }

    /** The other models are there, and are what most are asked about. */
    @Test
    void oneThatIsDamagedIsSaidBesideTheOthers() throws IOException {
        Files.delete(store.resolve("gate").resolve("1").resolve("model.safetensors.sha256"));

        CommandRun list = CommandRun.of("models", "list", "--store", store.toString());
        assertThat(list.status()).isEqualTo(1);
        assertThat(list.out()).contains("door", "yard").doesNotContain("gate");
        assertThat(list.err()).startsWith("gate@1 failed: ");

        CommandRun json = CommandRun.of("models", "list", "--json", "--store", store.toString());
        assertThat(json.status()).isEqualTo(1);
        JsonNode rows = new ObjectMapper().readTree(json.out());
        assertThat(rows).hasSize(2);

        CommandRun verify = CommandRun.of("models", "verify", "--store", store.toString());
        assertThat(verify.status()).isEqualTo(1);
        assertThat(verify.out()).contains("door@1 is sound", "yard@1 is sound");
        assertThat(verify.err()).contains("gate@1 failed: ");
    }
}
