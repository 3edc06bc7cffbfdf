package io.psconv.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the launcher in a tree of its own, with stand-ins for java and mvn that say what they do.
 */
class LauncherTest {
    private static final String BUILDING = "psconv: building (first use, one to four minutes) …";

    @SuppressWarnings("NullAway.Init") // Set before every test.
    @TempDir
    private Path temporary;

    @SuppressWarnings("NullAway.Init") // Set before every test.
    private Path home;

    @SuppressWarnings("NullAway.Init") // Set before every test.
    private Path bin;

    @BeforeEach
    void copyLauncher() throws IOException {
        Path launcher = Path.of(System.getProperty("psconv.root", ".."), "psconv");
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "there is no bash");
        home = Files.createDirectories(temporary.resolve("a tree"));
        bin = Files.createDirectories(temporary.resolve("bin"));
        Files.copy(launcher, home.resolve("psconv"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.writeString(home.resolve("pom.xml"), "");
        for (String module : List.of("model-store", "operators", "jobs")) {
            Files.createDirectories(home.resolve(module + "/src/main/java"));
            Files.writeString(home.resolve(module + "/pom.xml"), "");
            Files.writeString(home.resolve(module + "/src/main/java/A.java"), "");
        }
        java("17.0.15");
        script("javac", "exit 0");
        maven("3.8.7", "exit 0");
    }

    @Test
    void buildsOnFirstUseOnly() throws Exception {
        Result first = launch(home, "--help");
        Result second = launch(home, "--help");

        assertThat(first.err()).containsExactly(BUILDING);
        assertThat(first.status()).isEqualTo(7);
        assertThat(second.err()).isEmpty();
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void passesArgumentsFlagsAndClassPath() throws Exception {
        String root = home.toRealPath().toString();

        List<String> expected =
                new ArrayList<>(
                        List.of(
                                "-Xmx2g",
                                "--add-modules=jdk.incubator.vector",
                                "-Dpsconv.home=" + root,
                                "-Djava.awt.headless=true"));
        expected.addAll(largePages());
        expected.addAll(
                List.of(
                        "-Xmx1g",
                        "-Da=b",
                        "-cp",
                        root
                                + "/jobs/target/classes:"
                                + root
                                + "/operators/target/classes:"
                                + root
                                + "/model-store/target/classes:"
                                + bin
                                + "/java",
                        "io.psconv.cli.Psconv",
                        "produce",
                        "--dir",
                        "with space",
                        "",
                        "environment   "));

        assertThat(launch(temporary, "produce", "--dir", "with space", "").out())
                .containsExactlyElementsOf(expected);
    }

    /** Where the system does not give them, the JVM would warn of the flag on standard output. */
    private static List<String> largePages() throws IOException {
        Path setting = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");
        return Files.isReadable(setting) && !Files.readString(setting).contains("[never]")
                ? List.of("-XX:+UseTransparentHugePages")
                : List.of();
    }

    @Test
    void bringsThePeersForBenchOnly() throws Exception {
        Result bench = launch(home, "bench", "engine");
        Result again = launch(home, "bench", "engine");
        String root = home.toRealPath().toString();

        assertThat(bench.err())
                .containsExactly(
                        BUILDING,
                        "psconv: fetching ONNX Runtime, PyTorch and oneDNN through Maven where they"
                                + " are not yet, about 200 MB …");
        assertThat(Files.readString(temporary.resolve("builds"))).contains(" -Ppeers ");
        assertThat(bench.out())
                .contains(
                        "-XX:MaxRAMPercentage=50",
                        "-Dorg.bytedeco.javacpp.cachedir=" + root + "/jobs/target/javacpp",
                        "environment true 2000000000 1");
        assertThat(again.err()).isEmpty();
        assertThat(again.out()).contains("environment true 2000000000 1");

        Result other = launch(home, "classify", "-Dclassify.engine=jvm");
        assertThat(other.err()).containsExactly(BUILDING);
        assertThat(other.out()).contains("-Xmx2g", "environment   ");

        Result peer = launch(home, "classify", "-Dclassify.engine=onnxruntime");
        assertThat(peer.err()).isEmpty();
        assertThat(peer.out()).contains("-Xmx2g", "environment true 2000000000 1");

        for (List<String> option :
                List.of(List.of("--engine", "djl-pytorch"), List.of("--engine=djl-pytorch"))) {
            List<String> arguments = new ArrayList<>(List.of("train"));
            arguments.addAll(option);
            Result train = launch(home, arguments.toArray(String[]::new));
            assertThat(train.err()).isEmpty();
            assertThat(train.out()).contains("environment true 2000000000 1");
        }
        assertThat(builds()).isEqualTo(2);
    }

    @Test
    void bringsWhatAClusterMayHaveForLayoutOnly() throws Exception {
        Result layout = launch(home, "layout", "--to", "x");
        Result peer = launch(home, "layout", "--to", "x", "--engine", "onnxruntime");

        assertThat(layout.err())
                .containsExactly(
                        BUILDING,
                        "psconv: fetching Flink's web interface, file systems and SQL through Maven"
                                + " where they are not yet, about 220 MB …");
        assertThat(layout.out()).contains("environment   ");
        assertThat(peer.out()).contains("environment true 2000000000 1");
        assertThat(Files.readAllLines(temporary.resolve("builds")))
                .satisfiesExactly(
                        build -> assertThat(build).contains(" -Pcluster "),
                        build ->
                                assertThat(build)
                                        .contains(
                                                " -Ppeers,cluster"
                                                        + " -Dclass-path.file=classpath-peers-cluster.txt"
                                                        + " "));
        assertThat(launch(home, "layout", "--to", "x").err()).isEmpty();
    }

    @Test
    void addsJarsOfTheUsers() throws Exception {
        Map<String, String> environment = Map.of("PSCONV_CLASS_PATH", "/a b/x.jar:/y.jar");

        Result run = result(start(temporary, home.resolve("psconv"), environment));

        assertThat(run.out())
                .anyMatch(argument -> argument.endsWith("/java:/a b/x.jar:/y.jar"))
                .contains("io.psconv.cli.Psconv");
    }

    @Test
    void quietsNewerJvms() throws Exception {
        java("25.0.3");

        assertThat(launch(home).out())
                .contains(
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow");
    }

    @Test
    void worksThroughASymbolicLink() throws Exception {
        Path link = temporary.resolve("link");
        Files.createSymbolicLink(link, Path.of("a tree/psconv"));

        assertThat(launch(temporary, link).out()).contains("-Dpsconv.home=" + home.toRealPath());
    }

    @Test
    void buildsAgainAfterAChange() throws Exception {
        launch(home);
        Path source = home.resolve("operators/src/main/java/A.java");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(5)));
        assertThat(launch(home).err())
                .containsExactly("psconv: building, since something changed …");

        Files.setLastModifiedTime(source, FileTime.from(Instant.now().minusSeconds(500)));
        assertThat(launch(home).err()).isEmpty();

        Files.delete(home.resolve("jobs/target/classes/made"));
        Files.delete(home.resolve("jobs/target/classes"));
        assertThat(launch(home).err()).hasSize(1);
    }

    @Test
    void twoStartsBuildOnce() throws Exception {
        maven("3.8.7", "sleep 1");
        Process first = start(temporary, home.resolve("psconv"), Map.of());
        Process second = start(temporary, home.resolve("psconv"), Map.of());

        assertThat(result(first).status()).isEqualTo(7);
        assertThat(result(second).status()).isEqualTo(7);
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void showsTheOutputOfAFailedBuildAndTriesAgain() throws Exception {
        maven("3.8.7", "echo 'it broke'; exit 1");
        Result failed = launch(home);
        maven("3.8.7", "exit 0");

        assertThat(failed.status()).isEqualTo(1);
        assertThat(failed.err())
                .containsExactly(
                        BUILDING,
                        "it broke",
                        "psconv: the build failed, see above; the same output is in "
                                + home.toRealPath()
                                + "/jobs/target/psconv-build.log");
        assertThat(launch(home).status()).isEqualTo(7);
    }

    @Test
    void saysWhatIsMissingOrTooOld() throws Exception {
        maven("3.6.3", "exit 0");
        assertThat(launch(home).err())
                .containsExactly("psconv: mvn is of version '3.6.3' but it must be 3.8 or later");

        java("11.0.2");
        assertThat(launch(home).err())
                .containsExactly(
                        "psconv: '"
                                + bin
                                + "/java' is of version 11.0.2 but it must be 17 or later; set"
                                + " JAVA_HOME to a newer JDK");

        Result elsewhere =
                result(
                        start(
                                temporary,
                                home.resolve("psconv"),
                                Map.of("JAVA_HOME", home.toString())));
        assertThat(elsewhere.err())
                .containsExactly(
                        "psconv: JAVA_HOME is '"
                                + home
                                + "' but has no bin/java; point it at a JDK of version 17 or"
                                + " later");
    }

    private record Result(int status, List<String> out, List<String> err) {}

    private Result launch(Path workingFolder, String... arguments) throws Exception {
        return launch(workingFolder, home.resolve("psconv"), arguments);
    }

    private Result launch(Path workingFolder, Path launcher, String... arguments) throws Exception {
        return result(start(workingFolder, launcher, Map.of(), arguments));
    }

    private Process start(
            Path workingFolder, Path launcher, Map<String, String> environment, String... arguments)
            throws IOException {
        List<String> command = new java.util.ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(workingFolder.toFile());
        builder.environment().remove("JAVA_HOME");
        builder.environment().put("PATH", bin + ":/usr/bin:/bin");
        builder.environment().put("PSCONV_JAVA_OPTS", "-Xmx1g -Da=b");
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static Result result(Process process) throws Exception {
        List<String> out = process.inputReader(StandardCharsets.UTF_8).lines().toList();
        List<String> err = process.errorReader(StandardCharsets.UTF_8).lines().toList();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Result(process.exitValue(), out, err);
    }

    private long builds() throws IOException {
        return Files.readAllLines(temporary.resolve("builds")).size();
    }

    private void java(String version) throws IOException {
        script(
                "java",
                "if [ \"$1\" = -version ]; then echo 'openjdk version \""
                        + version
                        + "\" 2025-04-15' >&2; exit; fi\n"
                        + "printf '%s\\n' \"$@\"\n"
                        + "echo \"environment ${DJL_OFFLINE:-} ${MALLOC_MMAP_THRESHOLD_:-}"
                        + " ${MALLOC_ARENA_MAX:-}\"\nexit 7");
    }

    private void maven(String version, String then) throws IOException {
        script(
                "mvn",
                "if [ \"$1\" = --version ]; then echo 'Apache Maven "
                        + version
                        + " (x)'; exit; fi\n"
                        + "echo \"$*\" >> '"
                        + temporary
                        + "/builds'\n"
                        + "for m in model-store operators jobs; do mkdir -p $m/target/classes;"
                        + " done\n"
                        + "touch jobs/target/classes/made\n"
                        + "printf '%s' '"
                        + bin
                        + "/java' > jobs/target/classpath.txt\n"
                        + "case $* in\n"
                        + "*-Ppeers,cluster*) mv jobs/target/classpath.txt"
                        + " jobs/target/classpath-peers-cluster.txt ;;\n"
                        + "*-Ppeers*) mv jobs/target/classpath.txt"
                        + " jobs/target/classpath-peers.txt ;;\n"
                        + "*-Pcluster*) mv jobs/target/classpath.txt"
                        + " jobs/target/classpath-cluster.txt ;;\n"
                        + "esac\n"
                        + then);
    }

    private void script(String name, String body) throws IOException {
        Path file = bin.resolve(name);
        Files.writeString(file, "#!/bin/bash\n" + body + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }
}
