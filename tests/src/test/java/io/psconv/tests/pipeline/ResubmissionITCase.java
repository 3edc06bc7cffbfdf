package io.psconv.tests.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.bench.OpenLoopProducer;
import io.psconv.bench.ResultReader;
import io.psconv.job.ClassifyJob;
import io.psconv.job.kafka.KafkaProperties;
import io.psconv.job.kafka.TopicCheck;
import io.psconv.job.options.ClassifyConfigOptions;
import io.psconv.job.options.ClassifyOptions;
import io.psconv.local.ProcessCluster;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The job again and again in one task manager, as a session cluster lives for months. */
@Tag("chaos")
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class ResubmissionITCase {
    private static final int SUBMISSIONS = 20;

    /** By then pools are full and most code is compiled. */
    private static final int WARM_UP = 12;

    private static final int FRAMES = 60;
    private static final long MEBIBYTE = 1L << 20;

    @Test
    void twentySubmissionsLeaveTheTaskManagerAsItWas() throws Exception {
        try (ProcessCluster cluster = ProcessCluster.start(1, 2, null)) {
            try (TopicCheck topics =
                    new TopicCheck(KafkaProperties.of(cluster.bootstrapServers()))) {
                topics.createMissing(List.of("frames", "classifications", "rejected-frames"), 4);
            }
            long pid = cluster.taskManagers().get(0).pid();
            Configuration configuration = configuration(cluster);
            List<TaskManagerFigures> figures = new ArrayList<>();
            try (ResultReader results =
                    new ResultReader(
                            cluster.bootstrapServers(), "classifications", "rejected-frames")) {
                for (int round = 1; round <= SUBMISSIONS; round++) {
                    int meters = runOnce(cluster, configuration, results, round);
                    figures.add(TaskManagerFigures.of(pid, meters));
                    System.out.println("submission " + round + ": " + figures.get(round - 1));
                }
            }

            assertThat(cluster.taskManagers().get(0).pid()).isEqualTo(pid);
            assertFlat(figures, "class loaders", TaskManagerFigures::userClassLoaders, 0);
            assertFlat(figures, "meters", TaskManagerFigures::meters, 0);
            assertFlat(figures, "threads", TaskManagerFigures::threads, 3);
            assertFlat(figures, "sockets", TaskManagerFigures::sockets, 3);
            assertFlat(figures, "metaspace", TaskManagerFigures::metaspaceBytes, MEBIBYTE);
            assertFlat(figures, "native", TaskManagerFigures::nativeBytes, 8 * MEBIBYTE);
        }
    }

    /** Classifies some frames; the job ends behind a savepoint, or is cancelled, by turns. */
    private static int runOnce(
            ProcessCluster cluster, Configuration configuration, ResultReader results, int round)
            throws Exception {
        JobID job = submit(cluster, configuration);
        Pipeline.await("the job runs", () -> cluster.isRunning(job));
        new OpenLoopProducer(cluster.bootstrapServers(), "frames", 4, 8, 10_000)
                .send(FRAMES, Samples::png, System.currentTimeMillis());
        Pipeline.await(
                "answers to submission " + round,
                () -> {
                    results.poll();
                    return results.results() == round * FRAMES;
                });
        int meters =
                TaskManagerFigures.scrape(
                        Integer.parseInt(
                                configuration.getString(
                                        ClassifyConfigOptions.METRICS_PORT.key(), "")));
        if (round % 2 == 0) {
            cluster.cancel(job);
        } else {
            cluster.stopWithSavepoint(job, cluster.folder().resolve("savepoints"));
        }
        return meters;
    }

    private static JobID submit(ProcessCluster cluster, Configuration configuration)
            throws Exception {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment();
        environment.setParallelism(2);
        ClassifyJob.define(environment, ClassifyOptions.of(configuration));
        return cluster.submit(environment.getStreamGraph());
    }

    private static Configuration configuration(ProcessCluster cluster) throws IOException {
        Configuration configuration = new Configuration();
        configuration.set(
                ClassifyConfigOptions.KAFKA_BOOTSTRAP_SERVERS, cluster.bootstrapServers());
        configuration.set(ClassifyConfigOptions.CLASSIFY_STORE, Pipeline.STORE.toString());
        configuration.set(ClassifyConfigOptions.CLASSIFY_MODEL, "resnet20-dense");
        // One port and no other: a submission that kept it would make the next one fail.
        try (ServerSocket socket = new ServerSocket(0)) {
            configuration.setString(
                    ClassifyConfigOptions.METRICS_PORT.key(),
                    Integer.toString(socket.getLocalPort()));
        }
        return configuration;
    }

    /** The least of the last half does not exceed the least of the half before by more. */
    private static void assertFlat(
            List<TaskManagerFigures> figures,
            String name,
            ToLongFunction<TaskManagerFigures> value,
            long tolerance) {
        List<Long> series = figures.stream().map(value::applyAsLong).toList();
        int middle = (WARM_UP + SUBMISSIONS) / 2;
        long before = series.subList(WARM_UP, middle).stream().mapToLong(v -> v).min().orElse(0);
        long after = series.subList(middle, SUBMISSIONS).stream().mapToLong(v -> v).min().orElse(0);
        assertThat(after).as("%s %s", name, series).isLessThanOrEqualTo(before + tolerance);
    }
}
