package io.psconv.model.engine;

import io.psconv.model.format.CompressedModel;
import io.psconv.model.network.AveragePoolLayer;
import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.network.FeatureShapes;
import io.psconv.model.network.FullyConnectedLayer;
import io.psconv.model.network.Layer;
import io.psconv.model.network.MaxPoolLayer;
import io.psconv.model.network.Network;
import io.psconv.model.network.PaddedSubsampleLayer;
import io.psconv.model.pattern.LayerSupports;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A forward pass of one image as the layers define it, in double precision.
 *
 * <p>Batch normalization is not folded, kernels are laid out whole, maps are plain CHW: nothing is
 * shared with the engine but the layer list and the support sets.
 */
final class ReferenceNetwork {
    private final CompressedModel model;
    private final FeatureShapes shapes;
    private final Map<String, double[]> maps = new HashMap<>();
    private int sparseLayers;

    private ReferenceNetwork(CompressedModel model) {
        this.model = model;
        this.shapes = model.network().shapes();
    }

    /** The logits of an image, CHW and normalised. */
    static double[] logits(CompressedModel model, float[] image) {
        return new ReferenceNetwork(model).run(image);
    }

    private double[] run(float[] image) {
        double[] made = new double[image.length];
        for (int index = 0; index < image.length; index++) {
            made[index] = image[index];
        }
        maps.put(Network.INPUT, made);
        for (Layer layer : model.network().layers()) {
            made = output(layer);
            maps.put(layer.name(), made);
        }
        return made;
    }

    private double[] output(Layer layer) {
        double[] input = maps(layer.input());
        FeatureShape from = shapes.of(layer.input());
        FeatureShape to = shapes.of(layer.name());
        if (layer instanceof ConvolutionLayer convolution) {
            double[] sums = convolution(convolution, input, from, to);
            finish(convolution, sums, to);
            return sums;
        }
        if (layer instanceof MaxPoolLayer pool) {
            return largest(input, from, to, pool);
        }
        if (layer instanceof AveragePoolLayer pool) {
            return means(input, from, to, pool.size());
        }
        if (layer instanceof PaddedSubsampleLayer shortcut) {
            return subsample(input, from, to, shortcut.stride());
        }
        return fullyConnected((FullyConnectedLayer) layer, input);
    }

    private double[] convolution(
            ConvolutionLayer layer, double[] input, FeatureShape from, FeatureShape to) {
        double[] sums = new double[to.length()];
        double[] kernels = kernels(layer);
        int size = layer.kernelSize();
        for (int filter = 0; filter < layer.filters(); filter++) {
            for (int channel = 0; channel < layer.inChannels(); channel++) {
                for (int position = 0; position < size * size; position++) {
                    double weight =
                            kernels[
                                    (filter * layer.inChannels() + channel) * size * size
                                            + position];
                    if (weight == 0) {
                        continue;
                    }
                    for (int y = 0; y < to.height(); y++) {
                        int row = y * layer.stride() + position / size - size / 2;
                        for (int x = 0; x < to.width(); x++) {
                            int column = x * layer.stride() + position % size - size / 2;
                            boolean inside =
                                    row >= 0
                                            && row < from.height()
                                            && column >= 0
                                            && column < from.width();
                            if (inside) {
                                sums[at(to, filter, y, x)] +=
                                        weight * input[at(from, channel, row, column)];
                            }
                        }
                    }
                }
            }
        }
        return sums;
    }

    /** OIHW, with the zeros. */
    private double[] kernels(ConvolutionLayer layer) {
        float[] stored = model.tensor(layer.name() + ".weight");
        int size = layer.kernelSize() * layer.kernelSize();
        double[] kernels = new double[layer.filters() * layer.inChannels() * size];
        if (!layer.sparse()) {
            for (int index = 0; index < stored.length; index++) {
                kernels[index] = stored[index];
            }
            return kernels;
        }
        LayerSupports supports =
                model.variant().over(sparseLayers++, layer.filters(), layer.inChannels());
        int next = 0;
        for (int index = 0; index < kernels.length; index++) {
            int kernel = index / size;
            int bits =
                    supports.supportSet(kernel / layer.inChannels(), kernel % layer.inChannels())
                            .bits();
            if ((bits >> index % size & 1) != 0) {
                kernels[index] = stored[next++];
            }
        }
        return kernels;
    }

    private void finish(ConvolutionLayer layer, double[] sums, FeatureShape shape) {
        @Nullable String normalization = layer.batchNormalization();
        @Nullable String residual = layer.residual();
        int plane = shape.height() * shape.width();
        for (int index = 0; index < sums.length; index++) {
            int filter = index / plane;
            double value = sums[index];
            if (layer.bias()) {
                value += model.tensor(layer.name() + ".bias")[filter];
            }
            if (normalization != null) {
                double mean = model.tensor(normalization + ".running_mean")[filter];
                double variance = model.tensor(normalization + ".running_var")[filter];
                double scale = model.tensor(normalization + ".weight")[filter];
                double shift = model.tensor(normalization + ".bias")[filter];
                value = (value - mean) / Math.sqrt(variance + 1e-5) * scale + shift;
            }
            if (residual != null) {
                value += maps(residual)[index];
            }
            sums[index] = layer.relu() && value < 0 ? 0 : value;
        }
    }

    private static double[] means(double[] input, FeatureShape from, FeatureShape to, int size) {
        double[] made = new double[to.length()];
        for (int channel = 0; channel < to.channels(); channel++) {
            for (int y = 0; y < to.height(); y++) {
                for (int x = 0; x < to.width(); x++) {
                    double sum = 0;
                    for (int row = y * size; row < (y + 1) * size; row++) {
                        for (int column = x * size; column < (x + 1) * size; column++) {
                            sum += input[at(from, channel, row, column)];
                        }
                    }
                    made[at(to, channel, y, x)] = sum / (size * size);
                }
            }
        }
        return made;
    }

    private static double[] largest(
            double[] input, FeatureShape from, FeatureShape to, MaxPoolLayer pool) {
        double[] made = new double[to.length()];
        for (int channel = 0; channel < to.channels(); channel++) {
            for (int y = 0; y < to.height(); y++) {
                for (int x = 0; x < to.width(); x++) {
                    double most = Double.NEGATIVE_INFINITY;
                    for (int index = 0; index < pool.size() * pool.size(); index++) {
                        int row = y * pool.stride() - pool.padding() + index / pool.size();
                        int column = x * pool.stride() - pool.padding() + index % pool.size();
                        boolean inside =
                                row >= 0
                                        && row < from.height()
                                        && column >= 0
                                        && column < from.width();
                        most =
                                inside
                                        ? Math.max(most, input[at(from, channel, row, column)])
                                        : most;
                    }
                    made[at(to, channel, y, x)] = most;
                }
            }
        }
        return made;
    }

    private static double[] subsample(
            double[] input, FeatureShape from, FeatureShape to, int stride) {
        double[] made = new double[to.length()];
        int front = (to.channels() - from.channels()) / 2;
        for (int channel = 0; channel < from.channels(); channel++) {
            for (int y = 0; y < to.height(); y++) {
                for (int x = 0; x < to.width(); x++) {
                    made[at(to, front + channel, y, x)] =
                            input[at(from, channel, y * stride, x * stride)];
                }
            }
        }
        return made;
    }

    private double[] fullyConnected(FullyConnectedLayer layer, double[] input) {
        float[] weights = model.tensor(layer.name() + ".weight");
        float[] bias = model.tensor(layer.name() + ".bias");
        double[] made = new double[layer.outputs()];
        for (int output = 0; output < made.length; output++) {
            made[output] = bias[output];
            for (int index = 0; index < layer.inputs(); index++) {
                made[output] += weights[output * layer.inputs() + index] * input[index];
            }
            made[output] = layer.relu() ? Math.max(0, made[output]) : made[output];
        }
        return made;
    }

    private double[] maps(String layer) {
        return Objects.requireNonNull(maps.get(layer), layer);
    }

    private static int at(FeatureShape shape, int channel, int row, int column) {
        return (channel * shape.height() + row) * shape.width() + column;
    }
}
