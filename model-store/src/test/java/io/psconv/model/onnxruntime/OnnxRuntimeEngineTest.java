package io.psconv.model.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.psconv.model.convolution.ConvolutionForms;
import io.psconv.model.engine.Classifier;
import io.psconv.model.engine.InferenceEngine;
import io.psconv.model.engine.JvmEngine;
import io.psconv.model.engine.LoadedModel;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.SampleModels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxRuntimeEngineTest {
    private final CompressedModel model = SampleModels.resnet20("PS2_P6");

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void classifiesAsTheJvmEngineDoes(int threads) {
        float[] images = images(3);
        float[] expected = new float[30];
        classify(new JvmEngine(ConvolutionForms.choose("auto", false)), images, expected);

        float[] logits = new float[30];
        classify(new OnnxRuntimeEngine(threads), images, logits);

        for (int index = 0; index < 30; index++) {
            assertThat(logits[index]).isCloseTo(expected[index], within(1e-4f));
        }
    }

    @Test
    void writesOnlyTheBatchsLogits() {
        float[] images = images(3);
        float[] logits = new float[35];
        Arrays.fill(logits, 99);
        try (LoadedModel loaded = new OnnxRuntimeEngine(1).load(model);
                Classifier classifier = loaded.newClassifier(3)) {
            classifier.classify(images, 2, logits);
            float[] alone = new float[10];
            classifier.classify(images, 1, alone);
            assertThat(Arrays.copyOf(logits, 10)).containsExactly(alone, within(1e-5f));
        }
        assertThat(Arrays.copyOfRange(logits, 20, 35)).containsOnly(99);
        assertThat(logits[19]).isNotEqualTo(99);
    }

    /** The runtime itself overflows the stack of the thread that starts it. */
    @Test
    void survivesALongCommandLine(@TempDir Path folder) throws Exception {
        Path output = folder.resolve("output");
        ProcessBuilder builder =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--add-modules=jdk.incubator.vector",
                                "-Dlibraries=" + "/a/library-1.2.3.jar:".repeat(4000),
                                "-cp",
                                System.getProperty("java.class.path"),
                                OneClassification.class.getName())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
        builder.environment().remove("ORT_DISABLE_TELEMETRY");

        Process process = builder.start();

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(output)).isZero();
        assertThat(output).content().contains("classified");
    }

    @Test
    void checksWhatItIsGiven() {
        try (LoadedModel loaded = new OnnxRuntimeEngine(1).load(model);
                Classifier classifier = loaded.newClassifier(2)) {
            assertThat(loaded.engine()).isEqualTo("onnxruntime");
            assertThat(loaded.model()).isSameAs(model);
            assertThat(classifier.maxBatch()).isEqualTo(2);
            assertThatThrownBy(() -> classifier.classify(images(3), 3, new float[30]))
                    .hasMessage("batch was '3' but it must be between 1 and 2");
            assertThatThrownBy(() -> classifier.classify(images(1), 2, new float[20]))
                    .hasMessage(
                            "input had 3072 and logits 20 values but 2 images need 6144 and 20");
            assertThatThrownBy(() -> loaded.newClassifier(0))
                    .hasMessage("maxBatch was '0' but it must be at least 1");
        }
        assertThatThrownBy(() -> new OnnxRuntimeEngine(0))
                .hasMessage("threads was '0' but it must be at least 1");
    }

    private void classify(InferenceEngine engine, float[] images, float[] logits) {
        try (LoadedModel loaded = engine.load(model);
                Classifier classifier = loaded.newClassifier(4)) {
            classifier.classify(images, 3, logits);
        }
    }

    private static float[] images(int count) {
        Random random = new Random(11);
        float[] images = new float[count * SampleModels.CIFAR.length()];
        for (int index = 0; index < images.length; index++) {
            images[index] = (float) random.nextGaussian();
        }
        return images;
    }
}
