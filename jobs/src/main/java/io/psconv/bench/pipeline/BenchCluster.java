package io.psconv.bench.pipeline;

import io.psconv.job.kafka.KafkaProperties;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.flink.api.common.JobID;
import org.jspecify.annotations.Nullable;

/** Flink, and the Kafka that its jobs are on, while cells are measured. For one thread. */
interface BenchCluster extends AutoCloseable {
    /** Where the topics are. */
    KafkaProperties kafka();

    /** A folder that its task managers read too, as long as it runs; null if there is none. */
    @Nullable Path folder();

    /**
     * A place for a job.
     *
     * @param name that no other has
     */
    BenchSite site(String name) throws IOException;

    /**
     * Starts a job, which is not restarted when it fails.
     *
     * @throws IOException if it is refused; the message says why
     */
    JobID submit(Cell cell, BenchJob job) throws Exception;

    /** Whether every subtask of a job runs. */
    boolean isRunning(JobID job) throws Exception;

    /** Whether a job has ended, however it did. */
    boolean hasEnded(JobID job) throws Exception;

    /** What made a job fail that has ended. */
    String failure(JobID job) throws Exception;

    /** Cancels a job, if it runs, and waits until it has ended. */
    void cancel(JobID job) throws Exception;

    /** How long a job's checkpoints took so far. */
    CheckpointTimes checkpoints(JobID job) throws IOException, InterruptedException;

    /** Processor time used so far, as far as it can be known from here. */
    ClusterCpu cpu(BenchSite site) throws IOException, InterruptedException;

    /**
     * Ends the run's jobs that are still there, and what came with them.
     *
     * @throws IOException if something could not be ended; the message names it
     */
    void clear() throws IOException, InterruptedException;

    @Override
    void close();
}
