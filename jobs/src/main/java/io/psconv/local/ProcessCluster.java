package io.psconv.local;

import io.psconv.job.kafka.KafkaProperties;
import io.psconv.job.kafka.TopicCheck;
import io.psconv.job.kafka.TopicCheckException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.client.program.rest.RestClusterClient;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.client.JobExecutionException;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.rest.messages.job.JobDetailsInfo;
import org.apache.flink.streaming.api.graph.ExecutionPlan;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.util.ExceptionUtils;
import org.jspecify.annotations.Nullable;

/**
 * Kafka, ZooKeeper and a highly available Flink session cluster as processes of their own.
 *
 * <p>One broker, one JobManager and some task managers, on free ports of the loopback interface; a
 * process that was killed comes back to the same ports and the same data. All they write lies in
 * one temporary folder that {@link #close} removes. The processes end with this JVM however it
 * ends; only if it is killed itself does the folder stay. Flink's processes run from a {@link
 * io.psconv.layout.FlinkFolder}. Use it from any thread; closing twice is fine.
 */
public final class ProcessCluster implements AutoCloseable {
    private static final MemorySize MEMORY = MemorySize.parse("1536m");

    /** Five JVMs that start at once on a small and busy machine. */
    private static final Duration START_LIMIT = Duration.ofMinutes(3);

    /** Long enough for a JobManager that has just been killed to come back. */
    private static final Duration ANSWER_LIMIT = Duration.ofMinutes(3);

    private static final Duration BROKER_ANSWER = Duration.ofSeconds(2);
    private static final String NO_BROKER =
            "the cluster was started without a broker; ask the Kafka that its jobs are on";
    private static final long POLL_MILLIS = 100;

    /** Where jobs have the job jar's classes from. */
    public enum JobClasses {
        /** Each brings the jar and has a class loader of its own, as on a cluster elsewhere. */
        OF_EACH_JOB,
        /**
         * All share those of the processes' class path, so that what the JVM has compiled for one
         * job it need not compile for the next.
         */
        OF_THE_CLUSTER
    }

    private final TemporaryFolder folder;
    private final ProcessClusterPlan plan;
    private final JobClasses classes;
    private final ClusterProcess zooKeeper;
    private final @Nullable ClusterProcess broker;
    private final ClusterProcess jobManager;
    private final List<ClusterProcess> taskManagers;
    private @Nullable RestClusterClient<String> client;
    private boolean closed;

    private ProcessCluster(
            TemporaryFolder folder,
            @Nullable Path logs,
            int taskManagers,
            int slots,
            MemorySize memory,
            JobClasses classes,
            boolean hasBroker)
            throws IOException {
        this.folder = folder;
        this.classes = classes;
        Path logFolder = logs == null ? folder.path().resolve("logs") : logs.toAbsolutePath();
        this.plan = new ProcessClusterPlan(folder.path(), logFolder, slots, memory, classes);
        this.zooKeeper = plan.zooKeeper();
        this.broker = hasBroker ? plan.broker() : null;
        this.jobManager = plan.jobManager();
        List<ClusterProcess> workers = new ArrayList<>();
        for (int number = 1; number <= taskManagers; number++) {
            workers.add(plan.taskManager(number));
        }
        this.taskManagers = List.copyOf(workers);
    }

    /** Starts a cluster of small task managers whose jobs bring their classes. */
    public static ProcessCluster start(int taskManagers, int slots, @Nullable Path logs)
            throws IOException, InterruptedException {
        return start(taskManagers, slots, MEMORY, JobClasses.OF_EACH_JOB, logs);
    }

    /**
     * Starts a cluster and returns once it could run a job.
     *
     * @param taskManagers how many, at least 1
     * @param slots of each, at least 1
     * @param memory of each task manager's process
     * @param classes where jobs have theirs from
     * @param logs folder for what the processes say, which is then kept; null for the temporary one
     * @throws IOException if a process ends, or the cluster is not ready within three minutes;
     *     quotes what the process said last
     */
    public static ProcessCluster start(
            int taskManagers, int slots, MemorySize memory, JobClasses classes, @Nullable Path logs)
            throws IOException, InterruptedException {
        return start(taskManagers, slots, memory, classes, logs, true);
    }

    /**
     * The same without a broker, for jobs on a Kafka elsewhere.
     *
     * @throws IOException as {@link #start} does
     */
    public static ProcessCluster startFlink(
            int taskManagers, int slots, MemorySize memory, JobClasses classes, @Nullable Path logs)
            throws IOException, InterruptedException {
        return start(taskManagers, slots, memory, classes, logs, false);
    }

    private static ProcessCluster start(
            int taskManagers,
            int slots,
            MemorySize memory,
            JobClasses classes,
            @Nullable Path logs,
            boolean hasBroker)
            throws IOException, InterruptedException {
        check("taskManagers", taskManagers);
        check("slots", slots);
        TemporaryFolder folder = new TemporaryFolder("psconv-cluster-");
        boolean started = false;
        @Nullable ProcessCluster cluster = null;
        try {
            cluster =
                    new ProcessCluster(
                            folder, logs, taskManagers, slots, memory, classes, hasBroker);
            cluster.startAll();
            started = true;
            return cluster;
        } finally {
            if (!started) {
                if (cluster == null) {
                    folder.close();
                } else {
                    cluster.close();
                }
            }
        }
    }

    private static void check(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    name + " was '" + value + "' but it must be positive");
        }
    }

    private void startAll() throws IOException, InterruptedException {
        for (ClusterProcess process : processes()) {
            process.start();
        }
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        if (broker != null) {
            while (!brokerAnswers()) {
                checkStart(deadline, broker);
            }
        }
        try {
            client = new RestClusterClient<>(plan.client(), "psconv");
        } catch (Exception e) {
            throw new IOException("no client for the Flink cluster", e);
        }
        while (connectedTaskManagers() < taskManagers.size()) {
            checkStart(deadline, connectedTaskManagers() == 0 ? jobManager : taskManagers.get(0));
        }
    }

    private void checkStart(long deadline, ClusterProcess awaited)
            throws IOException, InterruptedException {
        for (ClusterProcess process : processes()) {
            if (!process.isAlive()) {
                throw new IOException(
                        process.name()
                                + " ended with status "
                                + process.exitValue()
                                + "; it said last:\n"
                                + process.tail());
            }
        }
        if (System.nanoTime() > deadline) {
            throw new IOException(
                    awaited.name()
                            + " was not ready within "
                            + START_LIMIT.toSeconds()
                            + " s; it said last:\n"
                            + awaited.tail());
        }
        Thread.sleep(POLL_MILLIS);
    }

    private boolean brokerAnswers() {
        try (TopicCheck check =
                new TopicCheck(KafkaProperties.of(plan.bootstrapServers()), BROKER_ANSWER)) {
            check.requireTopics(List.of());
            return true;
        } catch (TopicCheckException e) {
            return false;
        }
    }

    private int connectedTaskManagers() throws InterruptedException {
        try {
            return client().getClusterOverview()
                    .get(1, TimeUnit.SECONDS)
                    .getNumTaskManagersConnected();
        } catch (ExecutionException | TimeoutException e) {
            return 0;
        }
    }

    /**
     * Where clients find the broker, as {@code host:port}.
     *
     * @throws IllegalStateException if there is none
     */
    public String bootstrapServers() {
        if (broker == null) {
            throw new IllegalStateException(NO_BROKER);
        }
        return plan.bootstrapServers();
    }

    /** Where Flink's REST interface is, as {@code http://host:port}. */
    public String restAddress() {
        return plan.restAddress();
    }

    /** The cluster's temporary folder, a place for savepoints that need not outlive it. */
    public Path folder() {
        return folder.path();
    }

    /**
     * The broker's process.
     *
     * @throws IllegalStateException if there is none
     */
    public ClusterProcess broker() {
        if (broker == null) {
            throw new IllegalStateException(NO_BROKER);
        }
        return broker;
    }

    public ClusterProcess jobManager() {
        return jobManager;
    }

    public List<ClusterProcess> taskManagers() {
        return taskManagers;
    }

    /** All processes, in the order in which they are started. */
    public List<ClusterProcess> processes() {
        List<ClusterProcess> all = new ArrayList<>(List.of(zooKeeper));
        if (broker != null) {
            all.add(broker);
        }
        all.add(jobManager);
        all.addAll(taskManagers);
        return all;
    }

    /**
     * Submits a job and returns once the cluster has accepted it.
     *
     * @param execution a stream graph, as {@code environment.getStreamGraph()} makes it
     */
    public JobID submit(ExecutionPlan execution)
            throws JobExecutionException, InterruptedException {
        if (execution instanceof StreamGraph graph) {
            prepare(graph);
            if (classes == JobClasses.OF_EACH_JOB) {
                graph.addJar(new org.apache.flink.core.fs.Path(plan.jobJar().toUri()));
            }
        }
        JobID job = execution.getJobID();
        return get(client().submitJob(execution), job, "was not submitted");
    }

    /** What Flink's own executors do before they send a graph to another process. */
    private static void prepare(StreamGraph graph) throws JobExecutionException {
        if (graph.getOptionalJobId().isEmpty()) {
            graph.setJobId(new JobID());
        }
        try {
            graph.serializeUserDefinedInstances();
        } catch (Exception e) {
            throw new JobExecutionException(
                    graph.getJobID(), "job " + graph.getJobID() + " cannot be serialized", e);
        }
    }

    /** How far a job is. */
    public JobStatus status(JobID job) throws JobExecutionException, InterruptedException {
        return get(client().getJobStatus(job), job, "has no status");
    }

    /** What made a job fail that has ended, as its innermost cause says it. */
    public String failure(JobID job) throws JobExecutionException, InterruptedException {
        return get(client().requestJobResult(job), job, "has no result")
                .getSerializedThrowable()
                .map(failure -> failure.deserializeError(getClass().getClassLoader()))
                .map(failure -> ExceptionUtils.stringifyException(rootOf(failure)).lines())
                .flatMap(Stream::findFirst)
                .orElse("it ended without a failure");
    }

    private static Throwable rootOf(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    /** Whether every subtask of a job runs, which is later than the job's own status says. */
    public boolean isRunning(JobID job) throws JobExecutionException, InterruptedException {
        JobDetailsInfo details = get(client().getJobDetails(job), job, "has no details");
        return details.getJobStatus() == JobStatus.RUNNING
                && details.getJobVertexInfos().stream().allMatch(ProcessCluster::runs);
    }

    private static boolean runs(JobDetailsInfo.JobVertexDetailsInfo vertex) {
        int running = vertex.getTasksPerState().getOrDefault(ExecutionState.RUNNING, 0);
        int finished = vertex.getTasksPerState().getOrDefault(ExecutionState.FINISHED, 0);
        return running + finished == vertex.getParallelism();
    }

    /**
     * Takes a savepoint and ends the job without emitting anything past it.
     *
     * @param target folder under which the savepoint's own is made
     * @return where it lies, for {@code execution.state-recovery.path}
     */
    public String stopWithSavepoint(JobID job, Path target)
            throws JobExecutionException, InterruptedException {
        String path =
                get(
                        client().stopWithSavepoint(
                                        job,
                                        false,
                                        target.toUri().toString(),
                                        SavepointFormatType.CANONICAL),
                        job,
                        "was not stopped with a savepoint");
        get(client().requestJobResult(job), job, "has no result");
        return path;
    }

    /** Cancels a job and waits until it has ended. */
    public void cancel(JobID job) throws JobExecutionException, InterruptedException {
        get(client().cancel(job), job, "was not cancelled");
        get(client().requestJobResult(job), job, "has no result");
    }

    private synchronized RestClusterClient<String> client() {
        if (client == null) {
            throw new IllegalStateException("the cluster is closed");
        }
        return client;
    }

    private static <T> T get(CompletableFuture<T> future, JobID job, String problem)
            throws JobExecutionException, InterruptedException {
        try {
            return future.get(ANSWER_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            @Nullable Throwable cause = e.getCause();
            throw new JobExecutionException(
                    job, "job " + job + " " + problem, cause == null ? e : cause);
        } catch (TimeoutException e) {
            throw new JobExecutionException(
                    job,
                    "job " + job + " " + problem + " within " + ANSWER_LIMIT.toSeconds() + " s",
                    e);
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            processes().forEach(ClusterProcess::destroy);
            if (client != null) {
                client.close();
            }
            for (ClusterProcess process : processes()) {
                process.kill();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            folder.close();
        }
    }
}
