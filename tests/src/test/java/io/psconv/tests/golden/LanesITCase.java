package io.psconv.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.psconv.model.convolution.ConvolutionForm;
import io.psconv.model.convolution.ConvolutionForms;
import io.psconv.model.engine.Classifier;
import io.psconv.model.engine.JvmEngine;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.UntrainedModel;
import io.psconv.model.network.Architectures;
import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.network.Layer;
import io.psconv.model.network.Network;
import io.psconv.model.pattern.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same bits on whatever machine: JVMs told to use vectors of 128, 256 and 512 bits, as far as
 * this machine goes, tiles for few and for many registers, another JDK, and the scalar form.
 */
class LanesITCase {
    private static final long SEED = 20;

    private static final Path OWN_JDK = Path.of(System.getProperty("java.home"));

    private static final FeatureShape SQUARE = new FeatureShape(3, 32, 32);

    /** Interleaved with 16 or with eight lanes, and some left over. */
    private static final int MANY = 23;

    /** Side by side, the last one alone: its narrow maps have filters as lanes. */
    private static final int FEW = 3;

    /** Which tiles there are depends on the number of registers, and that on the processor. */
    private static final String MANY_REGISTERS = "-Dos.arch=aarch64";

    private static List<String> expected = List.of();

    @BeforeAll
    static void computeWithTheScalarForm() {
        expected = logits(ConvolutionForms.scalar());
    }

    /** The flag is an upper bound: a narrower machine has fewer lanes, never more. */
    @ParameterizedTest
    @ValueSource(ints = {16, 32, 64})
    void everyNumberOfLanesGivesTheBitsOfTheScalarForm(int bytes) throws Exception {
        List<String> lines = childJvm(OWN_JDK, "-XX:MaxVectorSize=" + bytes);

        int lanes = checkBits(lines);
        assertThat(lanes).isLessThanOrEqualTo(bytes / 4);
        if (bytes == 16) {
            assertThat(lanes).isEqualTo(4);
        }
    }

    /** Four lanes and 32 registers are what NEON has. */
    @ParameterizedTest
    @ValueSource(ints = {16, 32})
    void tilesForManyRegistersGiveThem(int bytes) throws Exception {
        checkBits(childJvm(OWN_JDK, MANY_REGISTERS, "-XX:MaxVectorSize=" + bytes));
    }

    /** Of another Java version, as far as one is installed beside this JVM's. */
    @Test
    void anotherJdkGivesThem() throws Exception {
        Optional<Path> other = anotherJdk();
        assumeTrue(other.isPresent(), "there is no JDK of another version beside " + OWN_JDK);

        checkBits(childJvm(other.get()));
        checkBits(childJvm(other.get(), MANY_REGISTERS));
    }

    /** Returns the number of lanes. */
    private static int checkBits(List<String> lines) {
        int lanes = Integer.parseInt(lines.get(0));
        assertThat(lines.subList(1, lines.size()))
                .as("%d lanes, seed %d", lanes, SEED)
                .isEqualTo(expected);
        return lanes;
    }

    private static Optional<Path> anotherJdk() throws IOException {
        try (Stream<Path> beside = Files.list(OWN_JDK.toRealPath().getParent())) {
            return beside.filter(folder -> version(folder) >= 17)
                    .filter(folder -> version(folder) != Runtime.version().feature())
                    .findFirst();
        }
    }

    /** Feature version of the JDK in a folder; zero if there is none. */
    private static int version(Path folder) {
        Path release = folder.resolve("release");
        if (!Files.isExecutable(folder.resolve("bin").resolve("java")) || !Files.exists(release)) {
            return 0;
        }
        Properties properties = new Properties();
        try (var reader = Files.newBufferedReader(release)) {
            properties.load(reader);
        } catch (IOException e) {
            return 0;
        }
        String version = properties.getProperty("JAVA_VERSION", "\"0\"").replace("\"", "");
        return version.startsWith("1.") ? 0 : Runtime.Version.parse(version).feature();
    }

    private static List<String> childJvm(Path jdk, String... flags)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(jdk.resolve("bin").resolve("java").toString());
        command.add("--add-modules=jdk.incubator.vector");
        command.addAll(List.of(flags));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(LanesITCase.class.getName());
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
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
        for (String variant : List.of("PS1_P9", "pSC2_S3")) {
            bits.addAll(logits(form, Architectures.create("resnet20", SQUARE, 10), variant, MANY));
        }
        bits.addAll(logits(form, Architectures.create("vgg16", SQUARE, 10), "PSD1_P16", FEW));
        for (String variant :
                List.of("dense", "PS2_P6", "PSD4_P8", "PSD1_P16_B16", "PSD2_P8_Ball")) {
            bits.addAll(logits(form, odd(), variant, MANY));
        }
        return bits;
    }

    /** Sides and filters that no vector divides, with both strides. */
    private static Network odd() {
        return new Network(
                "odd",
                new FeatureShape(3, 13, 11),
                10 * 7 * 6,
                List.of(
                        convolution("first", Network.INPUT, 3, 48, 1, false),
                        convolution("second", "first", 48, 29, 1, true),
                        convolution("third", "second", 29, 10, 2, false)));
    }

    private static Layer convolution(
            String name, String input, int channels, int filters, int stride, boolean sparse) {
        return new ConvolutionLayer(
                name, input, channels, filters, 3, stride, sparse, true, null, null, true);
    }

    private static List<String> logits(
            ConvolutionForm form, Network network, String variant, int images) {
        CompressedModel model = UntrainedModel.create(network, Variant.of(variant), SEED);
        float[] logits = new float[images * network.classes()];
        try (Classifier classifier = new JvmEngine(form).load(model).newClassifier(images)) {
            classifier.classify(images(network.input(), images), images, logits);
        }
        List<String> bits = new ArrayList<>();
        for (float logit : logits) {
            bits.add(
                    network.architecture()
                            + " "
                            + variant
                            + " "
                            + Integer.toHexString(Float.floatToRawIntBits(logit)));
        }
        return bits;
    }

    private static float[] images(FeatureShape shape, int count) {
        Random random = new Random(SEED);
        float[] images = new float[count * shape.length()];
        for (int index = 0; index < images.length; index++) {
            images[index] = (float) random.nextGaussian();
        }
        return images;
    }
}
