package io.psconv.bench.pipeline;

import io.psconv.job.kafka.KafkaProperties;
import io.psconv.local.ProcessCluster;
import io.psconv.local.ProcessCluster.JobClasses;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.nio.file.Path;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.runtime.client.JobExecutionException;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/**
 * Flink as processes of this machine, one task manager, and a broker beside it unless a Kafka is
 * given.
 */
final class OwnCluster implements BenchCluster {
    private final ProcessCluster cluster;
    private final KafkaProperties kafka;
    private final boolean hasBroker;
    private final HttpClient client = HttpClient.newHttpClient();

    private OwnCluster(ProcessCluster cluster, @Nullable KafkaProperties given) {
        this.cluster = cluster;
        this.hasBroker = given == null;
        this.kafka = given == null ? KafkaProperties.of(cluster.bootstrapServers()) : given;
    }

    /**
     * Starts the processes.
     *
     * @param given the Kafka to use; null for a broker of the cluster's own
     * @throws IOException if one does not start
     */
    static OwnCluster start(PipelinePlan plan, @Nullable KafkaProperties given)
            throws IOException, InterruptedException {
        return new OwnCluster(
                given == null
                        ? ProcessCluster.start(
                                1,
                                plan.slots(),
                                plan.workload().taskManagerMemory(),
                                JobClasses.OF_THE_CLUSTER,
                                plan.logs())
                        : ProcessCluster.startFlink(
                                1,
                                plan.slots(),
                                plan.workload().taskManagerMemory(),
                                JobClasses.OF_THE_CLUSTER,
                                plan.logs()),
                given);
    }

    @Override
    public KafkaProperties kafka() {
        return kafka;
    }

    @Override
    public Path folder() {
        return cluster.folder();
    }

    @Override
    public BenchSite site(String name) throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return new BenchSite(kafka, name, socket.getLocalPort(), null);
        }
    }

    @Override
    public JobID submit(Cell cell, BenchJob job) throws Exception {
        // A failure is to be seen, not survived.
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment(
                        new Configuration()
                                .set(RestartStrategyOptions.RESTART_STRATEGY, "disable"));
        environment.setParallelism(cell.parallelism());
        job.define(environment);
        return cluster.submit(environment.getStreamGraph());
    }

    @Override
    public boolean isRunning(JobID job) throws JobExecutionException, InterruptedException {
        return cluster.isRunning(job);
    }

    @Override
    public boolean hasEnded(JobID job) throws JobExecutionException, InterruptedException {
        return cluster.status(job).isGloballyTerminalState();
    }

    @Override
    public String failure(JobID job) throws JobExecutionException, InterruptedException {
        return cluster.failure(job);
    }

    @Override
    public void cancel(JobID job) throws JobExecutionException, InterruptedException {
        cluster.cancel(job);
    }

    @Override
    public CheckpointTimes checkpoints(JobID job) throws IOException, InterruptedException {
        return CheckpointTimes.of(client, cluster.restAddress(), job);
    }

    @Override
    public ClusterCpu cpu(BenchSite site) throws IOException, InterruptedException {
        return new ClusterCpu(
                JobMeters.scrape(client, site.metricsPort()),
                ProcessCpu.of(cluster.taskManagers().get(0).pid()),
                ProcessCpu.of(cluster.jobManager().pid()).totalNanos(),
                hasBroker ? (Long) ProcessCpu.of(cluster.broker().pid()).totalNanos() : null);
    }

    /** Its jobs end with its processes. */
    @Override
    public void clear() {}

    @Override
    public void close() {
        cluster.close();
    }
}
