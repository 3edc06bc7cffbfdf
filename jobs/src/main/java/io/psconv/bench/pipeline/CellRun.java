package io.psconv.bench.pipeline;

import io.psconv.bench.OpenLoopProducer;
import io.psconv.bench.pipeline.AnswerTail.Seen;
import io.psconv.job.crayfish.CrayfishJob;
import io.psconv.job.kafka.KafkaProperties;
import io.psconv.job.kafka.TopicCheck;
import io.psconv.local.ProcessCluster;
import io.psconv.operator.record.FrameId;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.runtime.client.JobExecutionException;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.IsolationLevel;
import org.jspecify.annotations.Nullable;

/**
 * One cell's job while it runs, on topics of its own, and the loads that are put on it.
 *
 * <p>For one thread; sending and reading have threads of their own.
 */
final class CellRun implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofMinutes(3);

    /** Without a new answer for so long none is expected any more. */
    private static final Duration SILENCE_LIMIT = Duration.ofSeconds(60);

    /** Records may be as large as a job's topics take. */
    private static final String MAX_REQUEST =
            ProducerConfig.MAX_REQUEST_SIZE_CONFIG + "=" + CrayfishJob.MAX_RECORD_BYTES;

    private static final long LEAD_MILLIS = 200;
    private static final long STEP_MILLIS = 20;

    private final Cell cell;
    private final ProcessCluster cluster;
    private final KafkaProperties kafka;
    private final BenchJob benched;
    private final BooleanSupplier stopped;
    private final int metricsPort;
    private final HttpClient client = HttpClient.newHttpClient();
    private final JobID job;
    private final AnswerTail classified;

    /** The same one where answers are visible as soon as they are written. */
    private final AnswerTail visible;

    private final List<Answers> answers = new ArrayList<>();

    /**
     * Starts the job and waits until it runs.
     *
     * @param run number of this run on the cluster, which its topics are named after
     * @param workload what is sent, and the job
     * @param stopped asked now and then
     * @throws JobExecutionException if the job fails
     */
    CellRun(Cell cell, ProcessCluster cluster, int run, Workload workload, BooleanSupplier stopped)
            throws Exception {
        this.cell = cell;
        this.cluster = cluster;
        this.stopped = stopped;
        this.metricsPort = freePort();
        this.kafka = KafkaProperties.of(cluster.bootstrapServers());
        this.benched = workload.job(cell, new BenchSite(kafka, "psconv-bench-" + run, metricsPort));
        try (TopicCheck topics = new TopicCheck(kafka)) {
            benched.topics()
                    .forEach(
                            (topic, settings) ->
                                    topics.createMissing(
                                            List.of(topic), benched.partitions(), settings));
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
        this.classified = new AnswerTail(kafka, benched, IsolationLevel.READ_UNCOMMITTED, true);
        this.visible =
                benched.isTransactional()
                        ? new AnswerTail(kafka, benched, IsolationLevel.READ_COMMITTED, false)
                        : classified;
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
        benched.define(environment);
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
        long start = System.currentTimeMillis() + LEAD_MILLIS;
        long[] due = from(start, plan.arrivals().schedule(framesPerSecond, plan.point(), seed));
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
                benched.isTransactional() ? LoadPoint.latencies(all.classified(), settled) : null,
                LoadPoint.latencies(all.visible(), settled));
    }

    /**
     * Puts a load with bursts on the job and waits for all answers.
     *
     * @param sustainable frames a second that the job was found to keep up with
     */
    BurstFigures burst(Bursts bursts, double sustainable) throws Exception {
        long start = System.currentTimeMillis() + LEAD_MILLIS;
        long[] due = from(start, bursts.schedule(sustainable));
        CompletableFuture<Map<FrameId, Integer>> sending = send(due);
        sleepUntil(due[due.length - 1], sending);
        finish(sending, due.length);
        return BurstFigures.of(bursts, sustainable, takeAnswers().visible(), start);
    }

    private static long[] from(long startMillis, long[] nanos) {
        return Arrays.stream(nanos).map(due -> startMillis + due / 1_000_000).toArray();
    }

    private CompletableFuture<Map<FrameId, Integer>> send(long[] due) {
        OpenLoopProducer cameras =
                new OpenLoopProducer(
                        kafka.with(MAX_REQUEST),
                        benched.input(),
                        benched.partitions(),
                        cell.cameras(),
                        1);
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return cameras.send(due, number -> benched.payload(number, due[number]));
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
        List<Seen> written = classified.takeAll();
        return new Answers(
                Map.of(), written, benched.isTransactional() ? visible.takeAll() : written);
    }

    /** What all answers to loads so far say, which are forgotten here. */
    AnswerFigures takeFigures() {
        AnswerFigures figures = benched.figures(List.copyOf(answers));
        answers.clear();
        return figures;
    }

    /** How long checkpoints took so far; null if the job takes none. */
    @Nullable CheckpointTimes checkpoints() throws IOException, InterruptedException {
        return benched.hasCheckpoints()
                ? CheckpointTimes.of(client, cluster.restAddress(), job)
                : null;
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
