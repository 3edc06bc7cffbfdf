package io.psconv.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.BlobServerOptions;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.SecurityOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.client.JobExecutionException;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.graph.ExecutionPlan;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.jspecify.annotations.Nullable;

/**
 * A Flink cluster of one task manager inside this JVM.
 *
 * <p>For demonstrations and tests. It listens on the loopback interface only, and all it writes
 * lies in one temporary folder that {@link #close} removes. Jobs that still run are ended by
 * closing. Use it from any thread; closing twice, or from a shutdown hook, is fine.
 */
public final class EmbeddedCluster implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final long POLL_MILLIS = 10;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

    private final TemporaryFolder folder;
    private final MiniCluster cluster;
    private boolean closed;

    private EmbeddedCluster(TemporaryFolder folder, MiniCluster cluster) {
        this.folder = folder;
        this.cluster = cluster;
    }

    /** Starts a cluster with Flink's defaults. */
    public static EmbeddedCluster start(int slots) throws IOException {
        return start(slots, new Configuration());
    }

    /** Restarts in a row without success after which a job fails, so that its user is told. */
    private static final int MOST_RESTARTS = 10;

    /**
     * Starts a cluster.
     *
     * @param slots tasks of one operator that run at a time, at least 1
     * @param configuration settings that go before the ones chosen here; not modified
     * @throws IOException if it did not start
     */
    public static EmbeddedCluster start(int slots, Configuration configuration) throws IOException {
        if (slots < 1) {
            throw new IllegalArgumentException("slots was '" + slots + "' but it must be positive");
        }
        TemporaryFolder folder = new TemporaryFolder("psconv-flink-");
        MiniCluster cluster =
                new MiniCluster(
                        new MiniClusterConfiguration.Builder()
                                .setConfiguration(settings(folder.path(), configuration))
                                .setNumTaskManagers(1)
                                .setNumSlotsPerTaskManager(slots)
                                .build());
        EmbeddedCluster embedded = new EmbeddedCluster(folder, cluster);
        try {
            Files.createDirectories(folder.path().resolve("tmp"));
            cluster.start();
            embedded.awaitTaskManager();
            return embedded;
        } catch (Exception e) {
            embedded.close();
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw new IOException("embedded Flink cluster did not start", e);
        }
    }

    /**
     * Waits until the cluster could run a job. Flink's own start returns before it elects its
     * leaders, and closing a cluster in the midst of that never ends.
     */
    private void awaitTaskManager()
            throws ExecutionException, InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        while (!isReady(deadline)) {
            Thread.sleep(POLL_MILLIS);
        }
    }

    private boolean isReady(long deadline)
            throws ExecutionException, InterruptedException, TimeoutException {
        return cluster.requestClusterOverview()
                        .get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)
                        .getNumTaskManagersConnected()
                > 0;
    }

    private static Configuration settings(Path folder, Configuration overrides) {
        Configuration settings = new Configuration();
        settings.set(RestOptions.ADDRESS, "127.0.0.1");
        settings.set(RestOptions.BIND_ADDRESS, "127.0.0.1");
        settings.set(RestOptions.BIND_PORT, "0");
        settings.set(JobManagerOptions.ADDRESS, "127.0.0.1");
        settings.set(JobManagerOptions.BIND_HOST, "127.0.0.1");
        settings.set(TaskManagerOptions.BIND_HOST, "127.0.0.1");
        settings.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(16));
        settings.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(64));
        settings.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(64));
        settings.set(CoreOptions.TMP_DIRS, folder.resolve("tmp").toString());
        settings.set(BlobServerOptions.STORAGE_DIRECTORY, folder.resolve("tmp").toString());
        settings.set(WebOptions.TMP_DIR, folder.resolve("tmp").toString());
        // In the JobManager's memory a subtask's state may have 5 MiB; a savepoint carries models.
        settings.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
        settings.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                folder.resolve("checkpoints").toUri().toString());
        settings.set(SecurityOptions.DELEGATION_TOKENS_ENABLED, false);
        // Threads of a closing job may outlive its class loader here: it is the JVM's own.
        settings.set(CoreOptions.CHECK_LEAKED_CLASSLOADER, false);
        settings.set(WebOptions.TMP_DIR, folder.resolve("tmp").toString());
        settings.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_ATTEMPTS, MOST_RESTARTS);
        settings.addAll(overrides);
        return settings;
    }

    /** The cluster's temporary folder; a place for checkpoints that need not outlive it. */
    public Path folder() {
        return folder.path();
    }

    /**
     * Submits a job and returns once the cluster has accepted it.
     *
     * @param plan a stream graph, as {@code environment.getStreamGraph()} makes it, or a job graph
     */
    public JobID submit(ExecutionPlan plan) throws JobExecutionException, InterruptedException {
        if (plan instanceof StreamGraph graph && graph.getOptionalJobId().isEmpty()) {
            graph.setJobId(new JobID());
        }
        JobID job = plan.getJobID();
        get(cluster.submitJob(plan), job, "cannot be submitted");
        return job;
    }

    /** How far a job is. */
    public JobStatus status(JobID job) throws JobExecutionException, InterruptedException {
        return get(cluster.getJobStatus(job), job, "has no status");
    }

    /** Whether every subtask of a job runs, which is later than the job's own status says. */
    public boolean isRunning(JobID job) throws JobExecutionException, InterruptedException {
        if (status(job) != JobStatus.RUNNING) {
            return false;
        }
        for (var vertex :
                get(cluster.getExecutionGraph(job), job, "has no graph")
                        .getAllExecutionVertices()) {
            ExecutionState state = vertex.getExecutionState();
            if (state != ExecutionState.RUNNING && state != ExecutionState.FINISHED) {
                return false;
            }
        }
        return true;
    }

    /**
     * Waits until a job has ended by itself.
     *
     * @throws JobExecutionException with the cause, if it failed or was cancelled
     */
    public JobExecutionResult await(JobID job) throws JobExecutionException, InterruptedException {
        JobResult result = get(cluster.requestJobResult(job), job, "has no result");
        try {
            return result.toJobExecutionResult(EmbeddedCluster.class.getClassLoader());
        } catch (IOException | ClassNotFoundException e) {
            throw new JobExecutionException(job, "cannot read the job's result", e);
        }
    }

    /** Cancels a job and waits until it has ended, however it ends. */
    public void cancel(JobID job) throws JobExecutionException, InterruptedException {
        if (!status(job).isGloballyTerminalState()) {
            get(cluster.cancelJob(job), job, "cannot be cancelled");
        }
        get(cluster.requestJobResult(job), job, "has no result");
    }

    /**
     * Takes a savepoint of a running job.
     *
     * @param target folder under which the savepoint's own is made
     * @return where it lies, for {@code execution.state-recovery.path}
     */
    public String savepoint(JobID job, Path target)
            throws JobExecutionException, InterruptedException {
        return get(
                cluster.triggerSavepoint(
                        job, target.toUri().toString(), false, SavepointFormatType.CANONICAL),
                job,
                "has no savepoint");
    }

    /**
     * Takes a savepoint and ends the job without emitting anything past it.
     *
     * @param target folder under which the savepoint's own is made
     * @return where it lies
     */
    public String stopWithSavepoint(JobID job, Path target)
            throws JobExecutionException, InterruptedException {
        String path =
                get(
                        cluster.stopWithSavepoint(
                                job,
                                target.toUri().toString(),
                                false,
                                SavepointFormatType.CANONICAL),
                        job,
                        "was not stopped with a savepoint");
        get(cluster.requestJobResult(job), job, "has no result");
        return path;
    }

    /** The cluster itself, for what is not offered here. */
    public MiniCluster miniCluster() {
        return cluster;
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            cluster.closeAsync().get(CLOSE_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("embedded Flink cluster did not end", e);
        } finally {
            folder.close();
        }
    }

    private static <T> T get(CompletableFuture<T> future, JobID job, String problem)
            throws JobExecutionException, InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            @Nullable Throwable cause = e.getCause();
            if (cause instanceof JobExecutionException failure) {
                throw failure;
            }
            throw new JobExecutionException(
                    job, "job " + job + " " + problem, cause == null ? e : cause);
        }
    }
}
