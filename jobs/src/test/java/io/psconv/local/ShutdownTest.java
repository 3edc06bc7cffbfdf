package io.psconv.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.cli.StopSignal;
import java.io.BufferedReader;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShutdownTest {
    @ParameterizedTest
    @ValueSource(classes = {ClosingInHook.class, ClosingOnSignal.class})
    void aTerminatedProcessLeavesNothingBehind(Class<?> main, @TempDir Path temporary)
            throws Exception {
        Process process = start(main, temporary);
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            assertThat(out.readLine()).isEqualTo("started");
            assertThat(files(temporary)).isNotEmpty();

            process.toHandle().destroy();

            assertThat(out.lines()).containsExactly("closed");
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }

        assertThat(process.exitValue()).isEqualTo(128 + 15);
        assertThat(files(temporary)).isEmpty();
    }

    @Test
    void startingAndClosingIsSilent(@TempDir Path temporary) throws Exception {
        Path output = temporary.resolve("output");
        Process process =
                builder(StartingAndClosing.class, temporary)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();

        assertThat(process.exitValue()).isZero();
        assertThat(Files.readAllLines(output)).containsExactly("started", "closed");
    }

    private static List<Path> files(Path folder) throws Exception {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.toList();
        }
    }

    private static Process start(Class<?> main, Path temporary) throws Exception {
        return builder(main, temporary).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    }

    private static ProcessBuilder builder(Class<?> main, Path temporary) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(quietFlags());
        command.addAll(
                List.of(
                        "-Xmx1g",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:-UsePerfData",
                        "-Djava.io.tmpdir=" + temporary,
                        "-cp",
                        System.getProperty(
                                "surefire.test.class.path",
                                System.getProperty("java.class.path", "." + File.pathSeparator)),
                        main.getName()));
        return new ProcessBuilder(command);
    }

    /** What keeps newer JVMs from warning of Flink's libraries; the launcher gives them too. */
    private static List<String> quietFlags() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(
                        flag ->
                                flag.startsWith("--enable-native-access")
                                        || flag.startsWith("--sun-misc-unsafe-memory-access"))
                .toList();
    }

    /** Starts both, and closes them in a hook as the JVM ends. */
    static final class ClosingInHook {
        private ClosingInHook() {}

        public static void main(String[] arguments) throws Exception {
            EmbeddedBroker broker = EmbeddedBroker.start();
            EmbeddedCluster cluster = EmbeddedCluster.start(1);
            Runtime.getRuntime()
                    .addShutdownHook(
                            new Thread(
                                    () -> {
                                        cluster.close();
                                        broker.close();
                                        System.out.println("closed");
                                    }));
            System.out.println("started");
            Thread.currentThread().join();
        }
    }

    /** Starts both, and closes them where the main thread ends. */
    static final class ClosingOnSignal {
        private ClosingOnSignal() {}

        public static void main(String[] arguments) throws Exception {
            try (StopSignal stop = new StopSignal()) {
                try (EmbeddedBroker broker = EmbeddedBroker.start();
                        EmbeddedCluster cluster = EmbeddedCluster.start(1)) {
                    broker.createTopic("frames", 1);
                    assertThat(cluster.miniCluster().isRunning()).isTrue();
                    System.out.println("started");
                    stop.await();
                }
                System.out.println("closed");
            }
        }
    }

    /** Starts both and closes them at once. */
    static final class StartingAndClosing {
        private StartingAndClosing() {}

        public static void main(String[] arguments) throws Exception {
            try (EmbeddedBroker broker = EmbeddedBroker.start();
                    EmbeddedCluster cluster = EmbeddedCluster.start(1)) {
                broker.createTopic("frames", 1);
                assertThat(cluster.miniCluster().isRunning()).isTrue();
                System.out.println("started");
            }
            System.out.println("closed");
        }
    }
}
