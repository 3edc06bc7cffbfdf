package io.psconv.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.job.options.ClassifyConfigOptions;
import io.psconv.job.options.ClassifyOptions;
import io.psconv.job.options.EngineOptions.Engine;
import io.psconv.layout.MemoryLine.Place;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.UntrainedModel;
import io.psconv.model.network.Architectures;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.pattern.Variant;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessSpec;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.util.config.memory.ProcessMemoryUtils;
import org.junit.jupiter.api.Test;

class MemoryPlanTest {
    private static final long MEBIBYTE = 1L << 20;

    private static final ModelFootprint SPARSE =
            new ModelFootprint("sparse@1", 8 * MEBIBYTE, 12 * MEBIBYTE, 3 * MEBIBYTE, 0, 0, 12_288);

    private static final ModelFootprint NATIVE =
            new ModelFootprint(
                    "dense@1",
                    8 * MEBIBYTE,
                    8 * MEBIBYTE,
                    0,
                    130 * MEBIBYTE,
                    20 * MEBIBYTE,
                    12_288);

    @Test
    void heapIsModelsOnceAndSubtasksTimesTheirBuffers() {
        MemoryPlan plan = MemoryPlan.of(demand(2, false, SPARSE));

        // Two models of 20; in each subtask maps 2 × 3, frames 2 × 0.375, buffer 64, image 8,
        // fetched 50, two producers of 32.
        double live = 40 + 2 * (6 + 0.75 + 64 + 8 + 50 + 64);
        assertThat(plan.mebibytes(Place.HEAP)).isEqualTo((long) Math.ceil(live * 1.3 + 128));
        assertThat(plan.mebibytes(Place.OFF_HEAP)).isEqualTo(128 + 2 * 16);
        assertThat(plan.mebibytes(Place.NETWORK)).isEqualTo(72);
        assertThat(plan.mebibytes(Place.METASPACE)).isEqualTo(256);
        assertThat(plan.mebibytes(Place.OVERHEAD)).isEqualTo(224);
    }

    @Test
    void anotherSlotAddsASubtaskAndNoModel() {
        long one = MemoryPlan.of(demand(1, false, SPARSE)).mebibytes(Place.HEAP);
        long two = MemoryPlan.of(demand(2, false, SPARSE)).mebibytes(Place.HEAP);
        long three = MemoryPlan.of(demand(3, false, SPARSE)).mebibytes(Place.HEAP);

        assertThat(three - two).isBetween(two - one - 1, two - one + 1);
        assertThat(two - one).isEqualTo(Math.round(192.75 * 1.3));
    }

    @Test
    void framesThatWaitForDecisionsNeedAsMuchAgain() {
        long without = MemoryPlan.of(demand(1, false, SPARSE)).mebibytes(Place.HEAP);

        assertThat(MemoryPlan.of(demand(1, true, SPARSE)).mebibytes(Place.HEAP))
                .isBetween(without + 83, without + 84);
    }

    /** Maps and weights are on the device; what travels lies outside the heap, once. */
    @Test
    void besideDevicesThereIsWhatTravels() throws Exception {
        CompressedModel model =
                UntrainedModel.create(
                        Architectures.create("resnet20", new FeatureShape(3, 32, 32), 10),
                        Variant.of("PSD1_P16"),
                        1);
        ModelFootprint footprint = ModelFootprint.besideDevices("a@1", MEBIBYTE, model, 256);
        MemoryPlan one = MemoryPlan.of(cuda(1, footprint));
        MemoryPlan two = MemoryPlan.of(cuda(2, footprint));

        // 512 MiB of the driver; two batches of 256 images of 3,072 and 10 numbers, of two models.
        assertThat(one.mebibytes(Place.OFF_HEAP))
                .isEqualTo((long) Math.ceil(128 + 16 + 512 + 2.0 * 2 * 256 * 4 * 3082 / MEBIBYTE));
        assertThat(two.mebibytes(Place.OFF_HEAP)).isEqualTo(one.mebibytes(Place.OFF_HEAP) + 16);
        assertThat(footprint.classifierBytes()).isZero();
        StringWriter text = new StringWriter();
        one.print(new PrintWriter(text, true));
        assertThat(text.toString())
                .contains("the CUDA driver's own, for one device; an estimate")
                .contains("two batches of each model and of the next one on their way to a device");
    }

    private static MemoryDemand cuda(int slots, ModelFootprint model) {
        return new MemoryDemand(
                slots,
                List.of(model),
                Engine.CUDA,
                256,
                MEBIBYTE,
                false,
                1024,
                MEBIBYTE,
                1,
                MEBIBYTE);
    }

    @Test
    void aDensePeerLiesOutsideTheHeap() {
        MemoryPlan plan =
                MemoryPlan.of(
                        new MemoryDemand(
                                1,
                                List.of(NATIVE),
                                Engine.ONNXRUNTIME,
                                32,
                                MEBIBYTE,
                                false,
                                1024,
                                MEBIBYTE,
                                2,
                                MEBIBYTE));

        // Flink 128, sockets 16, the library 64, weights twice, maps twice.
        assertThat(plan.mebibytes(Place.OFF_HEAP)).isEqualTo(128 + 16 + 64 + 260 + 40);
    }

    @Test
    void flinkDividesTheProcessAsPlanned() {
        MemoryPlan plan = MemoryPlan.of(demand(4, true, SPARSE, SPARSE));
        Configuration configuration = new Configuration();
        plan.settings().forEach(configuration::setString);

        TaskExecutorProcessSpec spec =
                TaskExecutorProcessUtils.processSpecFromConfig(configuration);

        assertThat(spec.getTotalProcessMemorySize())
                .isEqualTo(MemorySize.ofMebiBytes(plan.totalMebibytes()));
        // Flink counts network buffers with direct memory.
        assertThat(ProcessMemoryUtils.generateJvmParametersStr(spec))
                .contains(
                        "-Xmx" + plan.mebibytes(Place.HEAP) * MEBIBYTE + " ",
                        "-XX:MaxDirectMemorySize="
                                + (plan.mebibytes(Place.OFF_HEAP) + plan.mebibytes(Place.NETWORK))
                                        * MEBIBYTE);
        assertThat(spec.getManagedMemorySize()).isEqualTo(MemorySize.ZERO);
    }

    @Test
    void queriesGetManagedMemoryBesideModels() {
        MemoryPlan jobs = MemoryPlan.of(demand(2, false, SPARSE));

        MemoryPlan queries = jobs.withSql(2);

        assertThat(jobs.settings()).containsEntry("taskmanager.memory.managed.size", "0m");
        assertThat(queries.settings()).containsEntry("taskmanager.memory.managed.size", "64m");
        assertThat(queries.totalMebibytes()).isEqualTo(jobs.totalMebibytes() + 64 + 64);
        TaskExecutorProcessSpec spec =
                TaskExecutorProcessUtils.processSpecFromConfig(
                        Configuration.fromMap(queries.settings()));
        assertThat(spec.getManagedMemorySize()).isEqualTo(MemorySize.ofMebiBytes(64));
        assertThat(ProcessMemoryUtils.generateJvmParametersStr(spec))
                .contains("-Xmx" + jobs.mebibytes(Place.HEAP) * MEBIBYTE + " ");
    }

    @Test
    void saysWhatEachLineIsFor() {
        StringWriter text = new StringWriter();

        MemoryPlan.of(demand(2, false, SPARSE)).print(new PrintWriter(text, true));

        assertThat(text.toString().lines().map(String::strip))
                .contains(
                        "heap        20.0 MiB  sparse@1, once: file 8.0 MiB, weights as read and"
                                + " as packed 12.0 MiB",
                        "heap       128.0 MiB  2 subtasks × classify.buffer.max-bytes, 64.0 MiB",
                        "heap       128.0 MiB  2 subtasks × 2 topics written ×"
                                + " kafka.buffer.memory, 32.0 MiB")
                .last()
                .asString()
                .startsWith("total")
                .endsWith("for the whole process");
    }

    @Test
    void readsWhatMattersFromTheJobsOptions() {
        Configuration configuration = new Configuration();
        configuration.set(ClassifyConfigOptions.KAFKA_BOOTSTRAP_SERVERS, "broker:9092");
        configuration.set(ClassifyConfigOptions.CLASSIFY_STORE, "store");
        configuration.set(ClassifyConfigOptions.CLASSIFY_MODEL, "sparse");
        configuration.set(ClassifyConfigOptions.DECISIONS_TOPIC, "decisions");
        configuration.set(ClassifyConfigOptions.CAMERA_EVENTS_TOPIC, "camera-events");
        configuration.set(ClassifyConfigOptions.DECODE_MAX_PIXELS, 1000L);
        configuration.setString("kafka.buffer.memory", "1048576");

        MemoryDemand demand =
                MemoryDemand.of(3, List.of(SPARSE), ClassifyOptions.of(configuration));

        assertThat(demand)
                .isEqualTo(
                        new MemoryDemand(
                                3,
                                List.of(SPARSE),
                                Engine.AUTO,
                                32,
                                64 * MEBIBYTE,
                                true,
                                1000,
                                50 * MEBIBYTE,
                                3,
                                MEBIBYTE));
        configuration.setString("kafka.fetch.max.bytes", "50 mb");
        ClassifyOptions wrong = ClassifyOptions.of(configuration);
        assertThatThrownBy(() -> MemoryDemand.of(3, List.of(SPARSE), wrong))
                .hasMessage("kafka.fetch.max.bytes was '50 mb' but it must be a number of bytes");
    }

    private static MemoryDemand demand(
            int slots, boolean followsDecisions, ModelFootprint... models) {
        return new MemoryDemand(
                slots,
                List.of(models),
                Engine.JVM,
                32,
                64 * MEBIBYTE,
                followsDecisions,
                MEBIBYTE,
                50 * MEBIBYTE,
                2,
                32 * MEBIBYTE);
    }
}
