package io.psconv.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.model.convolution.ConvolutionForm;
import io.psconv.model.convolution.ConvolutionForms;
import io.psconv.model.engine.Classifier;
import io.psconv.model.engine.JvmEngine;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.UntrainedModel;
import io.psconv.model.network.Architectures;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.pattern.Variant;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * The same bits whatever number of lanes a machine has: JVMs told to use vectors of 128, 256 and
 * 512 bits, as far as this machine goes, and the scalar form.
 */
class LanesITCase {
    private static final long SEED = 20;

    /** Interleaved with 16 or with eight lanes, and some left over. */
    private static final int IMAGES = 23;

    @Test
    void everyNumberOfLanesGivesTheBitsOfTheScalarForm() throws IOException, InterruptedException {
        List<String> expected = logits(ConvolutionForms.scalar());
        for (int bytes : new int[] {16, 32, 64}) {
            List<String> lines = childJvm(bytes);

            int lanes = Integer.parseInt(lines.get(0));
            // The flag is an upper bound: a narrower machine has fewer lanes, never more.
            assertThat(lanes)
                    .as("lanes of vectors of %d bytes", bytes)
                    .isLessThanOrEqualTo(bytes / 4);
            if (bytes == 16) {
                assertThat(lanes).isEqualTo(4);
            }
            assertThat(lines.subList(1, lines.size()))
                    .as("%d lanes, seed %d", lanes, SEED)
                    .isEqualTo(expected);
        }
    }

    private static List<String> childJvm(int vectorBytes) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--add-modules=jdk.incubator.vector",
                                "-XX:MaxVectorSize=" + vectorBytes,
                                "-cp",
                                System.getProperty("java.class.path"),
                                LanesITCase.class.getName())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        List<String> lines;
        try (var out = process.inputReader()) {
            lines = out.lines().toList();
        }
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).isZero();
        return lines;
    }

    /** Prints the number of lanes, then a line of bits for each logit. */
    public static void main(String[] arguments) {
        ConvolutionForm form = ConvolutionForms.vector().orElseThrow();
        System.out.println(form.description().split(" ")[0]);
        logits(form).forEach(System.out::println);
    }

    private static List<String> logits(ConvolutionForm form) {
        List<String> bits = new ArrayList<>();
        for (String network : List.of("resnet20 PS1_P9", "resnet20 pSC2_S3", "vgg16 PSD1_P16")) {
            String[] names = network.split(" ");
            CompressedModel model =
                    UntrainedModel.create(
                            Architectures.create(names[0], new FeatureShape(3, 32, 32), 10),
                            Variant.of(names[1]),
                            SEED);
            float[] logits = new float[IMAGES * 10];
            try (Classifier classifier = new JvmEngine(form).load(model).newClassifier(IMAGES)) {
                classifier.classify(images(), IMAGES, logits);
            }
            for (float logit : logits) {
                bits.add(network + " " + Integer.toHexString(Float.floatToRawIntBits(logit)));
            }
        }
        return bits;
    }

    private static float[] images() {
        Random random = new Random(SEED);
        float[] images = new float[IMAGES * 3 * 32 * 32];
        for (int index = 0; index < images.length; index++) {
            images[index] = (float) random.nextGaussian();
        }
        return images;
    }
}
