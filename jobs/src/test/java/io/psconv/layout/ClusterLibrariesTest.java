package io.psconv.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ClusterLibrariesTest {
    /** Of tests alone. */
    private static final List<String> OF_TESTS =
            List.of(
                    "apiguardian-api",
                    "assertj-core",
                    "byte-buddy",
                    "itu",
                    "joni",
                    "jcodings",
                    "json-schema-validator",
                    "junit-jupiter",
                    "junit-platform",
                    "opentest4j",
                    "surefire");

    private static final Set<String> CLASSES_OF_OURS =
            Set.of("picocli", "progressbar", "kafka_2.13", "scala-library", "operators", "jobs");

    @Test
    void everyJarOfTheCommandIsDecidedUpon() {
        List<Path> classPath =
                Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                        .map(Path::of)
                        .toList();

        List<Path> undecided = ClusterLibraries.of(classPath).undecided();

        assertThat(undecided)
                .as("to be named in ClusterLibraries, in lib or for the command alone")
                .allSatisfy(
                        jar ->
                                assertThat(OF_TESTS)
                                        .anyMatch(jar.getFileName().toString()::startsWith));
    }

    @Test
    void libHasFlinkAndItsClientsAndNothingOfTheCommand() {
        List<String> names =
                ClusterLibraries.ofThisJvm().lib(Set.of()).stream()
                        .map(jar -> ClusterLibraries.artifact(jar).orElseThrow())
                        .toList();

        assertThat(names)
                .contains(
                        "flink-runtime",
                        "flink-container",
                        "flink-connector-kafka",
                        "kafka-clients",
                        "avro",
                        "api",
                        "jna",
                        "micrometer-registry-prometheus",
                        "log4j-slf4j2-impl")
                .doesNotContainAnyElementsOf(CLASSES_OF_OURS)
                .doesNotHaveDuplicates();
    }

    @Test
    void bringsAPeerOnlyIfItIsAskedFor() {
        ClusterLibraries libraries =
                ClusterLibraries.of(
                        List.of(
                                Path.of("m2/onnxruntime-1.29.0.jar"),
                                Path.of("m2/flink-core-2.3.0.jar"),
                                Path.of("m2/flink-shaded-asm-9-9.9.1-21.0.jar"),
                                Path.of("m2/flink-s3-fs-presto-2.3.0.jar"),
                                Path.of("classes")));

        assertThat(libraries.available()).containsExactly(Extra.ONNXRUNTIME, Extra.S3);
        assertThat(libraries.lib(Set.of(Extra.S3)))
                .containsExactly(
                        Path.of("m2/flink-core-2.3.0.jar"),
                        Path.of("m2/flink-shaded-asm-9-9.9.1-21.0.jar"));
        assertThat(libraries.lib(Set.of(Extra.ONNXRUNTIME)))
                .contains(Path.of("m2/onnxruntime-1.29.0.jar"));
        assertThat(libraries.plugin(Extra.S3))
                .containsExactly(Path.of("m2/flink-s3-fs-presto-2.3.0.jar"));
        assertThatThrownBy(() -> libraries.lib(Set.of(Extra.KUBERNETES)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "'kubernetes' was asked for but its jar flink-kubernetes is not on the"
                                + " class path; lay out with ./psconv layout, which fetches it");
    }

    @Test
    void takesBothJarsOfAnArtefactWithNatives() {
        List<Path> jars =
                List.of(
                        Path.of("pytorch-engine-0.35.1.jar"),
                        Path.of("pytorch-jni-2.7.1-0.35.1.jar"),
                        Path.of("pytorch-native-cpu-2.7.1-linux-x86_64.jar"),
                        Path.of("pytorch-native-cpu-2.7.1.jar"));

        assertThat(ClusterLibraries.of(jars).lib(Set.of(Extra.DJL_PYTORCH)))
                .containsExactlyInAnyOrderElementsOf(jars);
    }
}
