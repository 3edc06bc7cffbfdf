package io.psconv.tests.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.model.djl.DjlTrainingEngine;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.training.TrainingEngine;
import io.psconv.tests.golden.RandomNetworks;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients of our engine and of PyTorch's autograd against a reference in double precision. */
class GradientAgreementITCase {
    /** Of a tensor's norm; single precision is off by some 1e-6. */
    private static final double TOLERANCE = 1e-4;

    /** Nearer to a kink of ReLU or of a maximum, rounding may choose the other side. */
    private static final double SMALLEST_MARGIN = 2e-6;

    private static final List<TrainingEngine> ENGINES = List.of(new DjlTrainingEngine());

    @ParameterizedTest
    @MethodSource("layers")
    void agreesOnEveryKindOfLayer(TinyNetwork tiny, TestReporter reporter) {
        Draw draw = Draw.clearOfKinks(tiny);
        reporter.publishEntry(tiny.toString(), "seed " + draw.seed);
        SoftAssertions softly = new SoftAssertions();
        for (TrainingEngine engine : ENGINES) {
            Gradients found =
                    Gradients.of(engine, draw.start, tiny.batch(), 1, draw.input, draw.upstream);
            draw.compare(softly, found, TOLERANCE);
        }
        softly.assertAll();
    }

    static Stream<TinyNetwork> layers() {
        return TinyNetwork.all();
    }

    /** A model, a batch and gradients by its logits, with what is true for them. */
    private static final class Draw {
        final long seed;
        final CompressedModel start;
        final float[] input;
        final float[] upstream;
        final ReferenceGradients reference;
        final double[] logits;

        Draw(TinyNetwork tiny, long seed) {
            this.seed = seed;
            this.start = RandomNetworks.create(tiny.network(), tiny.variant(), seed);
            this.input = RandomNetworks.images(start, tiny.batch(), seed);
            Random random = new Random(seed + 3);
            this.upstream = new float[tiny.batch() * tiny.network().classes()];
            for (int index = 0; index < upstream.length; index++) {
                upstream[index] = (float) random.nextGaussian();
            }
            this.reference = new ReferenceGradients(start, tiny.batch());
            this.logits = reference.forward(input);
        }

        static Draw clearOfKinks(TinyNetwork tiny) {
            Draw draw;
            do {
                draw = new Draw(tiny, new Random().nextLong());
            } while (draw.reference.margin() < SMALLEST_MARGIN);
            return draw;
        }

        void compare(SoftAssertions softly, Gradients found, double tolerance) {
            String what = found.engine() + ", seed " + seed + ", ";
            check(softly, what + "logits", found.logits(), logits, tolerance);
            Map<String, double[]> truth = reference.backward(upstream);
            softly.assertThat(found.gradients().keySet())
                    .as(what + "trained tensors")
                    .containsExactlyInAnyOrderElementsOf(truth.keySet());
            found.gradients()
                    .forEach(
                            (name, gradient) ->
                                    softly.assertThat(
                                                    distance(gradient, truth.get(name))
                                                            / reference.scale(name))
                                            .as(what + "gradient by " + name)
                                            .isLessThanOrEqualTo(tolerance));
            found.statistics()
                    .forEach(
                            (name, values) ->
                                    check(
                                            softly,
                                            what + name,
                                            values,
                                            reference.tensor(name),
                                            tolerance));
        }

        private static void check(
                SoftAssertions softly,
                String what,
                float[] found,
                double[] truth,
                double tolerance) {
            softly.assertThat(distance(found, truth) / ReferenceGradients.norm(truth))
                    .as(what)
                    .isLessThanOrEqualTo(tolerance);
        }
    }

    static double distance(float[] found, double[] truth) {
        assertThat(found).hasSameSizeAs(truth);
        double[] difference = new double[truth.length];
        Arrays.setAll(difference, index -> found[index] - truth[index]);
        return ReferenceGradients.norm(difference);
    }
}
