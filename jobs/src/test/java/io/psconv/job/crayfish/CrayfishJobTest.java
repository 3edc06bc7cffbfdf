package io.psconv.job.crayfish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.job.kafka.KafkaProperties;
import io.psconv.operator.energy.EnergySource;
import io.psconv.operator.node.NodeSettings;
import io.psconv.operator.record.ModelReference;
import io.psconv.operator.score.ScoreSettings;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.JobVertex;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;

/** The graph, as a cluster is given it. */
class CrayfishJobTest {
    @Test
    void keepsARecordInOneTaskWhereParallelismIsTheSame() {
        JobGraph graph = graph(ParallelismMode.N_N_N, 2);

        assertThat(graph.getVerticesSortedTopologicallyFromSources())
                .extracting(JobVertex::getParallelism)
                .containsExactly(2);
        assertThat(graph.getCheckpointingSettings().getCheckpointCoordinatorConfiguration())
                .satisfies(
                        checkpoints ->
                                assertThat(checkpoints.getCheckpointInterval())
                                        .isEqualTo(Long.MAX_VALUE));
    }

    @Test
    void scoresBetweenAReaderAndAWriterForEachPartition() {
        List<JobVertex> vertices =
                graph(ParallelismMode.PARTITIONS_N_PARTITIONS, 2)
                        .getVerticesSortedTopologicallyFromSources();

        assertThat(vertices).extracting(JobVertex::getParallelism).containsExactly(32, 2, 32);
        assertThat(vertices.get(0).getName()).contains("tensors").contains("parse");
        assertThat(vertices.get(1).getName()).isEqualTo("score");
        assertThat(vertices.get(2).getName()).contains("scores");
    }

    /** Chaining would otherwise put the scoring into the readers' tasks. */
    @Test
    void scoresApartAlsoWithAsManyTasksAsPartitions() {
        assertThat(
                        graph(ParallelismMode.PARTITIONS_N_PARTITIONS, 32)
                                .getVerticesSortedTopologicallyFromSources())
                .hasSize(3);
    }

    @Test
    void knowsTheModesByTheirNames() {
        assertThat(ParallelismMode.parse("n-n-n")).isEqualTo(ParallelismMode.N_N_N);
        assertThat(ParallelismMode.parse("32-N-32"))
                .isEqualTo(ParallelismMode.PARTITIONS_N_PARTITIONS);
        assertThatThrownBy(() -> ParallelismMode.parse("16-N-16"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("parallelism mode was '16-N-16' but it must be of N-N-N and 32-N-32");
    }

    private static JobGraph graph(ParallelismMode mode, int parallelism) {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment(new Configuration());
        CrayfishJob.define(
                environment,
                new CrayfishOptions(
                        KafkaProperties.of("localhost:1"),
                        "group",
                        "in",
                        "out",
                        32,
                        parallelism,
                        mode,
                        new ScoreSettings(
                                "store",
                                new ModelReference("m", 1, "0".repeat(64)),
                                "dense",
                                "jvm",
                                true,
                                1,
                                new NodeSettings(
                                        EnergySource.NONE,
                                        Duration.ofSeconds(1),
                                        false,
                                        "127.0.0.1",
                                        null,
                                        null))));
        return environment.getStreamGraph().getJobGraph();
    }
}
