package io.psconv.tests.benchmark;

import io.psconv.model.convolution.ConvolutionForm;
import io.psconv.model.convolution.ConvolutionForms;
import io.psconv.model.convolution.ConvolutionScratch;
import io.psconv.model.convolution.ConvolutionShape;
import io.psconv.model.convolution.ConvolutionWeights;
import io.psconv.model.convolution.FeatureMaps;
import io.psconv.model.convolution.SparseConvolution;
import io.psconv.model.pattern.LayerSupports;
import io.psconv.model.pattern.Variant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One layer of ResNet18 or VGG16 over a batch, on one thread; checked against the scalar form. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class ConvolutionBenchmark {
    /** Input channels, side of the maps, filters, stride. */
    @Param({"64x32x64x1", "64x32x128x2", "128x16x128x1", "256x8x256x1", "512x4x512x1"})
    String layer = "64x32x64x1";

    @Param({"dense", "PS4_P4", "PSD2_P8", "PS2_P6", "PSD1_P16", "PS1_P9", "PSD1_P16_B16"})
    String variant = "dense";

    @Param({"1", "8"})
    int batch = 1;

    @Param("vector")
    String form = "vector";

    /** How images lie in memory: {@code side_by_side} or {@code interleaved}, of full batches. */
    @Param("side_by_side")
    String layout = "side_by_side";

    private Layer measured = new Layer(layer, variant, batch, form, layout);

    /** Makes the layer that the parameters say. */
    @Setup
    public void prepare() {
        measured = new Layer(layer, variant, batch, form, layout);
    }

    /** Convolves, adds no residual, takes the ReLU. */
    @Benchmark
    public void convolve() {
        measured.convolve();
    }

    /** Holds what was computed last against the reference. */
    @TearDown
    public void check() {
        float[] expected =
                new Layer(layer, variant, 1, "scalar", "side_by_side").convolve().firstImage();
        float[] actual = measured.convolve().firstImage();
        if (!Arrays.equals(expected, actual)) {
            throw new IllegalStateException(
                    "layer "
                            + layer
                            + " of "
                            + variant
                            + " by the "
                            + form
                            + " form differs from the scalar form's");
        }
    }

    private static final class Layer {
        private static final long SEED = 1;

        private final ConvolutionShape shape;
        private final int batch;
        private final SparseConvolution convolution;
        private final FeatureMaps input;
        private final FeatureMaps output;

        Layer(String sizes, String variant, int batch, String form, String layout) {
            int[] each = Arrays.stream(sizes.split("x")).mapToInt(Integer::parseInt).toArray();
            this.shape = new ConvolutionShape(each[0], each[1], each[1], each[2], each[3]);
            this.batch = batch;
            LayerSupports supports =
                    Variant.of(variant).over(0, shape.filters(), shape.inChannels());
            Random random = new Random(SEED);
            float[] values = randoms(random, shape.filters() * supports.valuesPerFilter());
            float[] bias = randoms(random, shape.filters());
            ConvolutionForm chosen = ConvolutionForms.choose(form, true);
            FeatureMaps.Layout order = FeatureMaps.Layout.valueOf(layout.toUpperCase(Locale.ROOT));
            this.input =
                    new FeatureMaps(
                            shape.inChannels(), shape.height(), shape.width(), batch, order);
            this.output =
                    new FeatureMaps(
                            shape.filters(), shape.outHeight(), shape.outWidth(), batch, order);
            this.convolution =
                    chosen.pack(shape, new ConvolutionWeights(supports, values, bias))
                            .bind(input, null, true, output, new ConvolutionScratch(1));
            input.load(
                    randoms(random, batch * shape.inChannels() * shape.height() * shape.width()),
                    0);
        }

        Layer convolve() {
            convolution.convolve();
            return this;
        }

        float[] firstImage() {
            int length = shape.filters() * shape.outHeight() * shape.outWidth();
            float[] values = new float[batch * length];
            output.store(values, 0);
            return Arrays.copyOf(values, length);
        }

        private static float[] randoms(Random random, int length) {
            float[] values = new float[length];
            for (int index = 0; index < length; index++) {
                values[index] = (float) random.nextGaussian();
            }
            return values;
        }
    }
}
