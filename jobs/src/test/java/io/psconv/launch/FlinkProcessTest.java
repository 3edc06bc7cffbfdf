package io.psconv.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlinkProcessTest {
    @SuppressWarnings("NullAway.Init") // Set before every test.
    @TempDir
    private Path folder;

    @Test
    void sizesATaskManagerAsItsConfigurationSays() throws Exception {
        write(
                "taskmanager.memory.process.size: 1600m",
                "taskmanager.memory.managed.size: 0m",
                "taskmanager.memory.network.min: 64m",
                "taskmanager.memory.network.max: 64m",
                "taskmanager.memory.jvm-metaspace.size: 256m",
                "taskmanager.memory.jvm-overhead.min: 200m",
                "taskmanager.memory.jvm-overhead.max: 200m",
                "env.java.opts.all: \"--add-modules=jdk.incubator.vector  -Da=b\"",
                "env.java.opts.taskmanager: -Dmine=yes",
                "env.java.opts.jobmanager: -Dmine=no");

        List<String> lines =
                CommandLine.lines(FlinkProcess.TASKMANAGER, folder.toString(), List.of(), 17);

        // 1600 less 256, 200, 64 of network and 128 off the heap.
        assertThat(lines)
                .startsWith("-Xmx" + (952L << 20), "-Xms" + (952L << 20))
                .containsSequence(
                        "--add-modules=jdk.incubator.vector",
                        "-Da=b",
                        "-Dmine=yes",
                        "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
                        "--configDir",
                        folder.toString(),
                        "-D")
                .contains("taskmanager.memory.managed.size=0b");
    }

    @Test
    void takesGivenSettingsForThoseOfTheFile() throws Exception {
        write("jobmanager.memory.process.size: 1000m");
        List<String> given = List.of("-Djobmanager.memory.process.size=1100m");

        assertThat(heap(FlinkProcess.STANDALONE_JOB, given))
                .isEqualTo(heap(FlinkProcess.JOBMANAGER, List.of()) + (100L << 20));
    }

    @Test
    void quietsNewerJvmsOnly() throws Exception {
        write("env.java.opts.client: -Dclient=yes");

        assertThat(CommandLine.lines(FlinkProcess.CLIENT, folder.toString(), List.of(), 17))
                .containsExactly("-Dclient=yes", "org.apache.flink.client.cli.CliFrontend");
        assertThat(CommandLine.lines(FlinkProcess.CLIENT, folder.toString(), List.of(), 25))
                .startsWith("--enable-native-access=ALL-UNNAMED");
    }

    @Test
    void everyMainClassIsThere() {
        for (FlinkProcess process : FlinkProcess.values()) {
            assertThat(process.mainClass())
                    .satisfies(
                            name ->
                                    assertThat(
                                                    Class.forName(name)
                                                            .getMethod("main", String[].class))
                                            .isNotNull());
            assertThat(FlinkProcess.of(process.toString())).isEqualTo(process);
        }
    }

    @Test
    void saysWhatIsWrong() throws Exception {
        write("");

        assertThatThrownBy(() -> FlinkProcess.of("worker"))
                .hasMessage(
                        "process was 'worker' but it must be one of [jobmanager, standalone-job,"
                                + " taskmanager, client]");
        assertThatThrownBy(
                        () ->
                                CommandLine.lines(
                                        FlinkProcess.CLIENT,
                                        folder.toString(),
                                        List.of("s3.secret-key=x"),
                                        17))
                .hasMessage("argument was 's3.secret-key=...' but it must be -Dkey=value");
    }

    private long heap(FlinkProcess process, List<String> given) {
        return CommandLine.lines(process, folder.toString(), given, 17).stream()
                .filter(line -> line.startsWith("-Xmx"))
                .mapToLong(line -> Long.parseLong(line.substring(4)))
                .findFirst()
                .orElseThrow();
    }

    private void write(String... lines) throws Exception {
        Files.write(folder.resolve("config.yaml"), List.of(lines));
    }
}
