package io.psconv.tests.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.bench.ResultReader;
import io.psconv.cli.Psconv;
import io.psconv.job.kafka.KafkaProperties;
import io.psconv.job.options.ClassifyOptions;
import io.psconv.job.options.JobArguments;
import io.psconv.tests.pipeline.RecordSchemas;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands against a Kafka with TLS and SASL/SCRAM. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class SecuredKafkaITCase {
    private static final String WRONG = "s3cret-That-Is-Wrong";
    private static final Path MODELS = Path.of(System.getProperty("psconv.root"), "model-store");

    @TempDir private static Path folder;
    private static SecuredBroker broker;

    @BeforeAll
    static void start() throws Exception {
        broker = new SecuredBroker(folder);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void producesClassifiesAndReplaysWithoutASecretInAnyLog() throws Exception {
        Path pictures = Files.createDirectories(folder.resolve("pictures"));
        for (int number = 0; number < 20; number++) {
            Files.write(pictures.resolve(number + ".png"), Pictures.png(number));
        }
        Files.write(pictures.resolve("nonsense.jpg"), new byte[100]);
        List<String> settings = broker.clientSettings(SecuredBroker.PASSWORD);
        StringBuilder said = new StringBuilder();
        String logged;
        try (LogCapture log = new LogCapture()) {
            run(said, settings, "produce", "--dir", pictures.toString(), "--create-topic");
            run(said, settings, classify());
            run(said, settings, "replay-rejected");
            run(said, settings, classify());
            logged = log.text();
        }

        try (ResultReader results =
                new ResultReader(
                        kafka(settings),
                        "classifications",
                        "rejected-frames",
                        new RecordSchemas()::check)) {
            results.pollToEnd();
            assertThat(results.classified()).hasSize(20);
            // Again, since nothing was mended.
            assertThat(results.rejected()).hasSize(2);
            assertThat(results.duplicates()).isZero();
        }
        assertThat(said.toString()).contains("sent 21 frames").contains("1  sent again");
        // That the capture hears those who know the secrets.
        assertThat(logged)
                .contains("ProducerConfig values:")
                .contains("ConsumerConfig values:")
                .contains("sasl.jaas.config = [hidden]")
                .contains("org.apache.flink.");
        assertThat(secretsIn(logged)).isEmpty();
        assertThat(secretsIn(said.toString())).isEmpty();
    }

    @Test
    void optionsPrintNoSecret() {
        List<String> arguments =
                new ArrayList<>(List.of("-Dclassify.store=s", "-Dclassify.model=m"));
        arguments.add("-Dkafka.bootstrap-servers=" + broker.bootstrapServers());
        for (String setting : broker.clientSettings(SecuredBroker.PASSWORD)) {
            arguments.add("--kafka");
            arguments.add(setting);
        }

        ClassifyOptions options =
                ClassifyOptions.of(JobArguments.parse(arguments.toArray(String[]::new)));

        assertThat(options.toString()).contains("security.protocol=SASL_SSL");
        assertThat(secretsIn(options.toString())).isEmpty();
        assertThat(options.kafka().toProperties())
                .containsEntry("ssl.truststore.password", SecuredBroker.TRUST_PASSWORD);
    }

    @ParameterizedTest
    @ValueSource(strings = {"produce", "classify", "replay-rejected", "bench"})
    void aWrongPasswordIsSaid(String command) throws Exception {
        Files.write(folder.resolve("one.png"), Pictures.png(0));
        List<String> arguments =
                switch (command) {
                    case "produce" -> List.of("--dir", folder.toString());
                    case "classify" -> List.of("--model", "resnet20-dense");
                    case "bench" ->
                            List.of(
                                    "pipeline",
                                    "--models=resnet20-dense",
                                    "--store=" + MODELS.resolve("zoo"),
                                    "--data="
                                            + MODELS.resolve("samples")
                                                    .resolve("cifar10-test-2000.png"));
                    default -> List.of();
                };
        StringBuilder said = new StringBuilder();
        String logged;
        int status;
        try (LogCapture log = new LogCapture()) {
            List<String> all = new ArrayList<>(List.of(command));
            all.addAll(arguments);
            status = status(said, broker.clientSettings(WRONG), all.toArray(String[]::new));
            logged = log.text();
        }

        assertThat(status).isEqualTo(1);
        assertThat(said)
                .hasToString(
                        "psconv: Kafka at '"
                                + broker.bootstrapServers()
                                + "' refused: Authentication failed during authentication due to"
                                + " invalid credentials with SASL mechanism SCRAM-SHA-512\n");
        assertThat(secretsIn(logged)).isEmpty();
    }

    @Test
    void aLoginThatCannotBeReadIsNotQuoted() {
        List<String> settings = new ArrayList<>(broker.clientSettings(SecuredBroker.PASSWORD));
        settings.removeIf(setting -> setting.startsWith("sasl.jaas.config"));
        settings.add("sasl.jaas.config=password=" + SecuredBroker.PASSWORD);
        StringBuilder said = new StringBuilder();

        int status = status(said, settings, "replay-rejected", "--verbose");

        assertThat(status).isEqualTo(1);
        assertThat(said.toString()).contains("psconv: no Kafka client for '");
        assertThat(secretsIn(said.toString())).isEmpty();
    }

    @Test
    void anUntrustedBrokerIsRefused() {
        List<String> settings = new ArrayList<>(broker.clientSettings(SecuredBroker.PASSWORD));
        settings.removeIf(setting -> setting.startsWith("ssl.truststore"));
        StringBuilder said = new StringBuilder();

        int status = status(said, settings, "replay-rejected");

        assertThat(status).isEqualTo(1);
        assertThat(said.toString())
                .startsWith("psconv: Kafka at '" + broker.bootstrapServers() + "' refused: ")
                .contains("unable to find valid certification path");
    }

    @Test
    void secretsMayStandInAFileOfTheirOwn() throws Exception {
        Path secrets = folder.resolve("secrets.properties");
        Files.writeString(
                secrets,
                "login="
                        + SecuredBroker.login(SecuredBroker.USER, SecuredBroker.PASSWORD)
                        + "\ntrust="
                        + SecuredBroker.TRUST_PASSWORD
                        + "\n");
        List<String> settings = new ArrayList<>(broker.clientSettings(SecuredBroker.PASSWORD));
        settings.removeIf(
                setting ->
                        setting.startsWith("sasl.jaas.config")
                                || setting.startsWith("ssl.truststore.password"));
        settings.add("config.providers=file");
        settings.add(
                "config.providers.file.class="
                        + "org.apache.kafka.common.config.provider.FileConfigProvider");
        settings.add("sasl.jaas.config=${file:" + secrets + ":login}");
        settings.add("ssl.truststore.password=${file:" + secrets + ":trust}");
        StringBuilder said = new StringBuilder();

        Files.write(
                Files.createDirectories(folder.resolve("one")).resolve("1.png"), Pictures.png(1));
        run(
                said,
                settings,
                "produce",
                "--dir",
                folder.resolve("one").toString(),
                "--topic",
                "by-file",
                "--create-topic");

        assertThat(said.toString()).contains("sent 1 frames");
        assertThat(secretsIn(settings.toString())).isEmpty();
    }

    private static String[] classify() {
        return new String[] {
            "classify",
            "--model",
            "resnet20-dense",
            "--store",
            Path.of(System.getProperty("psconv.root"), "model-store", "zoo").toString(),
            "--until",
            "latest",
            "--create-topics",
            "--parallelism",
            "1",
            "-Dmetrics.port=off"
        };
    }

    private static void run(StringBuilder said, List<String> settings, String... arguments) {
        assertThat(status(said, settings, arguments)).as("%s", said).isZero();
    }

    private static int status(StringBuilder said, List<String> settings, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--bootstrap-servers");
        all.add(broker.bootstrapServers());
        for (String setting : settings) {
            all.add("--kafka");
            all.add(setting);
        }
        StringWriter text = new StringWriter();
        PrintWriter writer = new PrintWriter(text, true);
        int status = Psconv.run(writer, writer, all.toArray(String[]::new));
        said.append(text);
        return status;
    }

    private static KafkaProperties kafka(List<String> settings) {
        KafkaProperties kafka = KafkaProperties.of(broker.bootstrapServers());
        for (String setting : settings) {
            kafka = kafka.with(setting);
        }
        return kafka;
    }

    /** All of a test's secrets begin alike. */
    private static List<String> secretsIn(String text) {
        return text.lines().filter(line -> line.contains("s3cret")).toList();
    }
}
