package io.psconv.model.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.model.convolution.ConvolutionForm;
import io.psconv.model.convolution.ConvolutionForms;
import io.psconv.model.format.CompressedModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
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
    void doesAllWorkItselfWhereTheExecutorRefuses() {
        CompressedModel model = TestNetworks.cifar("resnet20", "PS2_P6");
        float[] images = TestNetworks.images(model, 2);
        executor.shutdown();
        LoadedModel loaded = new JvmEngine(VECTOR, executor, 2).load(model);

        for (int batch : new int[] {1, 2}) {
            Logits.assertSameBits(
                    Logits.of(loaded, images, batch, 2),
                    Logits.of(new JvmEngine(VECTOR).load(model), images, batch, 2),
                    "batch " + batch);
        }
    }

    @Test
    void tellsTheWorksFailureWhereTheExecutorRefuses() {
        executor.shutdown();
        ThreadTeam team = new ThreadTeam(executor, 3, failing());

        assertThatThrownBy(team::run)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("part 1 of phase 0");
    }

    /** A pool that others keep busy holds no more tasks of a team than come to one run. */
    @Test
    void helpersThatHaveNotBegunAreNotCalledAgain() {
        List<Runnable> queue = new ArrayList<>();
        AtomicInteger done = new AtomicInteger();
        ThreadTeam.Work work =
                new ThreadTeam.Work() {
                    @Override
                    public int phases() {
                        return 2;
                    }

                    @Override
                    public void run(int phase, int part) {
                        done.incrementAndGet();
                    }
                };
        ThreadTeam team = new ThreadTeam(queue::add, 4, work);

        for (int run = 1; run <= 100; run++) {
            team.run();
            assertThat(done.get()).isEqualTo(8 * run);
        }
        assertThat(queue).hasSize(3);

        queue.forEach(Runnable::run);
        team.run();
        assertThat(queue).hasSize(6);
        assertThat(done.get()).isEqualTo(8 * 101);
    }

    @Test
    void endsARunWhoseWorkFails() {
        ThreadTeam team = new ThreadTeam(executor, 3, failing());
        for (int run = 0; run < 3; run++) {
            assertThatThrownBy(team::run)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("part 1 of phase 0");
        }
    }

    private static ThreadTeam.Work failing() {
        return new ThreadTeam.Work() {
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
        };
    }

    @Test
    void refusesThreadsOutsideTheirRange() {
        assertThatThrownBy(() -> new JvmEngine(VECTOR, executor, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("threads was '0' but it must be between 1 and 1024");
        assertThat(new JvmEngine(VECTOR, executor, 1024).name()).isEqualTo("jvm");
    }
}
