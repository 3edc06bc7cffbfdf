package io.psconv.model.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.MalformedModelException;
import io.psconv.model.format.ModelFileWriter;
import io.psconv.model.format.ReadLimits;
import io.psconv.model.format.SampleModels;
import io.psconv.model.format.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelStoreTest {
    private static final CompressedModel MODEL = SampleModels.resnet20("PS1_P9", 1);
    private static final CompressedModel OTHER = SampleModels.resnet20("PS1_P9", 2);

    private Path root = Path.of("");
    private ModelStore store = new ModelStore(root);

    @BeforeEach
    void open(@TempDir Path folder) {
        root = folder.resolve("models");
        store = new ModelStore(root);
    }

    @Test
    void putsCompanionsBesideTheModel() throws Exception {
        StoredModel stored =
                store.publish(
                        "a",
                        new ModelFileWriter().toBytes(MODEL),
                        Map.of("curve.svg", new byte[] {1, 2}));
        assertThat(stored.path().resolveSibling("curve.svg")).hasBinaryContent(new byte[] {1, 2});
        assertThat(store.read(stored).network()).isEqualTo(MODEL.network());
    }

    @Test
    void rejectsCompanionsThatLeaveTheFolderOrReplaceTheModel() {
        for (String name :
                List.of(
                        "../a",
                        "/tmp/a",
                        "..",
                        "a/b",
                        "model.safetensors",
                        "model.safetensors.sha256",
                        "")) {
            assertThatThrownBy(() -> store.publish("a", new byte[1], Map.of(name, new byte[1])))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("file beside a model was '" + name + "'");
        }
        assertThat(root).doesNotExist();
    }

    @Test
    void publishesVersionsFromOne() throws Exception {
        StoredModel first = store.publish("a", MODEL);
        StoredModel second = store.publish("a", OTHER);
        assertThat(first.version()).isEqualTo(1);
        assertThat(second.version()).isEqualTo(2);
        assertThat(first.path())
                .isEqualTo(root.resolve("a").resolve("1").resolve("model.safetensors"));
        assertThat(first.digest()).isNotEqualTo(second.digest());
        assertThat(Files.readAllBytes(first.path()))
                .isEqualTo(new ModelFileWriter().toBytes(MODEL));
        assertThat(store.read(first).tensor("conv1.weight"))
                .isEqualTo(MODEL.tensor("conv1.weight"));
        assertThat(store.read(second).tensor("conv1.weight"))
                .isEqualTo(OTHER.tensor("conv1.weight"));
    }

    @Test
    void recordsTheDigestAsSha256sumDoes() throws Exception {
        StoredModel stored = store.publish("a", MODEL);
        assertThat(stored.path().resolveSibling("model.safetensors.sha256"))
                .hasContent(stored.digest() + "  model.safetensors\n");
        assertThat(ModelDigest.of(Files.readAllBytes(stored.path()))).isEqualTo(stored.digest());
    }

    @Test
    void knowsSha256() {
        assertThat(ModelDigest.of(new byte[0]))
                .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    @Test
    void publishesInTheFormOfAWriter() throws Exception {
        StoredModel stored = store.publish("a", MODEL, new ModelFileWriter(TensorType.F16));
        assertThat(Files.size(stored.path()))
                .isLessThan(new ModelFileWriter().toBytes(MODEL).length);
    }

    @Test
    void leavesNothingButTheVersion() throws Exception {
        store.publish("a", MODEL);
        try (Stream<Path> tree = Files.walk(root)) {
            assertThat(tree.map(path -> root.relativize(path).toString()))
                    .containsExactlyInAnyOrder(
                            "",
                            "a",
                            "a/1",
                            "a/1/model.safetensors",
                            "a/1/model.safetensors.sha256");
        }
    }

    @Test
    void listsNamesAndVersionsInOrder() throws Exception {
        store.publish("b", MODEL);
        Path one = root.resolve("b").resolve("1");
        for (int version = 2; version <= 10; version++) {
            copy(one, root.resolve("b").resolve(Integer.toString(version)));
        }
        copy(one, Files.createDirectories(root.resolve("a")).resolve("7"));
        assertThat(store.list())
                .containsExactly(
                        new ModelVersions("a", List.of(7)),
                        new ModelVersions("b", IntStream.rangeClosed(1, 10).boxed().toList()));
        assertThat(store.resolve("b").version()).isEqualTo(10);
        assertThat(store.publish("a", MODEL).version()).isEqualTo(8);
    }

    @Test
    void ignoresWhatIsNoVersion() throws Exception {
        store.publish("a", MODEL);
        copy(
                root.resolve("a").resolve("1"),
                Files.createDirectory(root.resolve(".publishing-1")).resolve("version"));
        Files.createDirectories(root.resolve("a").resolve("02"));
        Files.createDirectories(root.resolve("a").resolve("3"));
        Files.createDirectories(root.resolve("a").resolve("99999999999"));
        Files.createDirectories(root.resolve("empty"));
        Files.writeString(root.resolve("README"), "text");
        assertThat(store.list()).containsExactly(new ModelVersions("a", List.of(1)));
    }

    @Test
    void resolvesTheNewestOrTheVersionNamed() throws Exception {
        StoredModel first = store.publish("a", MODEL);
        StoredModel second = store.publish("a", OTHER);
        assertThat(store.resolve("a")).isEqualTo(second);
        assertThat(store.resolve("a@1")).isEqualTo(first);
        assertThat(store.resolve("a@2")).isEqualTo(second);
    }

    @Test
    void listsWhatThereIsWhenNothingIsFound() throws Exception {
        store.publish("a", MODEL);
        store.publish("b", MODEL);
        assertThatThrownBy(() -> store.resolve("c"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("model was 'c' but store '" + root + "' has only a, b");
        assertThatThrownBy(() -> store.resolve("a@2"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("model was 'a@2' but 'a' has only versions [1]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a@", "a@0", "a@-1", "a@01", "a@x", "a@1@1", "a@1.0", "a@9999999999"})
    void rejectsWhatIsNoVersionNumber(String reference) throws Exception {
        store.publish("a", MODEL);
        assertThatThrownBy(() -> store.resolve(reference))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("but a version behind '@' must be a whole number from 1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ".", "..", "../models/a", "a/1", "@1", "/etc", "a\\b", "a\u0000", "./a"})
    void rejectsNamesThatLeaveTheStore(String reference) throws Exception {
        store.publish("a", MODEL);
        assertThatThrownBy(() -> store.resolve(reference))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("model name was");
        assertThatThrownBy(() -> store.publish(reference, MODEL))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("model name was");
        assertThatThrownBy(() -> store.read(reference, 1, "0".repeat(64)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("model name was");
    }

    @Test
    void readsNothingThatASymbolicLinkLeadsOutTo(@TempDir Path elsewhere) throws Exception {
        StoredModel outside = new ModelStore(elsewhere).publish("a", MODEL);
        StoredModel inside = store.publish("b", MODEL);
        // A folder of a name, of a version, and a file.
        Files.createSymbolicLink(root.resolve("a"), elsewhere.resolve("a"));
        Files.createSymbolicLink(root.resolve("b").resolve("2"), outside.path().getParent());
        Files.createDirectory(root.resolve("b").resolve("3"));
        Files.createSymbolicLink(
                root.resolve("b").resolve("3").resolve("model.safetensors"), outside.path());
        Files.copy(
                inside.path().resolveSibling("model.safetensors.sha256"),
                root.resolve("b").resolve("3").resolve("model.safetensors.sha256"));

        for (String reference : List.of("a@1", "b@2")) {
            assertThatThrownBy(() -> store.resolve(reference))
                    .isInstanceOf(MalformedModelException.class)
                    .hasMessageContaining("lies outside of the model store '" + root + "'");
        }
        assertThatThrownBy(() -> store.read("b", 3, outside.digest()))
                .isInstanceOf(MalformedModelException.class)
                .hasMessageContaining("lies outside of the model store");
        assertThatThrownBy(() -> store.verify(outside))
                .isInstanceOf(MalformedModelException.class)
                .hasMessageContaining("lies outside of the model store");
        assertThat(store.read(store.resolve("b@1")).network()).isEqualTo(MODEL.network());
    }

    @Test
    void publishesNothingWhereASymbolicLinkLeadsOut(@TempDir Path elsewhere) throws Exception {
        Files.createDirectories(root);
        Files.createSymbolicLink(root.resolve("a"), elsewhere);

        assertThatThrownBy(() -> store.publish("a", MODEL))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("lies outside of the model store '" + root + "'");
        assertThat(elsewhere).isEmptyDirectory();
    }

    @Test
    void takesLinksWithinTheStoreAndToIt(@TempDir Path elsewhere) throws Exception {
        store.publish("a", MODEL);
        Files.createSymbolicLink(root.resolve("b"), root.resolve("a"));
        Path link = Files.createSymbolicLink(elsewhere.resolve("store"), root);

        ModelStore linked = new ModelStore(link);

        assertThat(linked.read(linked.resolve("b")).network()).isEqualTo(MODEL.network());
        assertThat(linked.publish("b", OTHER).version()).isEqualTo(2);
    }

    @Test
    void saysThatTheFolderIsMissing() {
        assertThatThrownBy(() -> store.list())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "model store was '"
                                + root
                                + "' but there is no such folder; publish a model or correct the path");
        assertThatThrownBy(() -> store.resolve("a"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("there is no such folder");
    }

    @Test
    void saysThatTheStoreIsEmpty() throws Exception {
        Files.createDirectories(root);
        assertThat(store.list()).isEmpty();
        assertThatThrownBy(() -> store.resolve("a"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "model was 'a' but store '" + root + "' has no models yet; publish one");
    }

    @Test
    void refusesAFileThatWasChanged() throws Exception {
        StoredModel stored = store.publish("a", MODEL);
        byte[] bytes = Files.readAllBytes(stored.path());
        bytes[bytes.length - 1] ^= 1;
        Files.write(stored.path(), bytes);
        StoredModel resolved = store.resolve("a@1");
        assertThatExceptionOfType(MalformedModelException.class)
                .isThrownBy(() -> store.read(resolved))
                .withMessageContaining("digest of model 'a@1' was '" + ModelDigest.of(bytes) + "'")
                .withMessageContaining("'" + stored.digest() + "' was expected");
        assertThatExceptionOfType(MalformedModelException.class)
                .isThrownBy(() -> store.verify(resolved))
                .withMessageContaining("digest of model 'a@1'");
    }

    @Test
    void verifiesASoundFile() throws Exception {
        StoredModel stored = store.publish("a", MODEL);
        store.verify(stored);
        assertThat(store.verifiedBytes(stored)).hasSize((int) Files.size(stored.path()));
    }

    @Test
    void readsByDecision() throws Exception {
        StoredModel stored = store.publish("a", MODEL);
        assertThat(store.read("a", 1, stored.digest()).variant()).isEqualTo(MODEL.variant());
        assertThatExceptionOfType(MalformedModelException.class)
                .isThrownBy(() -> store.read("a", 1, "0".repeat(64)))
                .withMessageContaining("'" + "0".repeat(64) + "' was expected");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "xyz  model.safetensors\n", "ABCDEF\n"})
    void refusesADigestRecordThatIsNone(String record) throws Exception {
        StoredModel stored = store.publish("a", MODEL);
        Files.writeString(stored.path().resolveSibling("model.safetensors.sha256"), record);
        assertThatExceptionOfType(MalformedModelException.class)
                .isThrownBy(() -> store.resolve("a"))
                .withMessageContaining("model.safetensors.sha256' was wrong: digest was");
    }

    @Test
    void refusesAMissingDigestRecord() throws Exception {
        StoredModel stored = store.publish("a", MODEL);
        Files.delete(stored.path().resolveSibling("model.safetensors.sha256"));
        assertThatExceptionOfType(MalformedModelException.class)
                .isThrownBy(() -> store.resolve("a"))
                .withMessageContaining("digest of model 'a@1' is missing");
    }

    @Test
    void readsWithinItsLimits() throws Exception {
        StoredModel stored = store.publish("a", MODEL);
        ModelStore narrow = new ModelStore(root, new ReadLimits(1 << 20, 1000, 1000, 100));
        assertThatExceptionOfType(MalformedModelException.class)
                .isThrownBy(() -> narrow.read(stored))
                .withMessageContaining("but it must be at most 1000");
    }

    @Test
    void neverReplacesAVersion() throws Exception {
        StoredModel first = store.publish("a", MODEL);
        Object key = fileKey(first.path());
        store.publish("a", OTHER);
        assertThat(fileKey(first.path())).isEqualTo(key);
        assertThat(store.resolve("a@1")).isEqualTo(first);
    }

    @Test
    void givesEachConcurrentPublisherAVersionOfItsOwn() throws Exception {
        int publishers = 8;
        CyclicBarrier start = new CyclicBarrier(publishers);
        ExecutorService threads = Executors.newFixedThreadPool(publishers);
        try {
            List<Callable<StoredModel>> tasks = new ArrayList<>();
            for (int publisher = 0; publisher < publishers; publisher++) {
                CompressedModel model = publisher % 2 == 0 ? MODEL : OTHER;
                tasks.add(
                        () -> {
                            start.await();
                            return new ModelStore(root).publish("a", model);
                        });
            }
            List<StoredModel> stored = new ArrayList<>();
            for (Future<StoredModel> future : threads.invokeAll(tasks)) {
                stored.add(future.get());
            }
            assertThat(stored)
                    .extracting(StoredModel::version)
                    .containsExactlyInAnyOrder(1, 2, 3, 4, 5, 6, 7, 8);
            for (StoredModel each : stored) {
                store.verify(each);
                assertThat(store.resolve(each.reference())).isEqualTo(each);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static @Nullable Object fileKey(Path path) throws Exception {
        return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }

    private static void copy(Path from, Path to) throws Exception {
        Files.createDirectory(to);
        for (String name : List.of("model.safetensors", "model.safetensors.sha256")) {
            Files.copy(from.resolve(name), to.resolve(name));
        }
    }
}
