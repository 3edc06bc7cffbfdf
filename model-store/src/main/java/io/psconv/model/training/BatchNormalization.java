package io.psconv.model.training;

import io.psconv.model.convolution.FeatureMaps;
import io.psconv.model.format.CompressedModel;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Batch normalization in training mode (Ioffe and Szegedy, ICML 2015), between a convolution's raw
 * output and its activation.
 *
 * <p>{@code y = weight · (x - mean) / sqrt(variance + epsilon) + bias} with the batch's mean and
 * biased variance. The running statistics move by a tenth towards the batch's, the variance there
 * unbiased, as PyTorch's do.
 */
final class BatchNormalization {
    /** Weight of the batch in the running statistics, PyTorch's default. */
    private static final float MOMENTUM = 0.1f;

    private final Activation output;
    private final BatchMoments moments;
    private final float[] weight;
    private final float[] bias;
    private final float[] runningMean;
    private final float[] runningVariance;
    private final float[] weightGradient;
    private final float[] biasGradient;
    private final Map<String, float[]> gradients = new LinkedHashMap<>();

    /** By channel: what the raw output's gradient is made of. */
    private final float[] gradientScale;

    private final float[] gradientSlope;
    private final float[] gradientShift;

    BatchNormalization(String prefix, Map<String, float[]> tensors, Activation output) {
        this.output = output;
        this.moments =
                new BatchMoments(
                        output.shape().channels(), output.chunks(), output.loops().pixels());
        this.weight = Tensors.get(tensors, prefix + ".weight");
        this.bias = Tensors.get(tensors, prefix + ".bias");
        this.runningMean = Tensors.get(tensors, prefix + ".running_mean");
        this.runningVariance = Tensors.get(tensors, prefix + ".running_var");
        this.weightGradient = new float[weight.length];
        this.biasGradient = new float[weight.length];
        this.gradientScale = new float[weight.length];
        this.gradientSlope = new float[weight.length];
        this.gradientShift = new float[weight.length];
        gradients.put(prefix + ".weight", weightGradient);
        gradients.put(prefix + ".bias", biasGradient);
    }

    Map<String, float[]> gradients() {
        return gradients;
    }

    /** Keeps a chunk's raw output and takes its moments. */
    void measure(FeatureMaps made, int chunk) {
        output.loops()
                .copyWithMoments(
                        made,
                        output.raw(chunk),
                        moments.chunkMeans,
                        moments.chunkSquares,
                        chunk * weight.length);
    }

    /** Once all chunks are measured: says how they are normalized. */
    void normalize() {
        moments.merge();
        double unbiased = (double) moments.count() / Math.max(1, moments.count() - 1);
        for (int channel = 0; channel < weight.length; channel++) {
            double mean = moments.mean(channel);
            double scale = weight[channel] * inverseDeviation(channel);
            output.scale[channel] = (float) scale;
            output.shift[channel] = (float) (bias[channel] - mean * scale);
            output.mean[channel] = (float) mean;
            runningMean[channel] += MOMENTUM * ((float) mean - runningMean[channel]);
            float variance = (float) (moments.variance(channel) * unbiased);
            runningVariance[channel] += MOMENTUM * (variance - runningVariance[channel]);
        }
    }

    private double inverseDeviation(int channel) {
        return 1
                / Math.sqrt(
                        moments.variance(channel) + CompressedModel.BATCH_NORMALIZATION_EPSILON);
    }

    /**
     * Once the activation's gradient is finished: computes those of weight and bias, and how the
     * raw output's is made.
     */
    void differentiate() {
        double count = moments.count();
        for (int channel = 0; channel < weight.length; channel++) {
            double sum = 0;
            double product = 0;
            for (int at = channel; at < output.gradientSums.length; at += weight.length) {
                sum += output.gradientSums[at];
                product += output.gradientProducts[at];
            }
            // The products were taken around the rounded mean.
            product -= (moments.mean(channel) - output.mean[channel]) * sum;
            double inverse = inverseDeviation(channel);
            biasGradient[channel] = (float) sum;
            weightGradient[channel] = (float) (product * inverse);
            double scale = weight[channel] * inverse;
            double slope = -scale * inverse * inverse * product / count;
            gradientScale[channel] = (float) scale;
            gradientSlope[channel] = (float) slope;
            gradientShift[channel] = (float) (-scale * sum / count - slope * moments.mean(channel));
        }
    }

    /** The gradient of a chunk's raw output. */
    void gradient(int chunk, FeatureMaps target) {
        output.loops()
                .normalizationGradient(
                        output.gradient(chunk),
                        gradientScale,
                        output.raw(chunk),
                        gradientSlope,
                        gradientShift,
                        target);
    }
}
