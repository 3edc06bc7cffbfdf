package io.psconv.bench.pipeline;

import io.psconv.bench.OpenLoopProducer;
import io.psconv.bench.pipeline.AnswerTail.Seen;
import io.psconv.job.crayfish.CrayfishJob;
import io.psconv.operator.record.FrameId;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.runtime.client.JobExecutionException;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.IsolationLevel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One cell's job while it runs, on topics of its own, and the loads that are put on it. Closing it
 * ends the job and deletes the topics.
 *
 * <p>For one thread; sending and reading have threads of their own.
 */
final class CellRun implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CellRun.class);
    private static final Duration START_LIMIT = Duration.ofMinutes(3);

    /** Without a new answer for so long none is expected any more. */
    private static final Duration SILENCE_LIMIT = Duration.ofSeconds(60);

    private static final Duration SENDER_LIMIT = Duration.ofSeconds(10);

    /** Records may be as large as a job's topics take. */
    private static final String MAX_REQUEST =
            ProducerConfig.MAX_REQUEST_SIZE_CONFIG + "=" + CrayfishJob.MAX_RECORD_BYTES;

    private static final long LEAD_MILLIS = 200;
    private static final long STEP_MILLIS = 20;

    private final Cell cell;
    private final BenchCluster cluster;
    private final BenchTopics topics;
    private final BenchSite site;
    private final BenchJob benched;
    private final BooleanSupplier stopped;
    private final ExecutorService sender = Executors.newSingleThreadExecutor(CellRun::daemon);

    /** Whether each record to be judged was answered rightly; null before it is answered. */
    private final @Nullable Boolean[] judged;

    private @Nullable JobID job;
    private @Nullable AnswerTail written;

    /** The same one where answers are visible as soon as they are written. */
    private @Nullable AnswerTail committed;

    private final List<Answers> answers = new ArrayList<>();

    /**
     * Starts the job and waits until it runs.
     *
     * @param name of the job, which its topics are named after
     * @param workload what is sent, and the job
     * @param judged records that are to be judged, from the first one on
     * @param stopped asked now and then
     * @throws JobExecutionException if the job fails
     */
    CellRun(
            Cell cell,
            BenchCluster cluster,
            BenchTopics topics,
            String name,
            Workload workload,
            int judged,
            BooleanSupplier stopped)
            throws Exception {
        this.cell = cell;
        this.cluster = cluster;
        this.topics = topics;
        this.stopped = stopped;
        this.judged = new @Nullable Boolean[judged];
        this.site = cluster.site(name);
        this.benched = workload.job(cell, site);
        boolean runs = false;
        try {
            topics.create(benched);
            JobID submitted = cluster.submit(cell, benched);
            this.job = submitted;
            awaitRunning(submitted);
            AnswerTail all =
                    new AnswerTail(cluster.kafka(), benched, IsolationLevel.READ_UNCOMMITTED, true);
            this.written = all;
            this.committed =
                    benched.isTransactional()
                            ? new AnswerTail(
                                    cluster.kafka(), benched, IsolationLevel.READ_COMMITTED, false)
                            : all;
            runs = true;
        } finally {
            if (!runs) {
                close();
            }
        }
    }

    private static Thread daemon(Runnable sending) {
        Thread thread = new Thread(sending, "psconv-bench-sender");
        thread.setDaemon(true);
        return thread;
    }

    private AnswerTail classified() {
        return Objects.requireNonNull(written, "closed");
    }

    private AnswerTail visible() {
        return Objects.requireNonNull(committed, "closed");
    }

    private void awaitRunning(JobID submitted) throws Exception {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (!cluster.isRunning(submitted)) {
            checkJob();
            if (System.nanoTime() > deadline) {
                throw new JobExecutionException(
                        submitted, "the job did not run within " + START_LIMIT.toSeconds() + " s");
            }
            Thread.sleep(STEP_MILLIS);
        }
    }

    private void checkJob() throws Exception {
        checkStopped();
        JobID running = Objects.requireNonNull(job, "job");
        if (cluster.hasEnded(running)) {
            throw new JobExecutionException(running, "the job failed: " + cluster.failure(running));
        }
    }

    /**
     * Sends frames all at once, those first that are to be judged and were not yet answered.
     *
     * @return frames a second that were answered, behind the first quarter of them
     */
    double drain(int count) throws Exception {
        long start = System.currentTimeMillis() + LEAD_MILLIS;
        long[] due = new long[count];
        Arrays.fill(due, start);
        Future<Map<FrameId, Integer>> sending = send(due, Math.max(0, firstUnjudged()));
        finish(sending, count);
        Answers all = takeAnswers(sending.get());
        judge(all);
        long[] times = all.classified().stream().mapToLong(Seen::seenMillis).sorted().toArray();
        int first = count / 4;
        return (count - 1 - first) * 1e3 / Math.max(1, times[count - 1] - times[first]);
    }

    /** The first record to be judged that has no answer yet; -1 if all have one. */
    private int firstUnjudged() {
        return Arrays.asList(judged).indexOf(null);
    }

    /** The first answer to a record counts: what comes again later is the same picture. */
    private void judge(Answers all) {
        if (judged.length == 0) {
            return;
        }
        Map<String, Integer> numbers = all.numbers();
        List<Seen> inOrder =
                all.classified().stream()
                        .sorted(
                                Comparator.comparingInt(
                                        seen -> Objects.requireNonNull(numbers.get(seen.frame()))))
                        .toList();
        for (Seen seen : inOrder) {
            int number = Objects.requireNonNull(numbers.get(seen.frame()), seen.frame());
            if (number < judged.length && judged[number] == null) {
                judged[number] = benched.isRight(number, seen);
            }
        }
    }

    /**
     * Has the job answer what is still to be judged, and counts; null if nothing is.
     *
     * @param most frames to send at once
     */
    @Nullable Judgement judge(int most) throws Exception {
        if (judged.length == 0) {
            return null;
        }
        for (int first = firstUnjudged(); first >= 0; first = firstUnjudged()) {
            // A few more than needed: a rate of a handful says nothing, and nobody asks for it.
            drain(Math.max(2, Math.min(most, judged.length - first)));
        }
        return new Judgement(
                judged.length, (int) Arrays.stream(judged).filter(Boolean.TRUE::equals).count());
    }

    /** What the cluster used so far. */
    ClusterCpu cpu() throws IOException, InterruptedException {
        return cluster.cpu(site);
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
        Future<Map<FrameId, Integer>> sending = send(due, 0);
        sleepUntil(settled, sending);
        Reading before = read();
        sleepUntil(end, sending);
        Usage usage = read().since(before);
        finish(sending, due.length);
        Answers all = takeAnswers(sending.get());
        answers.add(all);
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
        Future<Map<FrameId, Integer>> sending = send(due, 0);
        sleepUntil(due[due.length - 1], sending);
        finish(sending, due.length);
        return BurstFigures.of(bursts, sustainable, takeAnswers(sending.get()).visible(), start);
    }

    private static long[] from(long startMillis, long[] nanos) {
        return Arrays.stream(nanos).map(due -> startMillis + due / 1_000_000).toArray();
    }

    /**
     * Sends a load.
     *
     * @param first number of its first record
     * @return numbers of the records by their place in Kafka
     */
    private Future<Map<FrameId, Integer>> send(long[] due, int first) {
        OpenLoopProducer cameras =
                new OpenLoopProducer(
                        cluster.kafka().with(MAX_REQUEST),
                        benched.input(),
                        benched.partitions(),
                        cell.cameras(),
                        1);
        return sender.submit(
                () -> {
                    Map<FrameId, Integer> sent =
                            cameras.send(
                                    due, number -> benched.payload(first + number, due[number]));
                    sent.replaceAll((frame, number) -> first + number);
                    return sent;
                });
    }

    private void sleepUntil(long millis, Future<?> sending) throws Exception {
        while (System.currentTimeMillis() < millis) {
            if (sending.isDone()) {
                // If it failed, nothing is to be waited for.
                sent(sending);
            }
            checkStopped();
            Thread.sleep(Math.max(1, Math.min(STEP_MILLIS, millis - System.currentTimeMillis())));
        }
    }

    private static void sent(Future<?> sending) throws Exception {
        try {
            sending.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        } catch (CancellationException e) {
            throw new StoppedException();
        }
    }

    private void checkStopped() {
        if (stopped.getAsBoolean()) {
            throw new StoppedException();
        }
    }

    /** Waits until every frame has a visible answer. */
    private void finish(Future<Map<FrameId, Integer>> sending, int count) throws Exception {
        while (!sending.isDone()) {
            checkStopped();
            Thread.sleep(STEP_MILLIS);
        }
        sent(sending);
        long newest = System.nanoTime();
        int seen = 0;
        while (visible().count() < count || classified().count() < count) {
            checkJob();
            if (visible().count() + classified().count() > seen) {
                seen = visible().count() + classified().count();
                newest = System.nanoTime();
            }
            if (System.nanoTime() - newest > SILENCE_LIMIT.toNanos()) {
                throw new JobExecutionException(
                        Objects.requireNonNull(job, "job"),
                        "of "
                                + count
                                + " frames only "
                                + visible().count()
                                + " were answered, and none for "
                                + SILENCE_LIMIT.toSeconds()
                                + " s");
            }
            Thread.sleep(STEP_MILLIS);
        }
    }

    private Answers takeAnswers(Map<FrameId, Integer> sent) {
        List<Seen> all = classified().takeAll();
        return new Answers(sent, all, benched.isTransactional() ? visible().takeAll() : all);
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
                ? cluster.checkpoints(Objects.requireNonNull(job, "job"))
                : null;
    }

    private Reading read() throws IOException, InterruptedException {
        return new Reading(System.nanoTime(), classified().count(), cpu(), ownNanos());
    }

    private static long ownNanos() {
        return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
                .getProcessCpuTime();
    }

    /**
     * Ends what asks for the topics, then deletes them. What does not end, or stays, is tried again
     * when the whole run ends, and must not cost what was measured.
     */
    @Override
    public void close() {
        sender.shutdownNow();
        boolean isOver = end();
        Stream.of(written, committed)
                .filter(Objects::nonNull)
                .distinct()
                .forEach(AnswerTail::close);
        if (!isOver) {
            return;
        }
        try {
            topics.delete(benched);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.warn("Topics of {} are not deleted yet", site.name(), e);
        }
    }

    /** Whether nobody writes to the topics any more. */
    private boolean end() {
        try {
            boolean isSent = sender.awaitTermination(SENDER_LIMIT.toSeconds(), TimeUnit.SECONDS);
            if (job != null) {
                cluster.cancel(job);
            }
            return isSent;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (Exception e) {
            LOG.warn("The job {} did not end yet", site.name(), e);
            return false;
        }
    }

    /** Everything that counts up, at one moment. */
    private record Reading(long nanoTime, long frames, ClusterCpu cpu, long generator) {
        Usage since(Reading earlier) {
            return Usage.of(
                    frames - earlier.frames,
                    nanoTime - earlier.nanoTime,
                    cpu.since(earlier.cpu),
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
        /** Numbers of the frames by the identity that answers name. */
        Map<String, Integer> numbers() {
            return sent.entrySet().stream()
                    .collect(
                            Collectors.toMap(
                                    frame -> frame.getKey().toString(), Map.Entry::getValue));
        }
    }

    /** The run was told to end. */
    static final class StoppedException extends RuntimeException {
        private static final long serialVersionUID = 1;
    }
}
