package io.psconv.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ClusterProcessTest {
    @SuppressWarnings("NullAway.Init") // Set before every test.
    @TempDir
    private Path folder;

    @Test
    void runsAgainAfterItWasKilledAndKeepsItsLog() throws Exception {
        ClusterProcess process = sleeper();
        process.start();
        await(process, 1);
        long first = process.pid();

        process.kill();

        assertThat(process.isAlive()).isFalse();
        assertThat(process.exitValue()).isEqualTo(128 + 9);
        process.start();
        await(process, 2);
        assertThat(process.pid()).isNotEqualTo(first);
        assertThat(process.tail()).isEqualTo("asleep\nasleep\n");
        process.kill();
    }

    @Test
    void refusesToStartWhileItRuns() throws Exception {
        ClusterProcess process = sleeper();
        process.start();
        try {
            assertThatThrownBy(process::start)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("sleeper runs already; kill it before it is started");
        } finally {
            process.kill();
        }
    }

    @Test
    void hasNoProcessBeforeItsStart() throws Exception {
        ClusterProcess process = sleeper();

        process.kill();

        assertThat(process.isAlive()).isFalse();
        assertThatThrownBy(process::pid).hasMessage("sleeper was not started");
    }

    /** What a terminal or a service manager tells a command, it tells its processes, too. */
    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM", "HUP"})
    void leavesSignalsToItsParent(String signal) throws Exception {
        ClusterProcess process = sleeper();
        process.start();
        try {
            await(process, 1);
            String pid = Long.toString(process.pid());
            assertThat(new ProcessBuilder("kill", "-" + signal, pid).start().waitFor()).isZero();

            TimeUnit.MILLISECONDS.sleep(500);
            assertThat(process.isAlive()).isTrue();
        } finally {
            process.kill();
        }
        assertThat(process.exitValue()).isEqualTo(128 + 9);
    }

    @Test
    void endsWhenItsParentIsKilled() throws Exception {
        Process parent =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Parent.class.getName(),
                                folder.toString())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try (BufferedReader out = parent.inputReader(StandardCharsets.UTF_8)) {
            ProcessHandle child = ProcessHandle.of(Long.parseLong(out.readLine())).orElseThrow();
            assertThat(child.isAlive()).isTrue();

            parent.destroyForcibly().waitFor();

            assertThat(child.onExit().get(30, TimeUnit.SECONDS).isAlive()).isFalse();
        } finally {
            parent.destroyForcibly();
        }
    }

    private ClusterProcess sleeper() {
        return sleeper(folder);
    }

    private static ClusterProcess sleeper(Path folder) {
        return new ClusterProcess(
                "sleeper",
                folder.resolve("sleeper.log"),
                ClusterProcess.ownClassPath(),
                List.of("-XX:TieredStopAtLevel=1"),
                List.of(Sleeper.class.getName()));
    }

    private static void await(ClusterProcess process, int starts) throws Exception {
        while (Files.readAllLines(process.log()).size() < starts) {
            assertThat(process.isAlive()).as(process::tail).isTrue();
            Thread.onSpinWait();
        }
    }

    /** Says that it runs and goes on. */
    public static final class Sleeper {
        private Sleeper() {}

        public static void main(String[] arguments) throws Exception {
            System.out.println("asleep");
            Thread.currentThread().join();
        }
    }

    /** Starts a child, says its number and goes on. */
    static final class Parent {
        private Parent() {}

        public static void main(String[] arguments) throws Exception {
            ClusterProcess child = sleeper(Path.of(arguments[0]));
            child.start();
            await(child, 1);
            System.out.println(child.pid());
            Thread.currentThread().join();
        }
    }
}
