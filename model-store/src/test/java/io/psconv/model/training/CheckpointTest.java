package io.psconv.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.model.format.MalformedModelException;
import io.psconv.model.format.SafetensorsWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {
    private static final Recipe RECIPE = RegressionEngine.recipe(TrainingLength.ofEpochs(9));

    private final Path folder;
    private final Path file;

    CheckpointTest(@TempDir Path folder) {
        this.folder = folder;
        this.file = folder.resolve("a.safetensors");
    }

    @Test
    void readsWhatItWrote() throws Exception {
        Checkpoint written = checkpoint();
        written.write(file);

        Checkpoint read = Checkpoint.read(file);

        assertThat(read.recipe()).isEqualTo(written.recipe());
        assertThat(read.dataDigest()).isEqualTo("abc");
        assertThat(read.engine()).isEqualTo("jvm (512 bits)");
        assertThat(read.position()).isEqualTo(written.position());
        assertThat(read.history()).isEqualTo(written.history());
        assertThat(read.tensors().get("a.weight")).containsExactly(1.5f, -2f);
        assertThat(read.momentum().get("a.weight")).containsExactly(0.25f, 1e-30f);
        assertThat(read.isPublished()).isFalse();
        read.publishedAs("net@3").write(file);
        assertThat(Checkpoint.read(file).published()).isEqualTo("net@3");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void namesWhatDiffersFromTheRecipe() {
        assertThatCode(() -> checkpoint().checkContinues(RECIPE, "abc")).doesNotThrowAnyException();
        assertThatThrownBy(
                        () ->
                                checkpoint()
                                        .checkContinues(
                                                RegressionEngine.recipe(
                                                        TrainingLength.ofEpochs(10)),
                                                "abc"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "the checkpoint's recipe has length '9 epochs' and not '10 epochs'; go on"
                                + " with the same options, or start anew with another checkpoint"
                                + " file");
        assertThatThrownBy(() -> checkpoint().checkContinues(RECIPE, "abd"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("images have digest 'abc' but these have 'abd'");
    }

    @Test
    void rejectsOtherAndDamagedFiles() throws Exception {
        try (OutputStream out = Files.newOutputStream(file)) {
            new SafetensorsWriter().metadata("a", "b").write(out);
        }
        assertThatThrownBy(() -> Checkpoint.read(file))
                .isInstanceOf(MalformedModelException.class)
                .hasMessageContaining("the file is no checkpoint");
        checkpoint().write(file);
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
        assertThatThrownBy(() -> Checkpoint.read(file)).isInstanceOf(MalformedModelException.class);
    }

    @Test
    void leavesTheEarlierFileWhereItCannotWrite() throws IOException {
        Checkpoint broken =
                new Checkpoint(
                        RECIPE.text(),
                        "abc",
                        "jvm",
                        TrainingPosition.START,
                        List.of(),
                        Map.of(),
                        Map.of(),
                        "");
        Path missing = folder.resolve("none").resolve("a");
        assertThatThrownBy(() -> broken.write(missing)).isInstanceOf(IOException.class);
        assertThat(missing).doesNotExist();
    }

    private static Checkpoint checkpoint() {
        return new Checkpoint(
                RECIPE.text(),
                "abc",
                "jvm (512 bits)",
                new TrainingPosition(2, 3, 0.1 + 0.2, 1.0 / 3, 5, 24, 0.7, 0.3),
                List.of(
                        new EpochRecord(1, 2.302585092994046, 0.1, Double.NaN, 66.6, 0.2),
                        new EpochRecord(1.5, 1.0 / 3, 0.2, 0.3, 1e-3, 0)),
                Map.of("a.weight", new float[] {1.5f, -2f}),
                Map.of("a.weight", new float[] {0.25f, 1e-30f}),
                "");
    }
}
