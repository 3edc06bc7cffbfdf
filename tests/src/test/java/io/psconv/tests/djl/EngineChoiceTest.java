package io.psconv.tests.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.modality.cv.Image;
import io.psconv.model.format.CompressedModel;
import java.io.File;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which engine DJL takes, in Java virtual machines whose class paths are known to the jar. */
class EngineChoiceTest {
    private static final int PICTURE = 3;
    private static final String PYTORCH = "ai.djl.pytorch.engine.PtEngineProvider";

    /** A class of model-store and of each jar it needs for this. */
    private static final String[] DEPENDENCIES = {
        "io.psconv.model.djl.PsconvEngineProvider",
        "ai.djl.engine.Engine",
        "com.google.gson.Gson",
        "com.sun.jna.Native",
        "org.apache.commons.compress.archivers.ArchiveEntry",
        "com.fasterxml.jackson.core.JsonFactory",
        "org.slf4j.Logger"
    };

    @TempDir Path folder;

    @Test
    void worksWithoutPyTorchOnTheClassPath() throws Exception {
        Map<String, String> said = run(leanClassPath());

        // DJL's interface brings an engine for remote calls along, which goes before ours too.
        assertThat(said)
                .containsEntry("pytorch", "missing")
                .containsEntry("engines", "RPC,pSConv")
                .containsEntry("default", "RPC");
        CompressedModel file = Bundled.read(Bundled.SPARSE.resolve("1"));
        float[] input = Bundled.inputs(Bundled.images(PICTURE + 1), file).get(PICTURE);
        List<Double> expected = Bundled.probabilities(Bundled.logits(file, List.of(input)).get(0));
        assertThat(said).containsEntry("probabilities", expected.toString());
    }

    @Test
    void isNeverTheDefaultBesideAStockEngine() throws Exception {
        Map<String, String> said = run(Stream.concat(leanClassPath(), Stream.of(home(PYTORCH))));

        assertThat(said)
                .containsEntry("pytorch", "there")
                .containsEntry("engines", "PyTorch,RPC,pSConv")
                .containsEntry("default", "PyTorch")
                .containsKey("best");
    }

    /** model-store, its dependencies that are not optional, and the probe. */
    private Stream<Path> leanClassPath() throws Exception {
        Path probe = folder.resolve("probe");
        Path compiled =
                probe.resolve(
                        EngineProbe.class.getName().replace('.', File.separatorChar) + ".class");
        Files.createDirectories(compiled.getParent());
        try (InputStream in = EngineProbe.class.getResourceAsStream("EngineProbe.class")) {
            Files.write(compiled, in.readAllBytes());
        }
        Stream<Path> jars = Arrays.stream(DEPENDENCIES).map(EngineChoiceTest::home);
        return Stream.concat(Stream.of(probe), jars);
    }

    private Map<String, String> run(Stream<Path> classPath) throws Exception {
        Path picture = folder.resolve("picture.png");
        Image image = Bundled.pictures(Bundled.images(PICTURE + 1)).get(PICTURE);
        try (OutputStream out = Files.newOutputStream(picture)) {
            image.save(out, "png");
        }
        Path errors = folder.resolve("errors.txt");
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--add-modules=jdk.incubator.vector",
                                "-Xmx512m",
                                "-Djava.awt.headless=true",
                                "-DOPT_OUT_TRACKING=true",
                                "-cp",
                                classPath
                                        .map(Path::toString)
                                        .collect(Collectors.joining(File.pathSeparator)),
                                EngineProbe.class.getName(),
                                Bundled.SPARSE.resolve("1").toAbsolutePath().toString(),
                                picture.toString())
                        .redirectError(errors.toFile())
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        boolean ended = process.waitFor(1, TimeUnit.MINUTES);
        if (!ended) {
            process.destroyForcibly();
        }
        assertThat(ended && process.exitValue() == 0)
                .as("the probe ended well; it said: %s%n%s", said, Files.readString(errors))
                .isTrue();
        Map<String, String> values = new HashMap<>();
        said.lines()
                .map(line -> line.split("=", 2))
                .filter(parts -> parts.length == 2)
                .forEach(parts -> values.put(parts[0], parts[1]));
        return values;
    }

    /** The jar or folder that a class was loaded from. */
    private static Path home(String type) {
        try {
            Class<?> found = Class.forName(type, false, EngineChoiceTest.class.getClassLoader());
            return Path.of(found.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (ClassNotFoundException | URISyntaxException e) {
            throw new IllegalStateException("'" + type + "' is not on the class path", e);
        }
    }
}
