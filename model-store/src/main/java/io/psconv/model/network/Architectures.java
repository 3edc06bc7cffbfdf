package io.psconv.model.network;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The networks that a model file may name, for any square input: one whose sides are multiples of
 * 32 if they convolve.
 *
 * <p>{@code resnet18} and {@code vgg16} are the forms of Kundu et al.'s published code: 3×3
 * stride-1 stem without max-pool, stages of 64, 128, 256 and 512 channels, average pool of 4;
 * thirteen convolutions with bias, and one fully connected layer. At 64×64 (Tiny ImageNet) four
 * positions are left before the last layer, which is four times as wide. {@code resnet20} and
 * {@code resnet56} are the CIFAR networks of He et al., CVPR 2016, Sec. 4.2, with option A
 * shortcuts.
 *
 * <p>{@code resnet50} is the network of He et al. for ImageNet (Table 1) in the form that PyTorch's
 * and NVIDIA's published weights have, "v1.5": a 7×7 stem, a max-pool of 3, and bottlenecks whose
 * stride lies in the 3×3 convolution; of its convolutions only these 3×3 ones may be sparse. {@code
 * ffnn} has four layers of 32 with ReLU in front of the last, the multi-layer perceptron of
 * Horchidan et al., EDBT 2024, as their published code builds it.
 */
public final class Architectures {
    /** The one without convolutions, which takes sides of any length. */
    private static final String PERCEPTRON = "ffnn";

    private static final Map<String, Architecture> BY_NAME = new LinkedHashMap<>();

    static {
        BY_NAME.put("resnet18", Architectures::resnet18);
        BY_NAME.put("vgg16", Architectures::vgg16);
        BY_NAME.put("resnet20", (input, classes) -> cifarResnet("resnet20", 3, input, classes));
        BY_NAME.put("resnet56", (input, classes) -> cifarResnet("resnet56", 9, input, classes));
        BY_NAME.put("resnet50", Architectures::resnet50);
        BY_NAME.put(PERCEPTRON, Architectures::ffnn);
    }

    private Architectures() {}

    /** Names that {@link #create} takes. */
    public static List<String> names() {
        return List.copyOf(BY_NAME.keySet());
    }

    /**
     * Describes a network.
     *
     * @param name one of {@link #names}
     * @param input channels, height and width of an image; the sides equal and at most 256,
     *     multiples of 32 but for {@code ffnn}
     * @param classes length of the logits, at least 2
     * @throws IllegalArgumentException if a value is outside its range
     */
    public static Network create(String name, FeatureShape input, int classes) {
        @Nullable Architecture architecture = BY_NAME.get(name);
        if (architecture == null) {
            throw new IllegalArgumentException(
                    "architecture was '" + name + "' but it must be one of " + names());
        }
        boolean perceptron = name.equals(PERCEPTRON);
        if ((input.height() % 32 != 0 && !perceptron)
                || input.width() != input.height()
                || input.height() > 256
                || input.channels() > 16) {
            throw new IllegalArgumentException(
                    "input shape was '"
                            + input
                            + "' but it must be square, its side "
                            + (perceptron ? "at most 256" : "a multiple of 32 up to 256")
                            + ", with at most 16 channels");
        }
        if (classes < 2 || classes > 100_000) {
            throw new IllegalArgumentException(
                    "classes was '" + classes + "' but it must be between 2 and 100000");
        }
        return architecture.create(input, classes);
    }

    private static Network resnet18(FeatureShape input, int classes) {
        NetworkBuilder builder =
                new NetworkBuilder("resnet18", input).stem("conv1", 64, false, "bn1");
        for (int stage = 1; stage <= 4; stage++) {
            for (int block = 0; block < 2; block++) {
                int filters = 32 << stage;
                int stride = stage > 1 && block == 0 ? 2 : 1;
                projectedBlock(builder, "layer" + stage + "." + block, filters, stride);
            }
        }
        return builder.averagePool("pool", 4).fullyConnected("linear", classes);
    }

    /** Two 3×3 convolutions; where the shape changes the shortcut is a 1×1 convolution. */
    private static void projectedBlock(
            NetworkBuilder builder, String name, int filters, int stride) {
        String shortcut = builder.last();
        if (stride != 1 || builder.shape().channels() != filters) {
            String projection = name + ".shortcut.0";
            builder.aside(
                    new ConvolutionLayer(
                            projection,
                            builder.last(),
                            builder.shape().channels(),
                            filters,
                            1,
                            stride,
                            false,
                            false,
                            name + ".shortcut.1",
                            null,
                            false));
            shortcut = projection;
        }
        twoConvolutions(builder, name, filters, stride, shortcut);
    }

    private static Network cifarResnet(
            String architecture, int blocks, FeatureShape input, int classes) {
        NetworkBuilder builder =
                new NetworkBuilder(architecture, input).stem("conv1", 16, false, "bn1");
        for (int stage = 1; stage <= 3; stage++) {
            for (int block = 0; block < blocks; block++) {
                int filters = 8 << stage;
                String name = "layer" + stage + "." + block;
                String shortcut = builder.last();
                boolean narrows = stage > 1 && block == 0;
                if (narrows) {
                    shortcut = name + ".shortcut";
                    builder.aside(new PaddedSubsampleLayer(shortcut, builder.last(), filters, 2));
                }
                twoConvolutions(builder, name, filters, narrows ? 2 : 1, shortcut);
            }
        }
        return builder.averagePool("pool", builder.shape().height())
                .fullyConnected("linear", classes);
    }

    private static void twoConvolutions(
            NetworkBuilder builder, String name, int filters, int stride, String shortcut) {
        builder.sparse(name + ".conv1", filters, stride, false, name + ".bn1", null);
        builder.sparse(name + ".conv2", filters, 1, false, name + ".bn2", shortcut);
    }

    private static Network resnet50(FeatureShape input, int classes) {
        int[] blocks = {3, 4, 6, 3};
        NetworkBuilder builder =
                new NetworkBuilder("resnet50", input)
                        .dense("conv1", 64, 7, 2, false, "bn1", null)
                        .maxPool("maxpool", 3, 2, 1);
        for (int stage = 1; stage <= blocks.length; stage++) {
            for (int block = 0; block < blocks[stage - 1]; block++) {
                int stride = stage > 1 && block == 0 ? 2 : 1;
                bottleneck(builder, "layer" + stage + "." + block, 32 << stage, stride);
            }
        }
        return builder.averagePool("avgpool", builder.shape().height())
                .fullyConnected("fc", classes);
    }

    /** 1×1, 3×3 and 1×1; the last has four times the filters. */
    private static void bottleneck(NetworkBuilder builder, String name, int filters, int stride) {
        int widened = 4 * filters;
        String shortcut = builder.last();
        if (builder.shape().channels() != widened) {
            String projection = name + ".downsample.0";
            builder.aside(
                    new ConvolutionLayer(
                            projection,
                            builder.last(),
                            builder.shape().channels(),
                            widened,
                            1,
                            stride,
                            false,
                            false,
                            name + ".downsample.1",
                            null,
                            false));
            shortcut = projection;
        }
        builder.dense(name + ".conv1", filters, 1, 1, false, name + ".bn1", null);
        builder.sparse(name + ".conv2", filters, stride, false, name + ".bn2", null);
        builder.dense(name + ".conv3", widened, 1, 1, false, name + ".bn3", shortcut);
    }

    private static Network ffnn(FeatureShape input, int classes) {
        NetworkBuilder builder = new NetworkBuilder(PERCEPTRON, input).hidden("input_layer", 32);
        for (int layer = 0; layer < 3; layer++) {
            builder.hidden("hidden_layers." + layer, 32);
        }
        return builder.fullyConnected("output_layer", classes);
    }

    private static Network vgg16(FeatureShape input, int classes) {
        int[][] stages = {{64, 64}, {128, 128}, {256, 256, 256}, {512, 512, 512}, {512, 512, 512}};
        NetworkBuilder builder = new NetworkBuilder("vgg16", input);
        // Numbered as torch.nn.Sequential does: convolution, batch normalization, ReLU; then pool.
        int index = 0;
        for (int[] stage : stages) {
            for (int filters : stage) {
                String name = "features." + index;
                String normalization = "features." + (index + 1);
                if (index == 0) {
                    builder.stem(name, filters, true, normalization);
                } else {
                    builder.sparse(name, filters, 1, true, normalization, null);
                }
                index += 3;
            }
            builder.maxPool("features." + index, 2);
            index++;
        }
        return builder.fullyConnected("classifier", classes);
    }

    private interface Architecture {
        Network create(FeatureShape input, int classes);
    }
}
