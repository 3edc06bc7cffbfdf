package io.psconv.bench.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.bench.pipeline.AnswerTail.Seen;
import io.psconv.job.ClassifyJob;
import io.psconv.job.kafka.KafkaProperties;
import io.psconv.job.options.ClassifyOptions;
import io.psconv.job.options.JobArguments;
import io.psconv.model.dataset.DataSets;
import io.psconv.model.dataset.LabelledImages;
import io.psconv.model.dataset.Split;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.store.StoredModel;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FrameWorkloadTest {
    private static final Path MODELS = Path.of(System.getProperty("psconv.root"), "model-store");
    private static final String DIGEST = "ab".repeat(32);
    private static final Cell CELL =
            new Cell(
                    new StoredModel("m", 3, MODELS.resolve("zoo/m/3/model.safetensors"), DIGEST),
                    "PSD1_P16",
                    "jvm",
                    2,
                    1);
    private static final KafkaProperties KAFKA =
            KafkaProperties.of("broker:9092").with("sasl.jaas.config=a b=\"c\";");

    @Test
    void aClusterElsewhereGetsTheSameOptionsAsArguments() throws Exception {
        BenchSite there = new BenchSite(KAFKA, "psconv-bench-1", 0, "/srv/store");

        BenchProgram program = workload().job(CELL, there).program();

        assertThat(program.mainClass()).isEqualTo(ClassifyJob.class.getName());
        ClassifyOptions read =
                ClassifyOptions.of(JobArguments.parse(program.arguments().toArray(String[]::new)));
        assertThat(read.kafka()).isEqualTo(KAFKA);
        assertThat(read.jobName()).isEqualTo("psconv-bench-1");
        assertThat(read.topics().frames()).isEqualTo("psconv-bench-1-frames");
        assertThat(read.topics().outputs())
                .contains("psconv-bench-1-classifications", "psconv-bench-1-rejected-frames");
        assertThat(read.model().store()).isEqualTo("/srv/store");
        assertThat(read.model().reference()).isEqualTo("m@3");
        assertThat(read.batch().maxSize()).isEqualTo(8);
        assertThat(program)
                .hasToString(
                        "BenchProgram["
                                + program.mainClass()
                                + ", "
                                + program.arguments().size()
                                + " arguments]");
    }

    @Test
    void judgesAnAnswerByTheLabelOfItsImage() throws Exception {
        LabelledImages images = images();
        BenchJob job = workload().job(CELL, new BenchSite(KAFKA, "psconv-bench-1", 0, null));
        String label = images.classes().get(images.label(7));
        String other = images.classes().get((images.label(7) + 1) % images.classes().size());

        assertThat(job.isRight(7, answer(label, DIGEST))).isTrue();
        assertThat(job.isRight(7 + images.count(), answer(label, DIGEST))).isTrue();
        assertThat(job.isRight(7, answer(other, DIGEST))).isFalse();
    }

    @Test
    void saysThatAClustersStoreHasAnotherModelOfThatName() throws Exception {
        BenchJob job = workload().job(CELL, new BenchSite(KAFKA, "psconv-bench-1", 0, "/srv"));
        String elsewhere = "cd".repeat(32);

        assertThatThrownBy(() -> job.isRight(0, answer("bird", elsewhere)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "model m@3 of the task managers' store had digest %s but that of the store"
                                + " here has %s; copy the version there, or name the store with"
                                + " --flink-store",
                        elsewhere, DIGEST);
    }

    private static Seen answer(String label, String digest) {
        String json =
                """
                {"frame":"f-0@1","topic":"f","partition":0,"offset":1,"camera":"a",
                 "timestampMillis":1,"label":"%1$s","top":[{"label":"%1$s","probability":0.9}],
                 "model":{"name":"m","version":3,"digest":"%2$s","variant":"PSD1_P16",
                   "engine":"jvm"},
                 "route":"default","arm":"single","imageHash":"5a01c3d2e4f60718","late":false,
                 "queueMicros":298,"decodeMicros":8170,"inferenceMicros":24533,"batchSize":2}
                """
                        .formatted(label, digest);
        return new Seen("f-0@1", 0, 1, json.getBytes(UTF_8));
    }

    private static FrameWorkload workload() throws Exception {
        return new FrameWorkload(images(), new byte[0][], Map.of("classify.batch.max-size", "8"));
    }

    private static LabelledImages images() throws Exception {
        return DataSets.open(
                MODELS.resolve("samples").resolve("cifar10-test-2000.png"),
                new FeatureShape(3, 32, 32),
                DataSets.CIFAR10_CLASSES,
                Split.TEST);
    }
}
