package io.psconv.tests.training;

import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.KernelPacking;
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
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Forward and backward of a network in training mode as the definitions say, in double precision:
 * nothing is shared with an engine, nothing is fast. Sparse layers are computed dense.
 */
final class ReferenceGradients {
    private static final double EPSILON = CompressedModel.BATCH_NORMALIZATION_EPSILON;
    private static final double MOMENTUM = 0.1;

    private final Network network;
    private final FeatureShapes shapes;
    private final int batch;
    private final Map<String, LayerSupports> supports = new HashMap<>();
    private final Map<String, double[]> tensors = new HashMap<>();
    private final Map<String, double[]> outputs = new HashMap<>();
    private final Map<String, double[]> normalized = new HashMap<>();
    private final Map<String, double[]> inverseDeviations = new HashMap<>();
    private final Map<String, int[]> largest = new HashMap<>();
    private final Map<String, double[]> slopes = new HashMap<>();
    private final Map<String, double[]> gradients = new LinkedHashMap<>();
    private final Map<String, Double> scales = new HashMap<>();
    private double margin = Double.POSITIVE_INFINITY;

    ReferenceGradients(CompressedModel start, int batch) {
        this.network = start.network();
        this.shapes = network.shapes();
        this.batch = batch;
        start.tensors().forEach((name, values) -> tensors.put(name, toDouble(values)));
        if (!start.variant().isDense()) {
            List<ConvolutionLayer> sparse =
                    network.convolutions().stream().filter(ConvolutionLayer::sparse).toList();
            for (int index = 0; index < sparse.size(); index++) {
                ConvolutionLayer layer = sparse.get(index);
                LayerSupports over =
                        start.variant().over(index, layer.filters(), layer.inChannels());
                String name = layer.name() + ".weight";
                supports.put(layer.name(), over);
                tensors.put(name, toDouble(KernelPacking.unpack(over, start.tensor(name))));
            }
        }
    }

    /** Computes logits and moves running statistics. */
    void forward(float[] input) {
        outputs.put(Network.INPUT, toDouble(input));
        for (Layer layer : network.layers()) {
            outputs.put(layer.name(), forward(layer, get(outputs, layer.input())));
        }
    }

    /** Gradient by trained tensor, in the model's form. */
    Map<String, double[]> backward(float[] upstream) {
        slopes.clear();
        gradients.clear();
        List<Layer> layers = network.layers();
        slopes.put(layers.get(layers.size() - 1).name(), toDouble(upstream));
        for (int index = layers.size() - 1; index >= 0; index--) {
            Layer layer = layers.get(index);
            backward(layer, get(outputs, layer.input()), slope(layer.name()));
        }
        return gradients;
    }

    /** Of the last forward, {@code (batch, classes)}. */
    double[] logits() {
        return get(outputs, network.layers().get(network.layers().size() - 1).name());
    }

    /** Running statistics by name. */
    Map<String, double[]> statistics() {
        Map<String, double[]> statistics = new HashMap<>(tensors);
        statistics.keySet().removeIf(name -> !name.contains(".running_"));
        return statistics;
    }

    /**
     * What rounding of a bias' gradient is to be measured by: the norm of its terms' magnitudes,
     * for behind batch normalization the gradient itself vanishes. By name, of the last backward.
     */
    Map<String, Double> scales() {
        return Map.copyOf(scales);
    }

    /**
     * How far the last forward was from another branch: the smallest distance of a ReLU's input
     * from zero and of a maximum from its runner-up. Within rounding of it gradients jump.
     */
    double margin() {
        return margin;
    }

    private double[] forward(Layer layer, double[] read) {
        FeatureShape from = shapes.of(layer.input());
        FeatureShape to = shapes.of(layer.name());
        double[] made = new double[batch * to.length()];
        if (layer instanceof ConvolutionLayer convolution) {
            forward(convolution, from, to, read, made);
        } else if (layer instanceof MaxPoolLayer pool) {
            forward(pool, from, to, read, made);
        } else if (layer instanceof AveragePoolLayer pool) {
            windows(
                    from,
                    to,
                    pool.size(),
                    (output, inputs) ->
                            made[output] =
                                    Arrays.stream(inputs).mapToDouble(at -> read[at]).sum()
                                            / inputs.length);
        } else if (layer instanceof FullyConnectedLayer connected) {
            double[] weights = tensor(layer.name() + ".weight");
            double[] bias = tensor(layer.name() + ".bias");
            for (int index = 0; index < made.length; index++) {
                int image = index / connected.outputs();
                int output = index % connected.outputs();
                double sum = bias[output];
                for (int value = 0; value < connected.inputs(); value++) {
                    sum +=
                            weights[output * connected.inputs() + value]
                                    * read[image * connected.inputs() + value];
                }
                made[index] = sum;
            }
        } else if (layer instanceof PaddedSubsampleLayer shortcut) {
            subsample(shortcut, from, to, (output, input) -> made[output] = read[input]);
        }
        return made;
    }

    private void forward(
            ConvolutionLayer layer,
            FeatureShape from,
            FeatureShape to,
            double[] read,
            double[] made) {
        int plane = to.height() * to.width();
        if (layer.bias()) {
            double[] bias = tensor(layer.name() + ".bias");
            for (int index = 0; index < made.length; index++) {
                made[index] = bias[index / plane % to.channels()];
            }
        }
        double[] weights = tensor(layer.name() + ".weight");
        convolve(
                layer,
                from,
                to,
                (weight, output, input, step, count) -> {
                    double factor = weights[weight];
                    if (factor != 0) {
                        for (int pixel = 0; pixel < count; pixel++) {
                            made[output + pixel] += factor * read[input + pixel * step];
                        }
                    }
                });
        if (layer.batchNormalization() != null) {
            normalize(layer.batchNormalization(), to, made);
        }
        if (layer.residual() != null) {
            double[] residual = get(outputs, layer.residual());
            Arrays.setAll(made, index -> made[index] + residual[index]);
        }
        if (layer.relu()) {
            for (int index = 0; index < made.length; index++) {
                margin = Math.min(margin, Math.abs(made[index]));
                made[index] = Math.max(0, made[index]);
            }
        }
    }

    private void normalize(String prefix, FeatureShape shape, double[] values) {
        int plane = shape.height() * shape.width();
        int count = batch * plane;
        double[] means = new double[shape.channels()];
        double[] variances = new double[shape.channels()];
        for (int index = 0; index < values.length; index++) {
            means[index / plane % shape.channels()] += values[index] / count;
        }
        for (int index = 0; index < values.length; index++) {
            int channel = index / plane % shape.channels();
            variances[channel] += Math.pow(values[index] - means[channel], 2) / count;
        }
        double[] runningMean = tensor(prefix + ".running_mean");
        double[] runningVariance = tensor(prefix + ".running_var");
        double[] inverse = new double[shape.channels()];
        for (int channel = 0; channel < shape.channels(); channel++) {
            inverse[channel] = 1 / Math.sqrt(variances[channel] + EPSILON);
            double unbiased = variances[channel] * count / (count - 1);
            runningMean[channel] += MOMENTUM * (means[channel] - runningMean[channel]);
            runningVariance[channel] += MOMENTUM * (unbiased - runningVariance[channel]);
        }
        double[] scale = tensor(prefix + ".weight");
        double[] shift = tensor(prefix + ".bias");
        double[] standard = new double[values.length];
        for (int index = 0; index < values.length; index++) {
            int channel = index / plane % shape.channels();
            standard[index] = (values[index] - means[channel]) * inverse[channel];
            values[index] = scale[channel] * standard[index] + shift[channel];
        }
        normalized.put(prefix, standard);
        inverseDeviations.put(prefix, inverse);
    }

    private void forward(
            MaxPoolLayer layer, FeatureShape from, FeatureShape to, double[] read, double[] made) {
        int[] chosen = new int[made.length];
        windows(
                from,
                to,
                layer.size(),
                (output, inputs) -> {
                    int best = inputs[0];
                    for (int input : inputs) {
                        best = read[input] > read[best] ? input : best;
                    }
                    for (int input : inputs) {
                        // Equals are zeros of a ReLU; the first is taken and nothing passes there.
                        if (read[input] != read[best]) {
                            margin = Math.min(margin, read[best] - read[input]);
                        }
                    }
                    chosen[output] = best;
                    made[output] = read[best];
                });
        largest.put(layer.name(), chosen);
    }

    private void backward(Layer layer, double[] read, double[] slope) {
        FeatureShape from = shapes.of(layer.input());
        FeatureShape to = shapes.of(layer.name());
        double[] below = slope(layer.input());
        if (layer instanceof ConvolutionLayer convolution) {
            backward(convolution, from, to, read, slope, below);
        } else if (layer instanceof MaxPoolLayer) {
            int[] chosen = Objects.requireNonNull(largest.get(layer.name()));
            for (int index = 0; index < slope.length; index++) {
                below[chosen[index]] += slope[index];
            }
        } else if (layer instanceof AveragePoolLayer pool) {
            windows(
                    from,
                    to,
                    pool.size(),
                    (output, inputs) -> {
                        for (int input : inputs) {
                            below[input] += slope[output] / inputs.length;
                        }
                    });
        } else if (layer instanceof FullyConnectedLayer connected) {
            backward(connected, read, slope, below);
        } else if (layer instanceof PaddedSubsampleLayer shortcut) {
            subsample(shortcut, from, to, (output, input) -> below[input] += slope[output]);
        }
    }

    private void backward(
            FullyConnectedLayer layer, double[] read, double[] slope, double[] below) {
        double[] weights = tensor(layer.name() + ".weight");
        double[] weightGradient = new double[weights.length];
        double[] biasGradient = new double[layer.outputs()];
        for (int index = 0; index < slope.length; index++) {
            int image = index / layer.outputs();
            int output = index % layer.outputs();
            biasGradient[output] += slope[index];
            for (int value = 0; value < layer.inputs(); value++) {
                int weight = output * layer.inputs() + value;
                int input = image * layer.inputs() + value;
                weightGradient[weight] += slope[index] * read[input];
                below[input] += slope[index] * weights[weight];
            }
        }
        gradients.put(layer.name() + ".weight", weightGradient);
        gradients.put(layer.name() + ".bias", biasGradient);
    }

    private void backward(
            ConvolutionLayer layer,
            FeatureShape from,
            FeatureShape to,
            double[] read,
            double[] upstream,
            double[] below) {
        double[] slope = upstream.clone();
        double[] made = get(outputs, layer.name());
        if (layer.relu()) {
            for (int index = 0; index < slope.length; index++) {
                slope[index] = made[index] > 0 ? slope[index] : 0;
            }
        }
        if (layer.residual() != null) {
            double[] residual = slope(layer.residual());
            for (int index = 0; index < slope.length; index++) {
                residual[index] += slope[index];
            }
        }
        if (layer.batchNormalization() != null) {
            normalizeBackward(layer.batchNormalization(), to, slope);
        }
        if (layer.bias()) {
            biasBackward(layer.name() + ".bias", to, slope);
        }
        double[] weights = tensor(layer.name() + ".weight");
        double[] weightGradient = new double[weights.length];
        convolve(
                layer,
                from,
                to,
                (weight, output, input, step, count) -> {
                    double factor = weights[weight];
                    double sum = 0;
                    for (int pixel = 0; pixel < count; pixel++) {
                        sum += slope[output + pixel] * read[input + pixel * step];
                    }
                    weightGradient[weight] += sum;
                    if (factor != 0) {
                        for (int pixel = 0; pixel < count; pixel++) {
                            below[input + pixel * step] += factor * slope[output + pixel];
                        }
                    }
                });
        gradients.put(layer.name() + ".weight", stored(layer, weightGradient));
    }

    private void biasBackward(String name, FeatureShape shape, double[] slope) {
        double[] gradient = new double[shape.channels()];
        double[] magnitude = new double[shape.channels()];
        int plane = shape.height() * shape.width();
        for (int index = 0; index < slope.length; index++) {
            int channel = index / plane % shape.channels();
            gradient[channel] += slope[index];
            magnitude[channel] += Math.abs(slope[index]);
        }
        gradients.put(name, gradient);
        scales.put(name, norm(magnitude));
    }

    /** Replaces the gradient by the output through that by the input. */
    private void normalizeBackward(String prefix, FeatureShape shape, double[] slope) {
        double[] standard = get(normalized, prefix);
        double[] inverse = get(inverseDeviations, prefix);
        double[] scale = tensor(prefix + ".weight");
        double[] scaleGradient = new double[shape.channels()];
        double[] shiftGradient = new double[shape.channels()];
        int plane = shape.height() * shape.width();
        int count = batch * plane;
        for (int index = 0; index < slope.length; index++) {
            int channel = index / plane % shape.channels();
            scaleGradient[channel] += slope[index] * standard[index];
            shiftGradient[channel] += slope[index];
        }
        for (int index = 0; index < slope.length; index++) {
            int channel = index / plane % shape.channels();
            slope[index] =
                    scale[channel]
                            * inverse[channel]
                            * (slope[index]
                                    - shiftGradient[channel] / count
                                    - standard[index] * scaleGradient[channel] / count);
        }
        gradients.put(prefix + ".weight", scaleGradient);
        gradients.put(prefix + ".bias", shiftGradient);
    }

    private double[] stored(ConvolutionLayer layer, double[] dense) {
        LayerSupports over = supports.get(layer.name());
        if (over == null) {
            return dense;
        }
        double[] values = new double[over.filters() * over.valuesPerFilter()];
        int next = 0;
        for (int index = 0; index < dense.length; index++) {
            int kernel = index / 9;
            if (over.supportSet(kernel / over.inChannels(), kernel % over.inChannels())
                    .contains(index % 9)) {
                values[next++] = dense[index];
            }
        }
        return values;
    }

    /** Visits every row of every weight: those output pixels whose input lies in the image. */
    private void convolve(ConvolutionLayer layer, FeatureShape from, FeatureShape to, Row row) {
        int size = layer.kernelSize();
        int stride = layer.stride();
        int padding = size / 2;
        for (int image = 0; image < batch; image++) {
            for (int weight = 0;
                    weight < layer.filters() * layer.inChannels() * size * size;
                    weight++) {
                int kernel = weight / (size * size);
                int up = weight / size % size - padding;
                int left = weight % size - padding;
                int filter = kernel / from.channels();
                int channel = kernel % from.channels();
                int first = left < 0 ? (-left + stride - 1) / stride : 0;
                int last = Math.min(to.width() - 1, (from.width() - 1 - left) / stride);
                for (int y = 0; y < to.height(); y++) {
                    int readRow = y * stride + up;
                    if (readRow >= 0 && readRow < from.height() && last >= first) {
                        row.visit(
                                weight,
                                ((image * to.channels() + filter) * to.height() + y) * to.width()
                                        + first,
                                ((image * from.channels() + channel) * from.height() + readRow)
                                                * from.width()
                                        + first * stride
                                        + left,
                                stride,
                                last - first + 1);
                    }
                }
            }
        }
    }

    private void windows(FeatureShape from, FeatureShape to, int size, Window window) {
        int[] inputs = new int[size * size];
        for (int output = 0; output < batch * to.length(); output++) {
            int x = output % to.width();
            int y = output / to.width() % to.height();
            int map = output / (to.width() * to.height());
            for (int index = 0; index < inputs.length; index++) {
                inputs[index] =
                        (map * from.height() + y * size + index / size) * from.width()
                                + x * size
                                + index % size;
            }
            window.visit(output, inputs);
        }
    }

    private void subsample(
            PaddedSubsampleLayer layer, FeatureShape from, FeatureShape to, Pair pair) {
        int front = (to.channels() - from.channels()) / 2;
        for (int image = 0; image < batch; image++) {
            for (int channel = 0; channel < from.channels(); channel++) {
                for (int y = 0; y < to.height(); y++) {
                    for (int x = 0; x < to.width(); x++) {
                        int output =
                                ((image * to.channels() + front + channel) * to.height() + y)
                                                * to.width()
                                        + x;
                        int input =
                                ((image * from.channels() + channel) * from.height()
                                                        + y * layer.stride())
                                                * from.width()
                                        + x * layer.stride();
                        pair.visit(output, input);
                    }
                }
            }
        }
    }

    private double[] tensor(String name) {
        return get(tensors, name);
    }

    /** The gradient by a layer's output so far, zeros at first. */
    private double[] slope(String layer) {
        return slopes.computeIfAbsent(layer, name -> new double[batch * shapes.of(name).length()]);
    }

    private static double[] get(Map<String, double[]> values, String name) {
        return Objects.requireNonNull(values.get(name), name);
    }

    static double[] toDouble(float[] values) {
        double[] wide = new double[values.length];
        Arrays.setAll(wide, index -> values[index]);
        return wide;
    }

    static Map<String, double[]> toDouble(Map<String, float[]> tensors) {
        Map<String, double[]> wide = new HashMap<>();
        tensors.forEach((name, values) -> wide.put(name, toDouble(values)));
        return wide;
    }

    static double norm(double[] values) {
        return Math.sqrt(Arrays.stream(values).map(value -> value * value).sum());
    }

    private interface Row {
        void visit(int weight, int output, int input, int step, int count);
    }

    private interface Window {
        void visit(int output, int[] inputs);
    }

    private interface Pair {
        void visit(int output, int input);
    }
}
