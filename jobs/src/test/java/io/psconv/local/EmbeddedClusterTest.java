package io.psconv.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.runtime.client.JobExecutionException;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedClusterTest {
    private static final Duration PAUSE = Duration.ofMillis(10);
    private static final AtomicInteger SEEN = new AtomicInteger();

    @Test
    void runsABoundedJobToItsEnd() throws Exception {
        SEEN.set(0);
        try (EmbeddedCluster cluster = EmbeddedCluster.start(2)) {
            JobID job = cluster.submit(counting(1000, Duration.ZERO));

            assertThat(cluster.await(job).getJobID()).isEqualTo(job);
            assertThat(SEEN).hasValue(1000);
            assertThat(cluster.status(job)).isEqualTo(JobStatus.FINISHED);
        }
    }

    @Test
    void givesTheCauseOfAFailedJob() throws Exception {
        try (EmbeddedCluster cluster = EmbeddedCluster.start(1)) {
            JobID job = cluster.submit(failing());

            assertThatThrownBy(() -> cluster.await(job))
                    .isInstanceOf(JobExecutionException.class)
                    .hasRootCauseMessage("seventh");
        }
    }

    @Test
    void cancelsARunningJob() throws Exception {
        try (EmbeddedCluster cluster = EmbeddedCluster.start(1)) {
            JobID job = cluster.submit(counting(Long.MAX_VALUE, PAUSE));

            cluster.cancel(job);
            cluster.cancel(job);

            assertThat(cluster.status(job)).isEqualTo(JobStatus.CANCELED);
        }
    }

    @Test
    void stopsWithASavepointThatALaterRunResumes(@TempDir Path savepoints) throws Exception {
        SEEN.set(0);
        String savepoint;
        try (EmbeddedCluster cluster = EmbeddedCluster.start(1)) {
            JobID job = cluster.submit(counting(2000, PAUSE));
            while (SEEN.get() < 10) {
                Thread.onSpinWait();
            }
            assertThat(cluster.savepoint(job, savepoints)).startsWith("file:");
            savepoint = cluster.stopWithSavepoint(job, savepoints);
            assertThat(cluster.status(job)).isEqualTo(JobStatus.FINISHED);
        }
        try (EmbeddedCluster cluster = EmbeddedCluster.start(1)) {
            StreamGraph graph = counting(2000, Duration.ZERO);
            graph.setSavepointRestoreSettings(SavepointRestoreSettings.forPath(savepoint));
            cluster.await(cluster.submit(graph));
        }

        assertThat(SEEN).hasValue(2000);
    }

    @Test
    void endsRunningJobsAndRemovesItsFolderWhenClosed() throws Exception {
        EmbeddedCluster cluster = EmbeddedCluster.start(1);
        cluster.submit(counting(Long.MAX_VALUE, PAUSE));

        cluster.close();
        cluster.close();

        assertThat(cluster.folder()).doesNotExist();
    }

    @Test
    void refusesNoSlots() {
        assertThatThrownBy(() -> EmbeddedCluster.start(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("slots was '0' but it must be positive");
    }

    private static StreamGraph counting(long count, Duration pause) {
        StreamExecutionEnvironment environment = environment();
        environment
                .fromSequence(1, count)
                .uid("numbers")
                .map(
                        number -> {
                            LockSupport.parkNanos(pause.toNanos());
                            SEEN.incrementAndGet();
                            return number;
                        })
                .returns(Types.LONG)
                .uid("count")
                .sinkTo(new DiscardingSink<>())
                .uid("discard");
        return environment.getStreamGraph();
    }

    private static StreamGraph failing() {
        StreamExecutionEnvironment environment = environment();
        environment
                .fromSequence(1, 10)
                .map(
                        number -> {
                            if (number == 7) {
                                throw new IllegalStateException("seventh");
                            }
                            return number;
                        })
                .returns(Types.LONG)
                .sinkTo(new DiscardingSink<>());
        return environment.getStreamGraph();
    }

    private static StreamExecutionEnvironment environment() {
        Configuration configuration = new Configuration();
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        return StreamExecutionEnvironment.getExecutionEnvironment(configuration).setParallelism(1);
    }
}
