package io.psconv.tests.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.psconv.model.djl.DjlTrainingEngine;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.network.Architectures;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.training.JvmTrainingEngine;
import io.psconv.model.training.SgdSettings;
import io.psconv.model.training.TrainableNetwork;
import io.psconv.model.training.TrainingEngine;
import io.psconv.tests.golden.RandomNetworks;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Gradients of our engine, of PyTorch's autograd and of a reference in double precision.
 *
 * <p>Distances are norms of differences over norms, by tensor.
 */
class GradientAgreementITCase {
    /** Single precision is off by some 1e-6. */
    private static final double TOLERANCE = 1e-4;

    /**
     * Of gradients through a whole network. Where a ReLU or a maximum sees a tie but for rounding,
     * engines may differ, and batch normalization spreads that over a whole channel: 5e-3 and more
     * for one of them. Without any, 3e-3 is the most. What each layer does is held to the narrow
     * bound.
     */
    private static final double WHOLE_NETWORK_TOLERANCE = 1e-2;

    /**
     * How far batch normalizations shift the channels of whole networks, up and down by turns:
     * three to eight standard deviations, since scales are drawn from 0.5 to 1.5, so that next to
     * none of the millions of ReLUs sees a zero.
     */
    private static final float SHIFT = 4;

    /**
     * Draws of a whole network, of which one must be within the tolerance: of a hundred, one or two
     * still have a tie in a narrow layer that puts gradients above it. A fault of ours is in every
     * draw.
     */
    private static final int DRAWS = 5;

    /** Nearer to a kink of ReLU or of a maximum, rounding may choose the other side. */
    private static final double SMALLEST_MARGIN = 2e-6;

    private static final TrainingEngine OURS = new JvmTrainingEngine();
    private static final TrainingEngine PYTORCH = new DjlTrainingEngine();

    @ParameterizedTest
    @MethodSource("layers")
    void agreesOnEveryKindOfLayer(TinyNetwork tiny, TestReporter reporter) {
        ReferenceGradients reference;
        Draw draw;
        do {
            draw = new Draw(tiny, new Random().nextLong());
            reference = new ReferenceGradients(draw.start, tiny.batch());
            reference.forward(draw.input);
        } while (reference.margin() < SMALLEST_MARGIN);
        Truth truth = Truth.of(reference, draw);
        reporter.publishEntry(tiny.toString(), "seed " + draw.seed);

        SoftAssertions softly = new SoftAssertions();
        Gradients ours = draw.gradients(OURS, 1);
        Gradients there = draw.gradients(PYTORCH, 1);
        truth.compare(softly, there, draw.seed, TOLERANCE);
        truth.compare(softly, ours, draw.seed, TOLERANCE);
        Truth.of(there, truth.scales).compare(softly, ours, draw.seed, TOLERANCE);
        softly.assertAll();
    }

    static Stream<TinyNetwork> layers() {
        return TinyNetwork.all();
    }

    @ParameterizedTest
    @CsvSource({"resnet18,PSD1_P16", "resnet18,PS4_P4", "vgg16,PSD1_P16", "resnet20,dense"})
    void agreesOnWholeNetworks(String architecture, String variant, TestReporter reporter) {
        for (int left = DRAWS - 1; ; left--) {
            Draw draw = new Draw(whole(architecture, variant, 16), new Random().nextLong());
            reporter.publishEntry(architecture + " " + variant, "seed " + draw.seed);
            draw.shiftChannels(SHIFT);

            SoftAssertions softly = new SoftAssertions();
            Gradients there = draw.gradients(PYTORCH, 2);
            Truth.of(there, Truth.scales(draw.start, there.gradients()))
                    .compare(softly, draw.gradients(OURS, 2), draw.seed, WHOLE_NETWORK_TOLERANCE);
            if (left == 0 || softly.errorsCollected().isEmpty()) {
                softly.assertAll();
                return;
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"resnet20,PS4_P4,32", "resnet20,dense,16"})
    void enginesTrainAlike(String architecture, String variant, int batch, TestReporter reporter) {
        Draw draw = new Draw(whole(architecture, variant, batch), new Random().nextLong());
        reporter.publishEntry(architecture + " " + variant, "seed " + draw.seed);
        int[] labels = new Random(draw.seed).ints(batch, 0, 10).toArray();
        SgdSettings settings = new SgdSettings(0.9f, true, 5e-4f, 0.1f);

        try (TrainableNetwork ours =
                        new TrainableNetwork(OURS.open(draw.start, batch, 2), settings);
                TrainableNetwork there =
                        new TrainableNetwork(PYTORCH.open(draw.start, batch, 2), settings)) {
            for (int step = 0; step < 5; step++) {
                double lossHere = ours.step(draw.input, labels, 0.01f).loss();
                double lossThere = there.step(draw.input, labels, 0.01f).loss();

                assertThat(lossHere)
                        .as("loss in step %d, seed %d", step, draw.seed)
                        .isCloseTo(lossThere, within(1e-3));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "resnet20,dense,16",
        "resnet20,PSD1_P16,48",
        "resnet20,PS2_P6,32",
        "resnet20,pSC2_S7,16",
        "resnet18,PSD1_P16_B16,16",
        "vgg16,PS4_P4,32"
    })
    void threadsDoNotChangeABit(
            String architecture, String variant, int batch, TestReporter reporter) {
        Draw draw = new Draw(whole(architecture, variant, batch), new Random().nextLong());
        reporter.publishEntry(architecture + " " + variant, "seed " + draw.seed);
        Gradients alone = draw.gradients(OURS, 1);

        for (int threads : new int[] {2, 3}) {
            Gradients together = draw.gradients(OURS, threads);

            String what = threads + " threads, seed " + draw.seed;
            assertThat(together.logits()).as(what).containsExactly(alone.logits());
            assertSame(together.gradients(), alone.gradients(), what);
            assertSame(together.statistics(), alone.statistics(), what);
        }
    }

    private static void assertSame(
            Map<String, float[]> found, Map<String, float[]> expected, String what) {
        assertThat(found.keySet()).as(what).isEqualTo(expected.keySet());
        expected.forEach(
                (name, values) ->
                        assertThat(Arrays.equals(found.get(name), values))
                                .as("%s is the same with %s", name, what)
                                .isTrue());
    }

    private static TinyNetwork whole(String architecture, String variant, int batch) {
        return new TinyNetwork(
                architecture,
                variant,
                batch,
                Architectures.create(architecture, new FeatureShape(3, 32, 32), 10));
    }

    /** A model, a batch and gradients by its logits. */
    private static final class Draw {
        final long seed;
        final int batch;
        final CompressedModel start;
        final float[] input;
        final float[] upstream;

        Draw(TinyNetwork tiny, long seed) {
            this.seed = seed;
            this.batch = tiny.batch();
            this.start = RandomNetworks.create(tiny.network(), tiny.variant(), seed);
            this.input = RandomNetworks.images(start, batch, seed);
            Random random = new Random(seed + 3);
            this.upstream = new float[batch * tiny.network().classes()];
            for (int index = 0; index < upstream.length; index++) {
                upstream[index] = (float) random.nextGaussian();
            }
        }

        void shiftChannels(float shift) {
            start.network().convolutions().stream()
                    .filter(layer -> layer.batchNormalization() != null)
                    .map(layer -> start.tensors().get(layer.batchNormalization() + ".bias"))
                    .forEach(
                            bias -> {
                                for (int channel = 0; channel < bias.length; channel++) {
                                    bias[channel] += channel % 2 == 0 ? shift : -shift;
                                }
                            });
        }

        Gradients gradients(TrainingEngine engine, int threads) {
            return Gradients.of(engine, start, batch, threads, input, upstream);
        }
    }

    /**
     * What an engine is compared with.
     *
     * @param scales what distances are measured by where it is not the norm
     */
    private record Truth(
            String name,
            double[] logits,
            Map<String, double[]> gradients,
            Map<String, double[]> statistics,
            Map<String, Double> scales) {
        static Truth of(ReferenceGradients reference, Draw draw) {
            double[] logits = reference.logits();
            Map<String, double[]> gradients = reference.backward(draw.upstream);
            return new Truth(
                    "the reference", logits, gradients, reference.statistics(), reference.scales());
        }

        static Truth of(Gradients engine, Map<String, Double> scales) {
            return new Truth(
                    engine.engine(),
                    ReferenceGradients.toDouble(engine.logits()),
                    ReferenceGradients.toDouble(engine.gradients()),
                    ReferenceGradients.toDouble(engine.statistics()),
                    scales);
        }

        /**
         * A bias before batch normalization changes nothing, so its gradient is rounding: measured
         * by that of the shift behind it.
         */
        static Map<String, Double> scales(CompressedModel model, Map<String, float[]> gradients) {
            Map<String, Double> scales = new HashMap<>();
            model.network().convolutions().stream()
                    .filter(layer -> layer.bias() && layer.batchNormalization() != null)
                    .forEach(
                            layer ->
                                    scales.put(
                                            layer.name() + ".bias",
                                            ReferenceGradients.norm(
                                                    ReferenceGradients.toDouble(
                                                            gradients.get(
                                                                    layer.batchNormalization()
                                                                            + ".bias")))));
            return scales;
        }

        void compare(SoftAssertions softly, Gradients found, long seed, double gradientTolerance) {
            String what = found.engine() + " against " + name + ", seed " + seed + ": ";
            check(softly, what + "logits", found.logits(), logits, null, TOLERANCE);
            softly.assertThat(found.gradients().keySet())
                    .as(what + "trained tensors")
                    .containsExactlyInAnyOrderElementsOf(gradients.keySet());
            found.gradients()
                    .forEach(
                            (tensor, values) ->
                                    check(
                                            softly,
                                            what + "gradient by " + tensor,
                                            values,
                                            gradients.get(tensor),
                                            scales.get(tensor),
                                            gradientTolerance));
            found.statistics()
                    .forEach(
                            (tensor, values) ->
                                    check(
                                            softly,
                                            what + tensor,
                                            values,
                                            statistics.get(tensor),
                                            null,
                                            TOLERANCE));
        }

        private static void check(
                SoftAssertions softly,
                String what,
                float[] found,
                double @Nullable [] truth,
                @Nullable Double scale,
                double tolerance) {
            double[] expected = Objects.requireNonNull(truth, what);
            assertThat(found).as(what).hasSameSizeAs(expected);
            double[] difference = new double[expected.length];
            Arrays.setAll(difference, index -> found[index] - expected[index]);
            double norm = scale == null ? ReferenceGradients.norm(expected) : scale;
            softly.assertThat(norm).as("norm, " + what).isPositive();
            softly.assertThat(ReferenceGradients.norm(difference) / norm)
                    .as(what)
                    .isLessThanOrEqualTo(tolerance);
        }
    }
}
