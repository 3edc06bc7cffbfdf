package io.psconv.bench.pipeline;

import io.psconv.job.kafka.KafkaProperties;
import io.psconv.layout.ProjectJars;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.jspecify.annotations.Nullable;

/**
 * A Flink session cluster of the user's, over its REST interface.
 *
 * <p>The job's jar is uploaded for the run; {@link #clear} removes it with all jobs of the run. Of
 * the processes there nothing is known but what answers say.
 */
final class GivenCluster implements BenchCluster {
    /** Any free one: of several jobs in a task manager each has its own. */
    private static final int ANY_PORT = 0;

    private static final Duration END_LIMIT = Duration.ofSeconds(40);
    private static final long STEP_MILLIS = 100;

    private final FlinkRest rest;
    private final KafkaProperties kafka;
    private final String store;
    private final String prefix;
    private @Nullable String jar;

    /**
     * Describes the cluster, without asking it anything.
     *
     * @param prefix that the names of the run's jobs begin with, and no others
     */
    GivenCluster(PipelinePlace place, String prefix) {
        this.rest = new FlinkRest(place.requireFlink());
        this.kafka = Objects.requireNonNull(place.kafka(), "kafka");
        this.store = Objects.requireNonNull(place.store(), "store");
        this.prefix = prefix;
    }

    /**
     * Sees that the cluster answers, is of our version, takes jars, and has room.
     *
     * @param slots that a job takes at most
     * @throws IOException if not; the message says what to do
     */
    void check(int slots) throws IOException, InterruptedException {
        rest.check(slots);
    }

    @Override
    public KafkaProperties kafka() {
        return kafka;
    }

    @Override
    public @Nullable Path folder() {
        return null;
    }

    @Override
    public BenchSite site(String name) {
        return new BenchSite(kafka, name, ANY_PORT, store);
    }

    @Override
    public JobID submit(Cell cell, BenchJob job) throws IOException, InterruptedException {
        String uploaded = jar;
        if (uploaded == null) {
            uploaded = rest.upload(ProjectJars.find().job());
            jar = uploaded;
        }
        return rest.run(
                uploaded,
                job.program(),
                cell.parallelism(),
                // A failure is to be seen, not survived.
                Map.of(RestartStrategyOptions.RESTART_STRATEGY.key(), "disable"));
    }

    @Override
    public boolean isRunning(JobID job) throws IOException, InterruptedException {
        return rest.isRunning(job);
    }

    @Override
    public boolean hasEnded(JobID job) throws IOException, InterruptedException {
        return rest.status(job).isGloballyTerminalState();
    }

    @Override
    public String failure(JobID job) throws IOException, InterruptedException {
        return rest.failure(job);
    }

    @Override
    public void cancel(JobID job) throws IOException, InterruptedException {
        if (hasEnded(job)) {
            return;
        }
        rest.cancel(job);
        long deadline = System.nanoTime() + END_LIMIT.toNanos();
        while (!hasEnded(job)) {
            if (System.nanoTime() > deadline) {
                throw new IOException(
                        "job "
                                + job
                                + " was cancelled at "
                                + rest.address()
                                + " but did not end within "
                                + END_LIMIT.toSeconds()
                                + " s; cancel it there, and delete its topics once it has ended");
            }
            Thread.sleep(STEP_MILLIS);
        }
    }

    @Override
    public CheckpointTimes checkpoints(JobID job) throws IOException, InterruptedException {
        return rest.checkpoints(job);
    }

    @Override
    public ClusterCpu cpu(BenchSite site) {
        return ClusterCpu.UNKNOWN;
    }

    /** Among the jobs may be one whose start was not answered in time, so they go by name. */
    @Override
    public void clear() throws IOException, InterruptedException {
        for (JobID job : rest.running(prefix)) {
            cancel(job);
        }
        if (jar != null) {
            rest.deleteJar(jar);
            jar = null;
        }
    }

    /** Nothing of it is this run's but what {@link #clear} ends. */
    @Override
    public void close() {}
}
