package io.psconv.tests.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.bench.OpenLoopProducer;
import io.psconv.bench.ResultReader;
import io.psconv.job.ClassifyJob;
import io.psconv.job.kafka.ControlClient;
import io.psconv.job.kafka.KafkaProperties;
import io.psconv.job.kafka.TopicCheck;
import io.psconv.job.options.ClassifyConfigOptions;
import io.psconv.job.options.ClassifyOptions;
import io.psconv.local.ProcessCluster;
import io.psconv.model.format.UntrainedModel;
import io.psconv.model.network.Architectures;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.pattern.Variant;
import io.psconv.model.store.ModelStore;
import io.psconv.operator.record.ActivationRequest;
import io.psconv.operator.record.ModelDecision;
import io.psconv.operator.record.RequestedPlan;
import io.psconv.operator.record.RequestedTime;
import io.psconv.operator.record.RoutePlan;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a task manager keeps of models that no route names any more. */
@Tag("chaos")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class SwapMemoryITCase {
    private static final String MODEL = "resnet56";
    private static final int WARM_UP = 10;
    private static final int SWAPS = 50;

    /** Two of fifty models, whose weights are 3.4 MB each. */
    private static final long HEAP_GROWTH = 7L << 20;

    /** Models go 30 s after their last frame: swapped this fast, more than ten are held at once. */
    private static final MemorySize MEMORY = MemorySize.parse("2g");

    /** Ten of them: compiled code and the allocator's own pools grow by some 10 MB meanwhile. */
    private static final long NATIVE_GROWTH = 34L << 20;

    /** Longer than a model without frames is kept. */
    private static final Duration RELEASED = Duration.ofSeconds(40);

    private static final int CAMERAS = 8;

    private int frames;

    @Test
    void fiftySwapsLeaveHeapAndNativeMemoryAsTheyWere(@TempDir Path store) throws Exception {
        publish(store);
        try (ProcessCluster cluster =
                        ProcessCluster.start(
                                1, 2, MEMORY, ProcessCluster.JobClasses.OF_EACH_JOB, null);
                ResultReader results = topics(cluster);
                ControlClient control =
                        new ControlClient(
                                KafkaProperties.of(cluster.bootstrapServers()),
                                "model-control",
                                "model-decisions")) {
            long pid = cluster.taskManagers().get(0).pid();
            JobID job = submit(cluster, store);
            Pipeline.await("the job runs", () -> cluster.isRunning(job));

            swap(cluster, results, control, 2, WARM_UP);
            TaskManagerFigures before = afterRelease(cluster, results, pid);
            swap(cluster, results, control, WARM_UP + 1, WARM_UP + SWAPS);
            TaskManagerFigures after = afterRelease(cluster, results, pid);

            System.out.println("before " + SWAPS + " swaps " + before);
            System.out.println("after " + SWAPS + " swaps " + after);
            assertThat(after.heapBytes()).isLessThan(before.heapBytes() + HEAP_GROWTH);
            assertThat(after.nativeBytes()).isLessThan(before.nativeBytes() + NATIVE_GROWTH);
        }
    }

    /** Versions that differ in every weight, as if each had been trained anew. */
    private static void publish(Path folder) throws IOException {
        ModelStore store = new ModelStore(folder);
        for (int version = 1; version <= WARM_UP + SWAPS; version++) {
            store.publish(
                    MODEL,
                    UntrainedModel.create(
                            Architectures.create(MODEL, new FeatureShape(3, 32, 32), 10),
                            Variant.of("dense"),
                            version));
        }
    }

    private static ResultReader topics(ProcessCluster cluster) {
        KafkaProperties kafka = KafkaProperties.of(cluster.bootstrapServers());
        try (TopicCheck topics = new TopicCheck(kafka)) {
            topics.createMissing(
                    List.of("frames", "classifications", "rejected-frames"), Pipeline.PARTITIONS);
            topics.createMissingControl("model-control", "model-decisions");
        }
        return new ResultReader(cluster.bootstrapServers(), "classifications", "rejected-frames");
    }

    private static JobID submit(ProcessCluster cluster, Path store) throws Exception {
        Configuration configuration = new Configuration();
        configuration.set(
                ClassifyConfigOptions.KAFKA_BOOTSTRAP_SERVERS, cluster.bootstrapServers());
        configuration.set(ClassifyConfigOptions.CLASSIFY_STORE, store.toString());
        configuration.set(ClassifyConfigOptions.CLASSIFY_MODEL, MODEL + "@1");
        configuration.set(ClassifyConfigOptions.DECISIONS_TOPIC, "model-decisions");
        configuration.set(ClassifyConfigOptions.CONTROL_TOPIC, "model-control");
        configuration.set(ClassifyConfigOptions.CONTROL_LEAD, Duration.ofMillis(200));
        configuration.set(ClassifyConfigOptions.CONTROL_TICK_INTERVAL, Duration.ofMillis(50));
        configuration.setString(ClassifyConfigOptions.METRICS_PORT.key(), "off");
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment();
        environment.setParallelism(2);
        ClassifyJob.define(environment, ClassifyOptions.of(configuration));
        return cluster.submit(environment.getStreamGraph());
    }

    /** Lets each of some versions in turn classify frames. */
    private void swap(
            ProcessCluster cluster,
            ResultReader results,
            ControlClient control,
            int firstVersion,
            int lastVersion)
            throws Exception {
        for (int version = firstVersion; version <= lastVersion; version++) {
            int next = version;
            control.send(
                    new ActivationRequest(
                            "",
                            ModelDecision.DEFAULT_ROUTE,
                            RequestedPlan.single(RoutePlan.ALL_CAMERAS, MODEL + "@" + next),
                            new RequestedTime(0, 0)));
            Pipeline.await("version " + next + " serves", () -> serves(cluster, results) == next);
        }
    }

    /** What the process holds once models without frames are gone. */
    private TaskManagerFigures afterRelease(ProcessCluster cluster, ResultReader results, long pid)
            throws Exception {
        long end = System.nanoTime() + RELEASED.toNanos();
        int version = serves(cluster, results);
        while (System.nanoTime() < end) {
            assertThat(serves(cluster, results)).isEqualTo(version);
            TimeUnit.MILLISECONDS.sleep(500);
        }
        return TaskManagerFigures.of(pid, 0);
    }

    /** Sends a frame of each camera and says which version classified the last one of them. */
    private int serves(ProcessCluster cluster, ResultReader results) throws Exception {
        new OpenLoopProducer(
                        cluster.bootstrapServers(), "frames", Pipeline.PARTITIONS, CAMERAS, 10_000)
                .send(CAMERAS, Samples::png, System.currentTimeMillis());
        frames += CAMERAS;
        Pipeline.await(
                frames + " answers",
                () -> {
                    results.poll();
                    return results.classified().size() == frames;
                });
        assertThat(results.rejected()).isEmpty();
        return results.inOrderOfArrival().get(frames - 1).model().version();
    }
}
