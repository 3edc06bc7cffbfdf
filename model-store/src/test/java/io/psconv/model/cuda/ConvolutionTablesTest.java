package io.psconv.model.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.HalfPrecision;
import io.psconv.model.format.KernelPacking;
import io.psconv.model.format.UntrainedModel;
import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.network.FullyConnectedLayer;
import io.psconv.model.network.Network;
import io.psconv.model.pattern.SupportPattern;
import io.psconv.model.pattern.Variant;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A walk over the kernels' tables in Java, against the convolution that the layer describes. */
class ConvolutionTablesTest {
    private static final int CHANNELS = 48;
    private static final int FILTERS = 80;
    private static final int HEIGHT = 4;
    private static final int WIDTH = 5;

    static Stream<String> variants() {
        return Stream.of(
                "dense",
                "PS4_P4",
                "PS2_P6",
                "PS1_P9",
                "PSD4_P8",
                "PSD4_P16",
                "PSD2_P8",
                "PSD2_P16",
                "PSD1_P8",
                "PSD1_P16",
                "PSD1_P16_B16",
                "PS4_P4_B16",
                "PSD2_P8_B32",
                "PS2_P6_Ball",
                "PSD1_P8_Ball");
    }

    @ParameterizedTest
    @MethodSource("variants")
    void walkMakesTheConvolutionInSinglePrecision(String variant) {
        Layer layer = new Layer(variant);
        ConvolutionTables tables = layer.builder().single(WIDTH, layer.input.size());
        Walk walk = new Walk(layer, tables);
        for (int tile = 0; tile < tables.tileCount(); tile++) {
            int[] which = walk.tile(tile);
            for (int step = 0; step < which[1]; step++) {
                for (int slot = 0; slot < tables.tileSlots(); slot++) {
                    for (int channel = 0; channel < 4; channel++) {
                        int weight =
                                which[2] * 4 + (step * 4 + channel) * tables.tileSlots() + slot;
                        walk.add(
                                which[0] + step,
                                1,
                                channel,
                                which[3] + slot,
                                tables.weights().bytes().length / 4 > weight
                                        ? walk.weights.getFloat(4 * weight)
                                        : Float.NaN);
                    }
                }
            }
        }
        walk.assertMatches(1e-5);
    }

    @ParameterizedTest
    @MethodSource("variants")
    void walkMakesTheConvolutionInHalfPrecision(String variant) {
        Layer layer = new Layer(variant);
        int pixelBytes = TensorCoreTiling.pixelBytes(layer.input.size(), 1);
        ConvolutionTables tables = layer.builder().half(WIDTH, pixelBytes);
        Walk walk = new Walk(layer, tables);
        int fragments = tables.tileSlots() / 8;
        int together = Math.min(fragments, 2);
        for (int tile = 0; tile < tables.tileCount(); tile++) {
            int[] which = walk.tile(tile);
            for (int step = 0; step < which[1]; step++) {
                for (int fragment = 0; fragment < fragments; fragment++) {
                    for (int lane = 0; lane < 32; lane++) {
                        int quad =
                                which[2]
                                        + step * fragments * 32
                                        + fragment / together * 32 * together
                                        + lane * together
                                        + fragment % together;
                        for (int channel = 0; channel < 4; channel++) {
                            walk.add(
                                    which[0] + step * 4 + lane % 4,
                                    pixelBytes,
                                    channel,
                                    which[3]
                                            + (fragments == 1
                                                    ? lane / 4
                                                    : fragment / 2 * 16
                                                            + lane / 8 * 4
                                                            + fragment % 2 * 2
                                                            + lane / 4 % 2),
                                    HalfPrecision.widen(
                                            walk.weights.getShort((quad * 4 + channel) * 2)));
                        }
                    }
                }
            }
        }
        walk.assertMatches(2e-3);
    }

    @ParameterizedTest
    @CsvSource({"64,1,160", "72,1,160", "512,1,1056", "64,2,144", "4,1,8", "540,1,1120"})
    void pixelsLieSoThatNeighboursMeetDifferentBanks(int channels, int stride, int bytes) {
        assertThat(TensorCoreTiling.pixelBytes(channels, stride)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({"64,16,64", "64,6,72", "128,9,144", "16,16,64", "3,1,4", "5,16,20"})
    void residueClassesArePaddedToQuads(int channels, int period, int size) {
        ChannelOrder order = new ChannelOrder(channels, period);

        assertThat(order.size()).isEqualTo(size);
        Set<Integer> positions = new HashSet<>();
        for (int channel = 0; channel < channels; channel++) {
            positions.add(order.position(channel));
            assertThat(order.channel(order.position(channel))).isEqualTo(channel);
            assertThat(order.residue(order.position(channel))).isEqualTo(channel % period);
        }
        assertThat(positions).hasSize(channels);
    }

    @Test
    void refusesRandomSupportsNamingTheLayer() {
        CompressedModel model = new Layer("PS4_P4").model;
        CompressedModel random = UntrainedModel.create(model.network(), Variant.of("pSC4"), 1);

        assertThatThrownBy(() -> new CudaProgramBuilder(random, Precision.FP32))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "layer 'sparse' has the random supports of variant 'pSC4' but the kernels"
                                + " for CUDA need periodic or dense ones; classify with engine"
                                + " 'jvm'");
    }

    /** One sparse layer, alone in its network but for the classes. */
    private static final class Layer {
        final CompressedModel model;
        final ConvolutionLayer sparse =
                new ConvolutionLayer(
                        "sparse",
                        Network.INPUT,
                        CHANNELS,
                        FILTERS,
                        3,
                        1,
                        true,
                        true,
                        null,
                        null,
                        false);
        final ChannelOrder input;
        final ChannelOrder output;
        final float[] kernels;
        final float[] bias;

        Layer(String variant) {
            Network network =
                    new Network(
                            "small",
                            new FeatureShape(CHANNELS, HEIGHT, WIDTH),
                            2,
                            List.of(
                                    sparse,
                                    new FullyConnectedLayer(
                                            "last", "sparse", FILTERS * HEIGHT * WIDTH, 2)));
            model = UntrainedModel.create(network, Variant.of(variant), 7);
            int period = model.variant().pattern().map(SupportPattern::period).orElse(1);
            input = new ChannelOrder(CHANNELS, period);
            output = new ChannelOrder(FILTERS, period);
            kernels = KernelPacking.unpack(model.supports(sparse), model.tensor("sparse.weight"));
            bias = new float[FILTERS];
            for (int filter = 0; filter < FILTERS; filter++) {
                bias[filter] = filter / 8f;
            }
        }

        TableBuilder builder() {
            FilterGroups filters =
                    new FilterGroups(
                            sparse,
                            model.supports(sparse),
                            input,
                            output,
                            model.tensor("sparse.weight"));
            return new TableBuilder("sparse", filters, output, bias);
        }
    }

    /** Sums what the tables say for one image. */
    private static final class Walk {
        final ByteBuffer weights;
        private final Layer layer;
        private final ConvolutionTables tables;
        private final double[][] sums = new double[FILTERS][HEIGHT * WIDTH];
        private final float[] image = new float[CHANNELS * HEIGHT * WIDTH];

        Walk(Layer layer, ConvolutionTables tables) {
            this.layer = layer;
            this.tables = tables;
            this.weights = buffer(tables.weights());
            Random random = new Random(8);
            for (int index = 0; index < image.length; index++) {
                image[index] = (float) random.nextGaussian();
            }
            Set<Integer> made = new HashSet<>();
            for (int slot = 0; slot < tables.tileCount() * tables.tileSlots(); slot++) {
                int position = buffer(tables.channels()).getInt(4 * slot);
                float bias = buffer(tables.bias()).getFloat(4 * slot);
                if (position == ChannelOrder.NONE) {
                    assertThat(bias).isZero();
                    continue;
                }
                assertThat(made.add(position)).as("position %d is made once", position).isTrue();
                if (layer.output.channel(position) != ChannelOrder.NONE) {
                    Arrays.fill(sums[layer.output.channel(position)], bias);
                }
            }
            assertThat(made).as("positions that the tiles make").hasSize(layer.output.size());
        }

        int[] tile(int tile) {
            int[] numbers = new int[4];
            for (int index = 0; index < 4; index++) {
                numbers[index] = buffer(tables.tiles()).getInt(16 * tile + 4 * index);
            }
            return numbers;
        }

        /**
         * One weight of a slot over one channel of a quad, for all outputs.
         *
         * @param pixelBytes distance of pixels in the table's unit; 1 for values
         */
        void add(int read, int pixelBytes, int channelOfQuad, int slot, float weight) {
            int distance = buffer(tables.reads()).getInt(8 * read);
            int need = buffer(tables.reads()).getInt(8 * read + 4);
            int position = buffer(tables.channels()).getInt(4 * slot);
            if (need == -1 || position == ChannelOrder.NONE) {
                assertThat(weight).as("weight of padding").isZero();
                return;
            }
            int pixel = pixelBytes == 1 ? layer.input.size() : pixelBytes;
            int place = distance % pixel / (pixelBytes == 1 ? 1 : 2) + channelOfQuad;
            int channel = layer.input.channel(place);
            int filter = layer.output.channel(position);
            if (channel == ChannelOrder.NONE || filter == ChannelOrder.NONE) {
                assertThat(weight).as("weight of padding").isZero();
                return;
            }
            int row = Integer.numberOfTrailingZeros(need & 0xffff);
            int column = Integer.numberOfTrailingZeros(need >>> 16);
            assertThat(distance / pixel).isEqualTo(row * WIDTH + column);
            for (int y = 0; y < HEIGHT; y++) {
                for (int x = 0; x < WIDTH; x++) {
                    sums[filter][y * WIDTH + x] +=
                            weight * at(channel, y + row - 1, x + column - 1);
                }
            }
        }

        private double at(int channel, int y, int x) {
            boolean inside = y >= 0 && y < HEIGHT && x >= 0 && x < WIDTH;
            return inside ? image[(channel * HEIGHT + y) * WIDTH + x] : 0;
        }

        void assertMatches(double tolerance) {
            for (int filter = 0; filter < FILTERS; filter++) {
                for (int pixel = 0; pixel < HEIGHT * WIDTH; pixel++) {
                    double expected = layer.bias[filter];
                    for (int index = 0; index < CHANNELS * 9; index++) {
                        expected +=
                                layer.kernels[filter * CHANNELS * 9 + index]
                                        * at(
                                                index / 9,
                                                pixel / WIDTH + index % 9 / 3 - 1,
                                                pixel % WIDTH + index % 3 - 1);
                    }
                    assertThat(Math.abs(sums[filter][pixel] - expected))
                            .as("filter %d, pixel %d", filter, pixel)
                            .isLessThan(tolerance * (1 + Math.abs(expected)));
                }
            }
        }

        private static ByteBuffer buffer(DeviceBuffer.Constant constant) {
            return ByteBuffer.wrap(constant.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        }
    }
}
