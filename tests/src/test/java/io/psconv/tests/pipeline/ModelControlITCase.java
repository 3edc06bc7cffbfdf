package io.psconv.tests.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.bench.CommittedRecords;
import io.psconv.bench.ResultReader;
import io.psconv.cli.Psconv;
import io.psconv.job.kafka.DecisionJson;
import io.psconv.job.kafka.KafkaProperties;
import io.psconv.job.kafka.TopicCheck;
import io.psconv.job.options.ClassifyConfigOptions;
import io.psconv.model.store.ModelStore;
import io.psconv.model.store.StoredModel;
import io.psconv.operator.record.AcceptedPlan;
import io.psconv.operator.record.Classification;
import io.psconv.operator.record.ModelDecision;
import io.psconv.operator.record.ModelReference;
import io.psconv.operator.record.RequestedTime;
import io.psconv.operator.record.RoutePlan;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Requests from the command through a real broker to a running job, and back. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class ModelControlITCase {
    private static final Pattern EFFECTIVE = Pattern.compile("\"effectiveFromMillis\" : (\\d+)");

    private Pipeline pipeline;
    private int sent;

    @BeforeEach
    void start() throws Exception {
        pipeline = new Pipeline(1);
        try (TopicCheck check = new TopicCheck(kafka())) {
            check.createMissingControl("model-control", "model-decisions");
        }
    }

    @AfterEach
    void stop() {
        RecordSchemas schemas = new RecordSchemas();
        try (CommittedRecords records = new CommittedRecords(kafka(), List.of("model-decisions"))) {
            records.pollToEnd(schemas::check);
        } finally {
            pipeline.close();
        }
    }

    @Test
    void servesTheModelAskedForFromTheEffectiveTimeOnAndIgnoresItsSecondDecision()
            throws Exception {
        JobID job = pipeline.start(configuration(), 1);
        try (KafkaProducer<byte[], byte[]> producer = pipeline.producer();
                ResultReader results = pipeline.results()) {
            long first = effective(run("activate", "resnet18-psd1_p16@1", "--json"));
            // A verifier that starts again repeats its decisions, maybe with another outcome.
            producer.send(
                            new ProducerRecord<>(
                                    "model-decisions",
                                    "again".getBytes(StandardCharsets.UTF_8),
                                    DecisionJson.write(again("resnet56-dense"))))
                    .get();
            long second = effective(run("activate", "resnet18-psd1_p16", "--json"));
            assertThat(second).isGreaterThan(first);
            sendUntilServedBy(producer, results, second, "resnet18-psd1_p16@2");

            assertThat(servedBy(producer, results, first - 1)).isEqualTo("resnet20-dense@1");
            assertThat(servedBy(producer, results, first)).isEqualTo("resnet18-psd1_p16@1");
            assertThat(servedBy(producer, results, second - 1)).isEqualTo("resnet18-psd1_p16@1");
            assertThat(servedBy(producer, results, second)).isEqualTo("resnet18-psd1_p16@2");
            assertThat(run("routes").out())
                    .contains("route default serves resnet18-psd1_p16@2 since ")
                    .contains("(model-control-0@1)");
            pipeline.stop(job);
        }
    }

    @Test
    void refusesWithTheReasonAndGoesOn(@TempDir Path folder) throws Exception {
        Configuration configuration = configuration();
        configuration.set(
                ClassifyConfigOptions.CLASSIFY_STORE, storeWithADamagedVictim(folder).toString());
        JobID job = pipeline.start(configuration, 1);
        try (KafkaProducer<byte[], byte[]> producer = pipeline.producer()) {
            producer.send(
                            new ProducerRecord<>(
                                    "model-control", "now!".getBytes(StandardCharsets.UTF_8)))
                    .get();
        }

        Run missing = run("activate", "nonsuch");
        Run damaged = run("activate", "victim", "--route", "day", "--cameras", "gate-*");
        Run ending = run("deactivate", "--route", "default");
        Run cropped = run("crop", "--camera", "gate-1", "--rectangle", "0,0,16,16");

        assertThat(missing.status()).isEqualTo(1);
        assertThat(missing.err())
                .startsWith("psconv: request model-control-0@1 is refused: model was 'nonsuch'")
                .contains("has only resnet20-dense, victim");
        assertThat(damaged.status()).isEqualTo(1);
        assertThat(damaged.err()).contains("digest of model 'victim@1' was '");
        assertThat(ending.status()).isEqualTo(1);
        assertThat(ending.err()).contains("route 'default' cannot end");
        assertThat(cropped.out()).contains("camera gate-1 is cropped to 16x16 from 0,0 from ");
        assertThat(cropped.status()).as(cropped.err()).isZero();
        assertThat(run("routes").out())
                .contains("route default serves what the job's option classify.model says")
                .contains("  refused last: model-control-0@3: route 'default' cannot end")
                .contains("route day serves no camera")
                .contains("  refused last: model-control-0@2: digest of model 'victim@1'")
                .contains("refused: model-control-0@0: record is not JSON")
                .doesNotContain("undecided");
        assertThat(pipeline.cluster().status(job)).isEqualTo(JobStatus.RUNNING);
        pipeline.stop(job);
    }

    @Test
    void aJobThatEndsByItselfDecidesNothing() throws Exception {
        pipeline.send(20, 100_000);
        Configuration configuration = configuration();
        configuration.set(ClassifyConfigOptions.FRAMES_UNTIL, "latest");

        pipeline.cluster().await(pipeline.submit(configuration, 1, null));
        Run undecided = run("activate", "resnet56-dense", "--timeout", "1s");

        assertThat(undecided.status()).isEqualTo(1);
        assertThat(undecided.err())
                .startsWith("psconv: no decision on request model-control-0@0 within 1.0 s");
        assertThat(run("routes").out())
                .contains("undecided: model-control-0@0, sent ")
                .contains("no job has decided anything here yet");
    }

    private Configuration configuration() {
        Configuration configuration = pipeline.configuration();
        configuration.set(ClassifyConfigOptions.DECISIONS_TOPIC, "model-decisions");
        configuration.set(ClassifyConfigOptions.CONTROL_TOPIC, "model-control");
        configuration.set(ClassifyConfigOptions.CONTROL_LEAD, Duration.ofMillis(200));
        configuration.set(ClassifyConfigOptions.CONTROL_TICK_INTERVAL, Duration.ofMillis(50));
        return configuration;
    }

    private KafkaProperties kafka() {
        return KafkaProperties.of(pipeline.broker().bootstrapServers());
    }

    private Run run(String command, String... arguments) {
        List<String> all = new ArrayList<>(List.of("models", command));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--bootstrap-servers", pipeline.broker().bootstrapServers()));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status =
                Psconv.run(
                        new PrintWriter(out, true),
                        new PrintWriter(err, true),
                        all.toArray(String[]::new));
        return new Run(status, out.toString(), err.toString());
    }

    private record Run(int status, String out, String err) {}

    private static AcceptedPlan again(String name) throws Exception {
        StoredModel model = new ModelStore(Pipeline.STORE).resolve(name);
        return new AcceptedPlan(
                "model-control-0@0",
                ModelDecision.DEFAULT_ROUTE,
                RoutePlan.single(
                        RoutePlan.ALL_CAMERAS,
                        new ModelReference(model.name(), model.version(), model.digest())),
                new RequestedTime(0, 0));
    }

    /** Sends frames of a time until a model has taken over for it. */
    private void sendUntilServedBy(
            KafkaProducer<byte[], byte[]> producer,
            ResultReader results,
            long timestampMillis,
            String model)
            throws Exception {
        Pipeline.await(
                model + " serves",
                () -> servedBy(producer, results, timestampMillis).equals(model));
    }

    /** Sends a frame of a time and says which model classified it. */
    private String servedBy(
            KafkaProducer<byte[], byte[]> producer, ResultReader results, long timestampMillis)
            throws Exception {
        producer.send(
                        new ProducerRecord<>(
                                "frames",
                                0,
                                timestampMillis,
                                "gate-1".getBytes(StandardCharsets.UTF_8),
                                Samples.png(sent)))
                .get();
        sent++;
        pipeline.read(results, sent);
        Classification newest = results.inOrderOfArrival().get(sent - 1);
        return newest.model().name() + "@" + newest.model().version();
    }

    private static long effective(Run run) {
        assertThat(run.status()).as(run.err()).isZero();
        Matcher matcher = EFFECTIVE.matcher(run.out());
        assertThat(matcher.find()).as(run.out()).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    private static Path storeWithADamagedVictim(Path folder) throws Exception {
        ModelStore zoo = new ModelStore(Pipeline.STORE);
        ModelStore copy = new ModelStore(folder);
        copy.publish("resnet20-dense", zoo.read(zoo.resolve("resnet20-dense")));
        StoredModel victim = copy.publish("victim", zoo.read(zoo.resolve("resnet20-dense")));
        byte[] file = Files.readAllBytes(victim.path());
        file[file.length - 1] ^= 1;
        Files.write(victim.path(), file);
        return folder;
    }
}
