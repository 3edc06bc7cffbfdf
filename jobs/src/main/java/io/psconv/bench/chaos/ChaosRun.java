package io.psconv.bench.chaos;

import io.psconv.job.ClassifyJob;
import io.psconv.job.kafka.KafkaProperties;
import io.psconv.job.kafka.TopicCheck;
import io.psconv.job.options.ClassifyConfigOptions;
import io.psconv.job.options.ClassifyOptions;
import io.psconv.local.ClusterProcess;
import io.psconv.local.ProcessCluster;
import io.psconv.model.store.StoredModel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.client.JobExecutionException;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of chaos: a cluster, a load, kills, swaps, and at the end the judgement.
 *
 * <p>Runs in the caller's thread, with one more to send frames and one to read answers.
 */
public final class ChaosRun {
    private static final Logger LOG = LoggerFactory.getLogger(ChaosRun.class);
    private static final int TASK_MANAGERS = 2;
    private static final int PARTITIONS = 4;
    private static final String CONTROL = "model-control";
    private static final String DECISIONS = "model-decisions";
    private static final Duration SWAP_EVERY = Duration.ofSeconds(20);
    private static final Duration STEP = Duration.ofMillis(50);
    private static final Duration START_LIMIT = Duration.ofMinutes(3);

    /** Without a new answer for so long none is expected any more. */
    private static final Duration SILENCE_LIMIT = Duration.ofMinutes(3);

    private static final int STOP_ATTEMPTS = 5;

    private final ChaosPlan plan;
    private final ChaosWatcher watcher;
    private final List<Kill> kills;
    private final ClassifyOptions defaults;

    private ChaosRun(ChaosPlan plan, ChaosWatcher watcher) {
        this.plan = plan;
        this.watcher = watcher;
        this.kills = KillSchedule.of(plan.load(), plan.seed(), TASK_MANAGERS);
        this.defaults = options("127.0.0.1:9");
    }

    /**
     * Runs.
     *
     * @return what came of it, or nothing if it was stopped
     * @throws IOException if the cluster does not start
     * @throws JobExecutionException if the job does not start, or cannot be stopped at the end
     */
    public static Optional<ChaosReport> run(ChaosPlan plan, ChaosWatcher watcher) throws Exception {
        ChaosRun run = new ChaosRun(plan, watcher);
        int slots = (plan.parallelism() + TASK_MANAGERS - 1) / TASK_MANAGERS;
        try (ProcessCluster cluster = ProcessCluster.start(TASK_MANAGERS, slots, plan.logs())) {
            return Optional.ofNullable(run.on(cluster));
        }
    }

    private @Nullable ChaosReport on(ProcessCluster cluster) throws Exception {
        createTopics(cluster);
        JobID job = submit(cluster);
        if (!awaitRunning(cluster, job)) {
            return null;
        }
        RecoveryTimes recovery = new RecoveryTimes();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (FrameLoad load = load(cluster);
                ModelSwaps swaps = swaps(cluster);
                Answers answers =
                        new Answers(
                                cluster.bootstrapServers(),
                                defaults.topics().classifications(),
                                defaults.topics().rejectedFrames(),
                                recovery)) {
            Reaper reaper = new Reaper(cluster, kills, recovery, watcher::say);
            long start = System.currentTimeMillis();
            Future<?> sending = threads.submit(() -> load.run(start, plan.load()));
            Future<?> reading = threads.submit(answers::run);
            boolean finished = goOn(reaper, swaps, load, sending, answers, reading);
            answers.stop();
            reading.get();
            if (!finished) {
                return null;
            }
            stop(cluster, job);
            answers.readToEnd();
            return report(cluster, load, swaps, answers, reaper, recovery);
        } finally {
            threads.shutdownNow();
        }
    }

    /** Until every frame has its answer, or none comes any more; false if stopped. */
    private boolean goOn(
            Reaper reaper,
            ModelSwaps swaps,
            FrameLoad load,
            Future<?> sending,
            Answers answers,
            Future<?> reading)
            throws Exception {
        long nextSwap = System.nanoTime() + SWAP_EVERY.toNanos() / 4;
        long newest = System.nanoTime();
        int frames = 0;
        while (!sending.isDone() || !reaper.isDone() || answers.frames() < load.produced()) {
            if (watcher.isStopped()) {
                return false;
            }
            if (sending.isDone()) {
                sending.get();
            }
            if (reading.isDone()) {
                reading.get();
            }
            reaper.step();
            long now = System.nanoTime();
            if (now > nextSwap && !sending.isDone()) {
                swaps.swap();
                nextSwap += SWAP_EVERY.toNanos();
            }
            if (answers.frames() > frames || !sending.isDone()) {
                newest = now;
                frames = answers.frames();
                watcher.answered(frames);
            }
            if (now - newest > SILENCE_LIMIT.toNanos()) {
                watcher.say("no answer came for " + SILENCE_LIMIT.toSeconds() + " s, giving up");
                return true;
            }
            Thread.sleep(STEP.toMillis());
        }
        // Of a load that failed this throws why.
        sending.get();
        return true;
    }

    private ChaosReport report(
            ProcessCluster cluster,
            FrameLoad load,
            ModelSwaps swaps,
            Answers answers,
            Reaper reaper,
            RecoveryTimes recovery)
            throws IOException {
        ModelTimeline models = swaps.timeline();
        Verdict verdict =
                Oracle.judge(
                        load.acknowledged(),
                        StoredFrames.read(cluster.bootstrapServers(), defaults.topics().frames()),
                        answers.all(),
                        models);
        List<String> failures =
                CommitFailures.find(
                        cluster.taskManagers().stream().map(ClusterProcess::log).toList());
        List<String> findings = new ArrayList<>(verdict.findings());
        findings.addAll(failures);
        return new ChaosReport(
                plan.load().toMillis() / 60e3,
                plan.seed(),
                plan.framesPerSecond(),
                plan.parallelism(),
                models.swaps(),
                verdict.produced(),
                verdict.committed(),
                verdict.lost(),
                verdict.duplicated(),
                verdict.misrouted(),
                verdict.outOfOrder(),
                verdict.wrongVersion(),
                failures.size(),
                reaper.kills(),
                new ChaosReport.RecoverySeconds(recovery.median(), recovery.longest()),
                findings);
    }

    private ClassifyOptions options(String bootstrapServers) {
        Configuration configuration = new Configuration();
        configuration.set(ClassifyConfigOptions.KAFKA_BOOTSTRAP_SERVERS, bootstrapServers);
        configuration.set(ClassifyConfigOptions.CLASSIFY_STORE, plan.store().toString());
        configuration.set(ClassifyConfigOptions.CLASSIFY_MODEL, plan.models().get(0).reference());
        configuration.set(ClassifyConfigOptions.DECISIONS_TOPIC, DECISIONS);
        configuration.set(ClassifyConfigOptions.CONTROL_TOPIC, CONTROL);
        return ClassifyOptions.of(configuration);
    }

    private void createTopics(ProcessCluster cluster) {
        try (TopicCheck topics = new TopicCheck(KafkaProperties.of(cluster.bootstrapServers()))) {
            topics.createMissing(
                    List.of(defaults.topics().frames(), defaults.topics().classifications()),
                    PARTITIONS);
            topics.createMissing(List.of(defaults.topics().rejectedFrames()), 1);
            topics.createMissingControl(CONTROL, DECISIONS);
        }
    }

    private JobID submit(ProcessCluster cluster) throws Exception {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment();
        environment.setParallelism(plan.parallelism());
        ClassifyJob.define(environment, options(cluster.bootstrapServers()));
        return cluster.submit(environment.getStreamGraph());
    }

    private boolean awaitRunning(ProcessCluster cluster, JobID job) throws Exception {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (!cluster.isRunning(job)) {
            if (watcher.isStopped()) {
                return false;
            }
            if (System.nanoTime() > deadline) {
                throw new JobExecutionException(
                        job, "the job did not run within " + START_LIMIT.toSeconds() + " s");
            }
            Thread.sleep(STEP.toMillis());
        }
        return true;
    }

    /** The job may just be restarting for what was done to it last. */
    private void stop(ProcessCluster cluster, JobID job) throws Exception {
        for (int attempt = 1; ; attempt++) {
            awaitRunning(cluster, job);
            try {
                cluster.stopWithSavepoint(job, cluster.folder().resolve("stop"));
                return;
            } catch (JobExecutionException e) {
                if (attempt == STOP_ATTEMPTS) {
                    throw e;
                }
                LOG.info("The job was not stopped, trying again", e);
            }
        }
    }

    private FrameLoad load(ProcessCluster cluster) {
        FrameMix mix =
                new FrameMix(defaults.topics().frames(), PARTITIONS, plan.pictures(), plan.seed());
        return new FrameLoad(cluster.bootstrapServers(), mix, plan.framesPerSecond());
    }

    private ModelSwaps swaps(ProcessCluster cluster) {
        return new ModelSwaps(
                cluster.bootstrapServers(),
                CONTROL,
                DECISIONS,
                plan.models().stream().map(ChaosRun::served).toList());
    }

    private static ServedModel served(StoredModel model) {
        return new ServedModel(model.name(), model.version(), model.digest());
    }
}
