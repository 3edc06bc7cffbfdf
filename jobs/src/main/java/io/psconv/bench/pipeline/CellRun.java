package io.psconv.bench.pipeline;

import io.psconv.bench.OpenLoopProducer;
import io.psconv.bench.pipeline.AnswerTail.Seen;
import io.psconv.job.ClassifyJob;
import io.psconv.job.kafka.KafkaProperties;
import io.psconv.job.kafka.TopicCheck;
import io.psconv.job.options.ClassifyConfigOptions;
import io.psconv.job.options.ClassifyOptions;
import io.psconv.local.ProcessCluster;
import io.psconv.operator.record.FrameId;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.runtime.client.JobExecutionException;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.common.IsolationLevel;

/**
 * One cell's job while it runs, on topics of its own, and the loads that are put on it.
 *
 * <p>For one thread; sending and reading have threads of their own.
 */
final class CellRun implements AutoCloseable {
    /** Options that a cell or the benchmark itself sets. */
    static final Set<ConfigOption<?>> SET_HERE =
            Set.of(
                    ClassifyConfigOptions.KAFKA_BOOTSTRAP_SERVERS,
                    ClassifyConfigOptions.JOB_NAME,
                    ClassifyConfigOptions.KAFKA_GROUP_ID,
                    ClassifyConfigOptions.FRAMES_TOPIC,
                    ClassifyConfigOptions.FRAMES_FROM,
                    ClassifyConfigOptions.FRAMES_UNTIL,
                    ClassifyConfigOptions.CLASSIFICATIONS_TOPIC,
                    ClassifyConfigOptions.REJECTED_FRAMES_TOPIC,
                    ClassifyConfigOptions.CLASSIFY_STORE,
                    ClassifyConfigOptions.CLASSIFY_MODEL,
                    ClassifyConfigOptions.CLASSIFY_ENGINE,
                    ClassifyConfigOptions.METRICS_PORT);

    private static final int PARTITIONS = 4;
    private static final Duration START_LIMIT = Duration.ofMinutes(3);

    /** Without a new answer for so long none is expected any more. */
    private static final Duration SILENCE_LIMIT = Duration.ofSeconds(60);

    private static final long LEAD_MILLIS = 200;
    private static final long STEP_MILLIS = 20;

    private final Cell cell;
    private final ProcessCluster cluster;
    private final ClassifyOptions options;
    private final byte[][] frames;
    private final BooleanSupplier stopped;
    private final int metricsPort;
    private final HttpClient client = HttpClient.newHttpClient();
    private final JobID job;
    private final AnswerTail classified;
    private final AnswerTail visible;
    private final List<Answers> answers = new ArrayList<>();

    /**
     * Starts the job and waits until it runs.
     *
     * @param run number of this run on the cluster, which its topics are named after
     * @param frames encoded images that are sent over and over
     * @param settings options of the job, by key
     * @param stopped asked now and then
     * @throws JobExecutionException if the job fails
     */
    CellRun(
            Cell cell,
            ProcessCluster cluster,
            int run,
            byte[][] frames,
            Map<String, String> settings,
            BooleanSupplier stopped)
            throws Exception {
        this.cell = cell;
        this.cluster = cluster;
        this.frames = frames;
        this.stopped = stopped;
        this.metricsPort = freePort();
        this.options = options(run, settings);
        try (TopicCheck topics = new TopicCheck(KafkaProperties.of(cluster.bootstrapServers()))) {
            topics.createMissing(
                    List.of(
                            options.topics().frames(),
                            options.topics().classifications(),
                            options.topics().rejectedFrames()),
                    PARTITIONS);
        }
        this.job = submit();
        boolean runs = false;
        try {
            awaitRunning();
            runs = true;
        } finally {
            if (!runs) {
                cancel();
            }
        }
        String topic = options.topics().classifications();
        this.classified =
                new AnswerTail(
                        cluster.bootstrapServers(), topic, IsolationLevel.READ_UNCOMMITTED, true);
        this.visible =
                new AnswerTail(
                        cluster.bootstrapServers(), topic, IsolationLevel.READ_COMMITTED, false);
    }

    private ClassifyOptions options(int run, Map<String, String> settings) {
        Configuration configuration = Configuration.fromMap(settings);
        configuration.set(
                ClassifyConfigOptions.KAFKA_BOOTSTRAP_SERVERS, cluster.bootstrapServers());
        configuration.set(ClassifyConfigOptions.JOB_NAME, "psconv-bench-" + run);
        configuration.set(ClassifyConfigOptions.KAFKA_GROUP_ID, "psconv-bench-" + run);
        configuration.set(ClassifyConfigOptions.FRAMES_TOPIC, "frames-" + run);
        configuration.set(ClassifyConfigOptions.CLASSIFICATIONS_TOPIC, "classifications-" + run);
        configuration.set(ClassifyConfigOptions.REJECTED_FRAMES_TOPIC, "rejected-frames-" + run);
        configuration.set(ClassifyConfigOptions.CLASSIFY_STORE, store(cell).toString());
        configuration.set(ClassifyConfigOptions.CLASSIFY_MODEL, cell.model().reference());
        configuration.setString(ClassifyConfigOptions.CLASSIFY_ENGINE.key(), cell.engine());
        configuration.setString(
                ClassifyConfigOptions.METRICS_PORT.key(), Integer.toString(metricsPort));
        return ClassifyOptions.of(configuration);
    }

    /** The store that a model lies in: name, version and file are below it. */
    private static Path store(Cell cell) {
        return Objects.requireNonNull(cell.model().path().toAbsolutePath().getParent())
                .resolve("../..")
                .normalize();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private JobID submit() throws Exception {
        // A failure is to be seen, not survived.
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment(
                        new Configuration()
                                .set(RestartStrategyOptions.RESTART_STRATEGY, "disable"));
        environment.setParallelism(cell.parallelism());
        ClassifyJob.define(environment, options);
        return cluster.submit(environment.getStreamGraph());
    }

    private void awaitRunning() throws Exception {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (!cluster.isRunning(job)) {
            checkJob();
            if (System.nanoTime() > deadline) {
                throw new JobExecutionException(
                        job, "the job did not run within " + START_LIMIT.toSeconds() + " s");
            }
            Thread.sleep(STEP_MILLIS);
        }
    }

    private void checkJob() throws Exception {
        if (stopped.getAsBoolean()) {
            throw new StoppedException();
        }
        if (cluster.status(job).isGloballyTerminalState()) {
            throw new JobExecutionException(job, "the job failed: " + cluster.failure(job));
        }
    }

    /**
     * Sends frames all at once.
     *
     * @return frames a second that were answered, behind the first quarter of them
     */
    double drain(int count) throws Exception {
        long start = System.currentTimeMillis() + LEAD_MILLIS;
        long[] due = new long[count];
        Arrays.fill(due, start);
        finish(send(due), count);
        List<Seen> all = takeAnswers().classified();
        long[] times = all.stream().mapToLong(Seen::seenMillis).sorted().toArray();
        int first = count / 4;
        return (count - 1 - first) * 1e3 / Math.max(1, times[count - 1] - times[first]);
    }

    /** Processor time of the task manager so far. */
    ProcessCpu taskManager() throws IOException {
        return ProcessCpu.of(cluster.taskManagers().get(0).pid());
    }

    /**
     * Keeps up a load and waits for all answers.
     *
     * @param framesPerSecond on average
     * @param seed of the arrivals
     */
    LoadPoint offer(PipelinePlan plan, double framesPerSecond, long seed) throws Exception {
        long[] due = plan.arrivals().schedule(framesPerSecond, plan.point(), seed);
        long start = System.currentTimeMillis() + LEAD_MILLIS;
        for (int frame = 0; frame < due.length; frame++) {
            due[frame] = start + due[frame] / 1_000_000;
        }
        long end = due[due.length - 1];
        long settled = start + Math.round((end - start) * LoadPoint.SETTLING);
        CompletableFuture<Map<FrameId, Integer>> sending = send(due);
        sleepUntil(settled, sending);
        Reading before = read();
        sleepUntil(end, sending);
        Usage usage = read().since(before);
        finish(sending, due.length);
        Answers all = takeAnswers();
        answers.add(all.sent(sending.get()));
        return new LoadPoint(
                due.length * 1e3 / Math.max(1, end - start),
                usage,
                LoadPoint.lag(all.classified(), settled),
                LoadPoint.latencies(all.classified(), settled),
                LoadPoint.latencies(all.visible(), settled));
    }

    private CompletableFuture<Map<FrameId, Integer>> send(long[] due) {
        OpenLoopProducer cameras =
                new OpenLoopProducer(
                        cluster.bootstrapServers(),
                        options.topics().frames(),
                        PARTITIONS,
                        cell.cameras(),
                        1);
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return cameras.send(due, number -> frames[number % frames.length]);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        throw new CompletionException(e);
                    }
                });
    }

    private void sleepUntil(long millis, CompletableFuture<?> sending) throws Exception {
        while (System.currentTimeMillis() < millis) {
            if (sending.isCompletedExceptionally()) {
                sending.get();
            }
            checkStopped();
            Thread.sleep(Math.max(1, Math.min(STEP_MILLIS, millis - System.currentTimeMillis())));
        }
    }

    private void checkStopped() {
        if (stopped.getAsBoolean()) {
            throw new StoppedException();
        }
    }

    /** Waits until every frame has a visible answer. */
    private void finish(CompletableFuture<Map<FrameId, Integer>> sending, int count)
            throws Exception {
        sending.get();
        long newest = System.nanoTime();
        int seen = 0;
        while (visible.count() < count || classified.count() < count) {
            checkJob();
            if (visible.count() + classified.count() > seen) {
                seen = visible.count() + classified.count();
                newest = System.nanoTime();
            }
            if (System.nanoTime() - newest > SILENCE_LIMIT.toNanos()) {
                throw new JobExecutionException(
                        job,
                        "of "
                                + count
                                + " frames only "
                                + visible.count()
                                + " were answered, and none for "
                                + SILENCE_LIMIT.toSeconds()
                                + " s");
            }
            Thread.sleep(STEP_MILLIS);
        }
    }

    private Answers takeAnswers() {
        return new Answers(Map.of(), classified.takeAll(), visible.takeAll());
    }

    /** All answers to loads so far, which are forgotten here. */
    List<Answers> takeAll() {
        List<Answers> all = List.copyOf(answers);
        answers.clear();
        return all;
    }

    /** How long checkpoints took so far. */
    CheckpointTimes checkpoints() throws IOException, InterruptedException {
        return CheckpointTimes.of(client, cluster.restAddress(), job);
    }

    private Reading read() throws IOException, InterruptedException {
        return new Reading(
                System.nanoTime(),
                classified.count(),
                JobMeters.scrape(client, metricsPort),
                taskManager(),
                ProcessCpu.of(cluster.jobManager().pid()).totalNanos(),
                ProcessCpu.of(cluster.broker().pid()).totalNanos(),
                ownNanos());
    }

    private static long ownNanos() {
        return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
                .getProcessCpuTime();
    }

    @Override
    public void close() throws JobExecutionException {
        try (classified;
                visible) {
            cancel();
        }
    }

    private void cancel() throws JobExecutionException {
        try {
            cluster.cancel(job);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Everything that counts up, at one moment. */
    private record Reading(
            long nanoTime,
            long frames,
            JobMeters meters,
            ProcessCpu taskManager,
            long jobManager,
            long broker,
            long generator) {
        Usage since(Reading earlier) {
            JobMeters used = meters.since(earlier.meters);
            ProcessCpu worker = taskManager.since(earlier.taskManager);
            return new Usage(
                    frames - earlier.frames,
                    nanoTime - earlier.nanoTime,
                    used.networkSeconds() * 1e9,
                    used.decodeSeconds() * 1e9,
                    worker.kafkaNanos(),
                    worker.totalNanos(),
                    jobManager - earlier.jobManager,
                    broker - earlier.broker,
                    generator - earlier.generator);
        }
    }

    /**
     * What came back of one load.
     *
     * @param sent numbers of the frames by their place in Kafka
     * @param classified answers as they were written
     * @param visible answers as they were committed
     */
    record Answers(Map<FrameId, Integer> sent, List<Seen> classified, List<Seen> visible) {
        Answers sent(Map<FrameId, Integer> frames) {
            return new Answers(frames, classified, visible);
        }
    }

    /** The run was told to end. */
    static final class StoppedException extends RuntimeException {
        private static final long serialVersionUID = 1;
    }
}
