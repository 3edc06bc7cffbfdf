package io.psconv.cli;

import io.psconv.bench.OpenLoopProducer;
import io.psconv.bench.ResultReader;
import io.psconv.bench.RunReport;
import io.psconv.job.ClassifyJob;
import io.psconv.job.options.ClassifyConfigOptions;
import io.psconv.job.options.ClassifyOptions;
import io.psconv.local.EmbeddedBroker;
import io.psconv.local.EmbeddedCluster;
import io.psconv.model.dataset.DataSets;
import io.psconv.model.dataset.LabelledImages;
import io.psconv.model.dataset.Split;
import io.psconv.model.network.FeatureShape;
import io.psconv.operator.record.FrameId;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import me.tongfei.progressbar.ProgressBar;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The main job with everything it needs inside this JVM. */
@Command(
        name = "demo",
        description = {
            "Runs the whole system on real frames, inside one JVM.",
            "It starts a Kafka broker and a Flink mini cluster, lets cameras send CIFAR-10 test"
                    + " images, classifies them and reads the committed results back. The exit code"
                    + " is 0 only if every frame came back exactly once."
        })
final class DemoCommand implements Callable<Integer> {
    private static final FeatureShape CIFAR = new FeatureShape(3, 32, 32);
    private static final int MOST_FRAMES = 2000;
    private static final int CAMERAS = 8;
    private static final int PARTITIONS = 4;
    private static final int SUBTASKS = 2;
    private static final long START_LIMIT_MILLIS = 60_000;
    private static final long SILENCE_LIMIT_MILLIS = 30_000;
    private static final int INTERRUPTED = 130;
    private static final double MOST_RATE = 1e6;

    /** Stands in where options are only checked. */
    private static final String NO_BROKER = "127.0.0.1:9092";

    @Mixin private final StoreOption store = new StoreOption();

    @Option(
            names = "--frames",
            paramLabel = "N",
            defaultValue = "" + MOST_FRAMES,
            description = "Frames to send, 1 to 2000; ${DEFAULT-VALUE} if not given.")
    private int frames = MOST_FRAMES;

    @Option(
            names = "--model",
            paramLabel = "NAME[@VERSION]",
            defaultValue = "resnet18-psd1_p16",
            description = "Model that classifies; ${DEFAULT-VALUE} if not given.")
    private String model = "resnet18-psd1_p16";

    @Option(
            names = "--engine",
            paramLabel = "ENGINE",
            defaultValue = "auto",
            description = "What runs it, see classify.engine; ${DEFAULT-VALUE} if not given.")
    private String engine = "auto";

    @Option(
            names = "--rate",
            paramLabel = "FPS",
            defaultValue = "100",
            description =
                    "Frames a second of all cameras together; ${DEFAULT-VALUE} if not given. More"
                            + " than the machine can classify shows as latency.")
    private double rate = 100;

    @Option(
            names = "--json",
            converter = OutputFile.class,
            paramLabel = "FILE",
            description = "Also write the figures to a file, as one JSON object.")
    private @Nullable Path json;

    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (frames < 1 || frames > MOST_FRAMES) {
            throw new IllegalArgumentException(
                    "--frames was '"
                            + frames
                            + "' but it must be between 1 and "
                            + MOST_FRAMES
                            + ", the images that come with psconv");
        }
        if (!(rate > 0 && rate <= MOST_RATE)) {
            throw new IllegalArgumentException(
                    "--rate was '"
                            + rate
                            + "' but it must be above 0 and at most "
                            + MOST_RATE
                            + " frames a second");
        }
        // Checked before anything starts: a wrong name should not cost ten seconds.
        var unused = options(NO_BROKER);
        store.store().resolve(model);
        LabelledImages images =
                DataSets.open(StoreOption.sample(), CIFAR, DataSets.CIFAR10_CLASSES, Split.TEST)
                        .first(frames);
        PrintWriter err = spec.commandLine().getErr();
        try (StopSignal signal = new StopSignal()) {
            err.println("psconv: starting a Kafka broker and a Flink cluster in this JVM …");
            try (EmbeddedBroker broker = EmbeddedBroker.start();
                    EmbeddedCluster cluster = EmbeddedCluster.start(SUBTASKS, withoutRestarts())) {
                if (signal.isStopped()) {
                    return INTERRUPTED;
                }
                return run(broker, cluster, images, signal);
            } catch (Exception | LinkageError e) {
                if (signal.isStopped()) {
                    // What is still starting fails in a JVM that is ending.
                    return INTERRUPTED;
                }
                throw e;
            }
        }
    }

    private int run(
            EmbeddedBroker broker,
            EmbeddedCluster cluster,
            LabelledImages images,
            StopSignal signal)
            throws Exception {
        ClassifyOptions options = options(broker.bootstrapServers());
        broker.createTopic(options.topics().frames(), PARTITIONS);
        broker.createTopic(options.topics().classifications(), PARTITIONS);
        broker.createTopic(options.topics().rejectedFrames(), 1);
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment();
        environment.setParallelism(SUBTASKS);
        ClassifyJob.define(environment, options);
        JobID job = cluster.submit(environment.getStreamGraph());
        if (!awaitRunning(cluster, job, signal)) {
            return INTERRUPTED;
        }
        long start = System.currentTimeMillis() + 500;
        CompletableFuture<Map<FrameId, Integer>> sending =
                CompletableFuture.supplyAsync(() -> send(broker, options, images, start));
        try (ResultReader results =
                new ResultReader(
                        broker.bootstrapServers(),
                        options.topics().classifications(),
                        options.topics().rejectedFrames())) {
            if (!read(results, cluster, job, sending, signal)) {
                cluster.cancel(job);
                return INTERRUPTED;
            }
            // Behind a savepoint nothing is left to come, so that a duplicate would be seen.
            cluster.stopWithSavepoint(job, cluster.folder().resolve("stop"));
            results.pollToEnd();
            RunReport report =
                    RunReport.of(
                            sending.get(),
                            number -> images.classes().get(images.label(number)),
                            start,
                            results);
            return report(report);
        }
    }

    /** In a demo a failure is to be seen, not survived. */
    private static Configuration withoutRestarts() {
        return new Configuration().set(RestartStrategyOptions.RESTART_STRATEGY, "disable");
    }

    private int report(RunReport report) throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        out.print(report.table());
        out.flush();
        if (json != null) {
            report.write(json);
        }
        if (!report.isComplete()) {
            spec.commandLine()
                    .getErr()
                    .printf(
                            "psconv: of %d frames %d did not come back and %d came back again%n",
                            report.frames(), report.lost(), report.duplicates());
            return 1;
        }
        return 0;
    }

    private ClassifyOptions options(String bootstrapServers) {
        Configuration configuration = new Configuration();
        configuration.set(ClassifyConfigOptions.KAFKA_BOOTSTRAP_SERVERS, bootstrapServers);
        configuration.set(ClassifyConfigOptions.CLASSIFY_STORE, store.folder().toString());
        configuration.set(ClassifyConfigOptions.CLASSIFY_MODEL, model);
        configuration.setString(ClassifyConfigOptions.CLASSIFY_ENGINE.key(), engine);
        return ClassifyOptions.of(configuration);
    }

    private static boolean awaitRunning(EmbeddedCluster cluster, JobID job, StopSignal signal)
            throws Exception {
        long limit = System.currentTimeMillis() + START_LIMIT_MILLIS;
        while (!cluster.isRunning(job)) {
            failIfEnded(cluster, job);
            if (System.currentTimeMillis() > limit) {
                throw new IllegalStateException(
                        "the job did not start within "
                                + START_LIMIT_MILLIS / 1000
                                + " s; --verbose says why");
            }
            if (signal.awaitUntil(System.nanoTime() + 50_000_000)) {
                cluster.cancel(job);
                return false;
            }
        }
        return true;
    }

    private static void failIfEnded(EmbeddedCluster cluster, JobID job) throws Exception {
        JobStatus status = cluster.status(job);
        if (status.isGloballyTerminalState()) {
            // Throws what made the job fail.
            cluster.await(job);
            throw new IllegalStateException("the job ended by itself: " + status);
        }
    }

    private Map<FrameId, Integer> send(
            EmbeddedBroker broker, ClassifyOptions options, LabelledImages images, long start) {
        OpenLoopProducer cameras =
                new OpenLoopProducer(
                        broker.bootstrapServers(),
                        options.topics().frames(),
                        PARTITIONS,
                        CAMERAS,
                        rate);
        try {
            return cameras.send(images.count(), number -> Pngs.encode(images, number), start);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("stopped while sending frames", e);
        }
    }

    /** Reads until every frame has a result, or none comes any more; false if stopped. */
    private boolean read(
            ResultReader results,
            EmbeddedCluster cluster,
            JobID job,
            CompletableFuture<Map<FrameId, Integer>> sending,
            StopSignal signal)
            throws Exception {
        long newest = System.currentTimeMillis();
        int seen = 0;
        try (ProgressBar bar = Progress.bar("classified", "frames", frames)) {
            while (seen < frames) {
                if (signal.isStopped()) {
                    return false;
                }
                results.poll();
                if (results.results() > seen || !sending.isDone()) {
                    newest = System.currentTimeMillis();
                }
                seen = results.results();
                if (bar != null) {
                    bar.stepTo(seen);
                }
                if (sending.isCompletedExceptionally()) {
                    sending.get();
                }
                failIfEnded(cluster, job);
                if (System.currentTimeMillis() - newest > SILENCE_LIMIT_MILLIS) {
                    return true;
                }
            }
        }
        return true;
    }
}
