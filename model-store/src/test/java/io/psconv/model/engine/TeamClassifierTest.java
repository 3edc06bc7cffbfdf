package io.psconv.model.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.model.convolution.ConvolutionForm;
import io.psconv.model.convolution.ConvolutionForms;
import io.psconv.model.format.CompressedModel;
import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TeamClassifierTest {
    private static final ConvolutionForm VECTOR = ConvolutionForms.vector().orElseThrow();
    private static final int CLASSES = 10;

    private final ExecutorService executor = Executors.newFixedThreadPool(3);

    @AfterEach
    void stop() {
        executor.shutdownNow();
    }

    @ParameterizedTest
    @CsvSource({"resnet20,PS1_P9", "resnet18,PSD1_P16", "vgg16,PS4_P4"})
    void givesTheBitsOfOneThreadForAnyBatchAndThreads(String architecture, String variant) {
        CompressedModel model = TestNetworks.cifar(architecture, variant);
        float[] images = TestNetworks.images(model, 9);
        float[] expected = Logits.of(new JvmEngine(VECTOR).load(model), images, 9, 9);
        for (int threads : new int[] {1, 2, 3, 5}) {
            LoadedModel loaded = new JvmEngine(VECTOR, executor, threads).load(model);
            try (Classifier classifier = loaded.newClassifier(9)) {
                for (int batch : new int[] {1, 2, 9, 4, 1}) {
                    Logits.assertSameBits(
                            Logits.of(classifier, CLASSES, images, batch),
                            Arrays.copyOf(expected, batch * CLASSES),
                            threads + " threads, batch " + batch);
                }
            }
        }
    }

    @Test
    void needsNoThreadOfTheExecutor() {
        CompressedModel model = TestNetworks.cifar("resnet20", "PS2_P6");
        float[] images = TestNetworks.images(model, 3);
        Executor neverRuns = task -> {};
        LoadedModel loaded = new JvmEngine(VECTOR, neverRuns, 4).load(model);

        float[] expected = Logits.of(new JvmEngine(VECTOR).load(model), images, 3, 3);
        Logits.assertSameBits(Logits.of(loaded, images, 3, 3), expected, "batch 3");
        Logits.assertSameBits(
                Logits.of(loaded, images, 1, 1), Arrays.copyOf(expected, CLASSES), "batch 1");
    }

    @Test
    void passesAnExecutorsRefusalOnAndGoesOnAfterwards() {
        CompressedModel model = TestNetworks.cifar("resnet20", "PS2_P6");
        float[] images = TestNetworks.images(model, 1);
        boolean[] refuses = {true};
        Executor executor =
                task -> {
                    if (refuses[0]) {
                        throw new RejectedExecutionException("shut down");
                    }
                };
        LoadedModel loaded = new JvmEngine(VECTOR, executor, 2).load(model);
        try (Classifier classifier = loaded.newClassifier(1)) {
            assertThatThrownBy(() -> classifier.classify(images, 1, new float[CLASSES]))
                    .isInstanceOf(RejectedExecutionException.class);
            refuses[0] = false;

            Logits.assertSameBits(
                    Logits.of(classifier, CLASSES, images, 1),
                    Logits.of(new JvmEngine(VECTOR).load(model), images, 1, 1),
                    "after a refusal");
        }
    }

    @Test
    void endsARunWhoseWorkFails() {
        ThreadTeam team =
                new ThreadTeam(
                        executor,
                        3,
                        new ThreadTeam.Work() {
                            @Override
                            public int phases() {
                                return 2;
                            }

                            @Override
                            public void run(int phase, int part) {
                                if (part == 1) {
                                    throw new IllegalStateException("part 1 of phase " + phase);
                                }
                            }
                        });
        for (int run = 0; run < 3; run++) {
            assertThatThrownBy(team::run)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("part 1 of phase 0");
        }
    }

    @Test
    void refusesThreadsOutsideTheirRange() {
        assertThatThrownBy(() -> new JvmEngine(VECTOR, executor, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("threads was '0' but it must be between 1 and 1024");
        assertThat(new JvmEngine(VECTOR, executor, 1024).name()).isEqualTo("jvm");
    }
}
