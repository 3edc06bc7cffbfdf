package io.psconv.tests.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import java.lang.module.ModuleFinder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The image's own files, as far as they can be judged without an engine that builds it. */
class ImageTest {
    @SuppressWarnings("NullAway.Init") // Set before every test.
    @TempDir
    private Path temporary;

    @BeforeEach
    void requireBash() {
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "there is no bash");
        assumeTrue(Files.isDirectory(Path.of("/proc/self")), "there is no /proc");
    }

    @Test
    void isNotRunByRootAndSaysHowItIs() throws Exception {
        assertThat(DockerFiles.text("Dockerfile"))
                .contains("\nUSER 9999:9999\n", "\nHEALTHCHECK ", "\nENTRYPOINT [")
                .doesNotContain(":latest");
    }

    @Test
    void copiesWhatIsThereAndNotIgnored() throws Exception {
        Matcher copies =
                Pattern.compile("(?m)^COPY (?!--from)(?:--\\S+ )*(.+) \\S+$")
                        .matcher(DockerFiles.text("Dockerfile"));
        List<String> kept =
                DockerFiles.text("Dockerfile.dockerignore")
                        .lines()
                        .filter(line -> line.startsWith("!"))
                        .map(line -> line.substring(1))
                        .toList();
        int found = 0;
        while (copies.find()) {
            for (String source : copies.group(1).split(" ")) {
                assertThat(DockerFiles.FOLDER.resolveSibling(source)).exists();
                assertThat(kept).contains(source);
                found++;
            }
        }
        assertThat(found).isGreaterThan(5);
    }

    @Test
    void bringsAJavaWithEveryModuleThatIsNeeded() throws Exception {
        Matcher modules =
                Pattern.compile("--add-modules \\\\\n((?:.*\\\\\n)*.*)\n")
                        .matcher(DockerFiles.text("Dockerfile"));
        assertThat(modules.find()).isTrue();
        assertThat(modules.group(1).replace("\\\n", "").split(","))
                .contains(
                        "jdk.incubator.vector",
                        // Prometheus' endpoint, pictures, and what Flink's metrics read.
                        "jdk.httpserver",
                        "java.desktop",
                        "java.management.rmi")
                .allSatisfy(
                        module ->
                                assertThat(ModuleFinder.ofSystem().find(module))
                                        .as(module)
                                        .isPresent());
    }

    @Test
    void entersTheScriptOfTheProcess() throws Exception {
        scripts("jobmanager", "taskmanager", "standalone-job");

        assertThat(enter("jobmanager", "-Da=b").text())
                .isEqualTo("jobmanager.sh conf= arguments=-Da=b\n");
        assertThat(enter("taskmanager", "-Da=b").text())
                .isEqualTo("taskmanager.sh conf= arguments=-Dtaskmanager.rpc.port=6122 -Da=b\n");
        assertThat(enter("standalone-job", "--", "-Dkafka.acks=all").text())
                .isEqualTo("standalone-job.sh conf= arguments=-- -Dkafka.acks=all\n");
        assertThat(enter("echo", "hello").text()).isEqualTo("hello\n");
        assertThat(enter().text()).startsWith("usage: (jobmanager | standalone-job | taskmanager)");
    }

    @Test
    void takesTheConfigurationThatTheOperatorMounts() throws Exception {
        scripts("jobmanager");
        Path mounted = Files.createDirectories(temporary.resolve("mounted"));
        Files.writeString(mounted.resolve("config.yaml"), "");

        assertThat(enter("jobmanager").text())
                .isEqualTo("jobmanager.sh conf=" + mounted + " arguments=\n");
    }

    @Test
    void aTaskManagerIsHealthyWhileItListens() throws Exception {
        Process process = named("org.apache.flink.runtime.taskexecutor.TaskManagerRunner");
        try {
            int port;
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = socket.getLocalPort();
                assertThat(health(process, "PSCONV_RPC_PORT", port).status()).isZero();
            }
            assertThat(health(process, "PSCONV_RPC_PORT", port).status()).isEqualTo(1);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void aJobManagerIsHealthyWhileItAnswers() throws Exception {
        Process process =
                named(
                        "org.apache.flink.container.entrypoint.StandaloneApplicationClusterEntryPoint");
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
        int[] answer = {200};
        server.createContext(
                "/overview",
                exchange -> {
                    exchange.sendResponseHeaders(answer[0], -1);
                    exchange.close();
                });
        server.start();
        try {
            int port = server.getAddress().getPort();
            assertThat(health(process, "PSCONV_REST_PORT", port).text()).isEmpty();
            assertThat(health(process, "PSCONV_REST_PORT", port).status()).isZero();
            answer[0] = 503;
            assertThat(health(process, "PSCONV_REST_PORT", port))
                    .isEqualTo(
                            new DockerFiles.Output(
                                    1,
                                    "GET /overview was answered by 'HTTP/1.1 503 Service"
                                            + " Unavailable'\n"));
        } finally {
            server.stop(0);
            process.destroyForcibly().waitFor();
        }
    }

    private DockerFiles.Output enter(String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(DockerFiles.FOLDER.resolve("entrypoint.sh").toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("PSCONV_HOME", temporary.toString());
        builder.environment().put("PSCONV_MOUNTED_CONF", temporary.resolve("mounted").toString());
        builder.environment().remove("FLINK_CONF_DIR");
        return DockerFiles.run(builder);
    }

    /** Stand-ins that say how they were called. */
    private void scripts(String... names) throws Exception {
        Path bin = Files.createDirectories(temporary.resolve("bin"));
        for (String name : names) {
            Path file = bin.resolve(name + ".sh");
            Files.writeString(
                    file,
                    "#!/bin/bash\necho \"$(basename \"$0\") conf=${FLINK_CONF_DIR:-}"
                            + " arguments=$*\"\n");
            assertThat(file.toFile().setExecutable(true)).isTrue();
        }
    }

    /** A process whose command line has a name in it. */
    private static Process named(String name) throws Exception {
        Process process =
                new ProcessBuilder("/bin/bash", "-c", "exec -a \"$0\" sleep 60", name).start();
        Path commandLine = Path.of("/proc", Long.toString(process.pid()), "cmdline");
        while (!Files.readString(commandLine).startsWith(name)) {
            assertThat(process.isAlive()).isTrue();
            Thread.onSpinWait();
        }
        return process;
    }

    private static DockerFiles.Output health(Process process, String variable, int port)
            throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(
                        DockerFiles.FOLDER.resolve("healthcheck.sh").toString(),
                        Long.toString(process.pid()));
        builder.environment().put(variable, Integer.toString(port));
        return DockerFiles.run(builder);
    }
}
