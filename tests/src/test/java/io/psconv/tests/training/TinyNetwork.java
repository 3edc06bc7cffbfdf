package io.psconv.tests.training;

import io.psconv.model.network.AveragePoolLayer;
import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.network.FullyConnectedLayer;
import io.psconv.model.network.Layer;
import io.psconv.model.network.MaxPoolLayer;
import io.psconv.model.network.Network;
import io.psconv.model.network.PaddedSubsampleLayer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A few layers that hold one kind in an awkward shape, and a variant to run them in. */
record TinyNetwork(String title, String variant, int batch, Network network) {
    private static final List<String> VARIANTS =
            List.of(
                    "dense",
                    "PSD1_P16",
                    "PS4_P4",
                    "PS1_P9",
                    "PS2_P6",
                    "pSC2_S7",
                    "PSD1_P16_B16",
                    "PS4_P4_B16",
                    "PSD1_P16_Ball",
                    "PS1_P9_Ball");

    static Stream<TinyNetwork> all() {
        return Stream.concat(VARIANTS.stream().flatMap(TinyNetwork::sparse), others());
    }

    /** Sparse layers behind a stem, so that gradients by their input are seen too. */
    private static Stream<TinyNetwork> sparse(String variant) {
        return Stream.of(
                layers("stride 1", 32, 8, 8).conv("b", 48, 3, 1, "").in(variant, 16),
                layers("stride 2", 32, 8, 8).conv("b", 48, 3, 2, "").in(variant, 16),
                layers("stride 1, odd map", 16, 7, 5).conv("b", 16, 3, 1, "").in(variant, 16),
                layers("stride 2, odd map", 16, 7, 5).conv("b", 16, 3, 2, "").in(variant, 16),
                layers("narrow map", 64, 2, 2).conv("b", 80, 3, 1, "").in(variant, 32),
                layers("narrow map, stride 2", 64, 4, 4).conv("b", 64, 3, 2, "").in(variant, 16),
                layers("chain", 32, 8, 8)
                        .conv("b", 32, 3, 1, "")
                        .conv("c", 64, 3, 2, "")
                        .in(variant, 16),
                layers("bare", 32, 4, 4).conv("b", 32, 3, 1, "bare").in(variant, 16));
    }

    private static Stream<TinyNetwork> others() {
        return Stream.of(
                layers("stem alone", 64, 8, 8).in("dense", 16),
                layers("stem of an odd map", 24, 5, 9).in("dense", 48),
                layers("bias", 16, 8, 8).conv("b", 32, 3, 1, "bias bare").in("PS4_P4", 16),
                layers("bias and normalization", 16, 8, 8)
                        .conv("b", 32, 3, 1, "bias")
                        .in("PSD1_P16", 16),
                layers("no ReLU", 16, 8, 8).conv("b", 32, 3, 1, "linear").in("PSD1_P16", 16),
                layers("1×1", 32, 8, 8).conv("b", 48, 1, 1, "dense").in("PSD1_P16", 16),
                layers("1×1, stride 2", 32, 8, 8).conv("b", 64, 1, 2, "dense").in("PS4_P4", 16),
                layers("1×1, stride 2, odd map", 16, 7, 5)
                        .conv("b", 32, 1, 2, "dense linear")
                        .in("PS4_P4", 16),
                layers("dense 3×3, stride 2", 32, 8, 8)
                        .conv("b", 32, 3, 2, "dense")
                        .in("PS4_P4", 16),
                layers("residual", 32, 8, 8)
                        .conv("b", 32, 3, 1, "")
                        .add("c", "b", 32, 3, 1, "a")
                        .in("PSD1_P16", 16),
                layers("residual, narrow map", 64, 2, 2)
                        .conv("b", 64, 3, 1, "")
                        .add("c", "b", 64, 3, 1, "a")
                        .in("PS4_P4", 16),
                layers("projection", 32, 8, 8)
                        .aside("p", 64, 1, 2)
                        .conv("b", 64, 3, 2, "")
                        .add("c", "b", 64, 3, 1, "p")
                        .in("PSD1_P16", 16),
                layers("padded subsample", 16, 8, 8)
                        .shortcut("p", 32, 2)
                        .conv("b", 32, 3, 2, "")
                        .add("c", "b", 32, 3, 1, "p")
                        .in("PSD1_P16", 16),
                layers("padded subsample alone", 16, 7, 7).subsample("p", 35, 2).in("dense", 16),
                layers("max pool", 32, 8, 8).maxPool("m", 2).in("dense", 16),
                layers("max pool of an odd map", 16, 7, 5).maxPool("m", 2).in("dense", 16),
                layers("max pool between", 32, 8, 8)
                        .maxPool("m", 2)
                        .conv("b", 32, 3, 1, "")
                        .in("PS4_P4", 16),
                layers("average pool", 32, 8, 8).averagePool("m", 4).in("dense", 16),
                layers("average pool of a whole map", 32, 8, 8).averagePool("m", 8).in("dense", 16),
                layers("average pool between", 16, 8, 8)
                        .averagePool("m", 2)
                        .conv("b", 16, 3, 1, "")
                        .in("PSD1_P16", 16),
                layers("fully connected", 32, 8, 8)
                        .averagePool("m", 4)
                        .fullyConnected("f", 10)
                        .in("dense", 16),
                layers("fully connected, many classes", 48, 4, 4)
                        .averagePool("m", 4)
                        .fullyConnected("f", 200)
                        .in("dense", 32));
    }

    private static Builder layers(String title, int filters, int height, int width) {
        return new Builder(title, new FeatureShape(3, height, width)).stem(filters);
    }

    @Override
    public String toString() {
        return title + ", " + variant + ", batch " + batch;
    }

    /** Appends layers one behind another. */
    private static final class Builder {
        private final String title;
        private final FeatureShape input;
        private final List<Layer> layers = new ArrayList<>();
        private String last = Network.INPUT;
        private FeatureShape shape;

        Builder(String title, FeatureShape input) {
            this.title = title;
            this.input = input;
            this.shape = input;
        }

        Builder stem(int filters) {
            return conv("a", filters, 3, 1, "dense");
        }

        /** What is not in {@code form} is there: sparse, normalized, ReLU; no bias. */
        Builder conv(String name, int filters, int size, int stride, String form) {
            return append(layer(name, last, shape.channels(), filters, size, stride, form, null));
        }

        Builder add(String name, String read, int filters, int size, int stride, String residual) {
            return append(layer(name, read, shape.channels(), filters, size, stride, "", residual));
        }

        /** A projection beside the chain. */
        Builder aside(String name, int filters, int size, int stride) {
            layers.add(
                    layer(
                            name,
                            last,
                            shape.channels(),
                            filters,
                            size,
                            stride,
                            "dense linear",
                            null));
            return this;
        }

        Builder shortcut(String name, int channels, int stride) {
            layers.add(new PaddedSubsampleLayer(name, last, channels, stride));
            return this;
        }

        Builder subsample(String name, int channels, int stride) {
            return append(new PaddedSubsampleLayer(name, last, channels, stride));
        }

        Builder maxPool(String name, int size) {
            return append(new MaxPoolLayer(name, last, size));
        }

        Builder averagePool(String name, int size) {
            return append(new AveragePoolLayer(name, last, size));
        }

        Builder fullyConnected(String name, int outputs) {
            return append(new FullyConnectedLayer(name, last, shape.length(), outputs));
        }

        TinyNetwork in(String variant, int batch) {
            return new TinyNetwork(
                    title, variant, batch, new Network("tiny", input, shape.length(), layers));
        }

        private static ConvolutionLayer layer(
                String name,
                String read,
                int inChannels,
                int filters,
                int size,
                int stride,
                String form,
                @Nullable String residual) {
            List<String> words = List.of(form.split(" "));
            boolean bare = words.contains("bare");
            return new ConvolutionLayer(
                    name,
                    read,
                    inChannels,
                    filters,
                    size,
                    stride,
                    !words.contains("dense"),
                    words.contains("bias"),
                    bare ? null : name + ".bn",
                    residual,
                    !bare && !words.contains("linear"));
        }

        private Builder append(Layer layer) {
            layers.add(layer);
            last = layer.name();
            shape = layer.outputShape(shape);
            return this;
        }
    }
}
