package io.psconv.cli;

import io.psconv.job.ClassifyJob;
import io.psconv.job.ClassifyTopics;
import io.psconv.job.kafka.KafkaProperties;
import io.psconv.job.options.ClassifyConfigOptions;
import io.psconv.job.options.ClassifyOptions;
import io.psconv.local.EmbeddedCluster;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the classify job in this JVM against a Kafka of the user's. */
@Command(
        name = "classify",
        description = {
            "Classifies the frames of a Kafka topic.",
            "The job runs on a Flink mini cluster in this JVM, until Ctrl-C or until --until is"
                    + " reached. Every option of the job can be set"
                    + " with -D; psconv options lists them."
        })
final class ClassifyCommand implements Callable<Integer> {
    private static final long WATCH_NANOS = 200_000_000;

    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @Mixin
    private KafkaArguments kafka;

    @Mixin private final StoreOption store = new StoreOption();

    @Option(
            names = "--model",
            paramLabel = "NAME[@VERSION]",
            defaultValue = "resnet18-psd1_p16",
            description = "Model that serves first; ${DEFAULT-VALUE} if not given.")
    private String model = "resnet18-psd1_p16";

    @Option(
            names = "--from",
            defaultValue = "committed",
            description =
                    "earliest, latest, committed (earliest where nothing is), or a time in"
                            + " milliseconds or like 2026-05-31T12:00:00Z; ${DEFAULT-VALUE} if not"
                            + " given.")
    private String from = "committed";

    @Option(
            names = "--until",
            description = "latest (what is there at the start) or a time; without it, for ever.")
    private @Nullable String until;

    @Option(
            names = "--frames",
            paramLabel = "TOPIC",
            defaultValue = "frames",
            description = "Topic to read; ${DEFAULT-VALUE} if not given.")
    private String frames = "frames";

    @Option(
            names = "--parallelism",
            defaultValue = "0",
            description = "Subtasks; one a processor if not given.")
    private int parallelism;

    @Option(
            names = "--create-topics",
            description =
                    "Create missing result topics, with as many partitions as there are"
                            + " subtasks, and missing topics of requests and decisions, with"
                            + " one.")
    private boolean createTopics;

    @Option(
            names = "-D",
            paramLabel = "KEY=VALUE",
            description = "An option of the job, for example -Dclassify.batch.max-size=64.")
    private final Map<String, String> options = new LinkedHashMap<>();

    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        int subtasks = parallelism == 0 ? Runtime.getRuntime().availableProcessors() : parallelism;
        if (subtasks < 1) {
            throw new IllegalArgumentException(
                    "--parallelism was '" + parallelism + "' but it must be at least 1");
        }
        ClassifyOptions job = ClassifyOptions.of(configuration());
        if (createTopics) {
            ClassifyTopics.createMissing(job, subtasks);
        } else {
            ClassifyTopics.require(job);
        }
        PrintWriter err = spec.commandLine().getErr();
        try (StopSignal signal = new StopSignal();
                EmbeddedCluster cluster = EmbeddedCluster.start(subtasks)) {
            StreamExecutionEnvironment environment =
                    StreamExecutionEnvironment.getExecutionEnvironment();
            environment.setParallelism(subtasks);
            ClassifyJob.define(environment, job);
            JobID id = cluster.submit(environment.getStreamGraph());
            err.printf(
                    "psconv: classifying '%s' with %s into '%s'; %s%n",
                    job.topics().frames(),
                    job.model().reference(),
                    job.topics().classifications(),
                    until == null ? "Ctrl-C ends it" : "until " + until);
            while (!cluster.status(id).isGloballyTerminalState()) {
                if (signal.awaitUntil(System.nanoTime() + WATCH_NANOS)) {
                    return stop(cluster, id, err);
                }
            }
            // Of a failed job this throws what made it fail.
            cluster.await(id);
        }
        err.println("psconv: done, everything is committed");
        return 0;
    }

    /** Stops behind a savepoint, so that what was classified is committed. */
    private static int stop(EmbeddedCluster cluster, JobID id, PrintWriter err) throws Exception {
        if (cluster.status(id) == JobStatus.RUNNING) {
            cluster.stopWithSavepoint(id, cluster.folder().resolve("stop"));
            err.println("psconv: stopped, everything classified is committed");
        } else {
            cluster.cancel(id);
            err.println("psconv: stopped before the job ran");
        }
        return 130;
    }

    private Configuration configuration() {
        KafkaProperties properties = kafka.toProperties();
        Configuration configuration = new Configuration();
        properties
                .settings()
                .forEach(
                        (key, value) ->
                                configuration.setString(
                                        ClassifyConfigOptions.KAFKA_PREFIX + key, value));
        configuration.set(
                ClassifyConfigOptions.KAFKA_BOOTSTRAP_SERVERS, properties.bootstrapServers());
        configuration.set(ClassifyConfigOptions.CLASSIFY_STORE, store.folder().toString());
        configuration.set(ClassifyConfigOptions.CLASSIFY_MODEL, model);
        configuration.set(ClassifyConfigOptions.FRAMES_TOPIC, frames);
        configuration.set(ClassifyConfigOptions.FRAMES_FROM, from);
        if (until != null) {
            configuration.set(ClassifyConfigOptions.FRAMES_UNTIL, until);
        }
        options.forEach(configuration::setString);
        return configuration;
    }
}
