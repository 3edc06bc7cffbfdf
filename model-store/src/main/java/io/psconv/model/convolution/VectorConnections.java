package io.psconv.model.convolution;

import static io.psconv.model.convolution.VectorTiles.LANES;
import static io.psconv.model.convolution.VectorTiles.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * Loops of a {@link FullyConnected} layer over one block of outputs, which the weights lie in input
 * by input.
 */
final class VectorConnections {
    private VectorConnections() {}

    /**
     * The block's outputs for one image.
     *
     * @param values holds the image's inputs from {@code from} on, and the outputs from {@code to}
     *     on
     * @param weights by block, then input, then output of the block
     * @param bias of all outputs
     * @param output the block's first
     */
    static void one(
            float[] values,
            int from,
            int inputs,
            float[] weights,
            float[] bias,
            int output,
            int to) {
        for (int lane = 0; lane < FullyConnected.BLOCK; lane += LANES) {
            FloatVector sum = FloatVector.fromArray(SPECIES, bias, output + lane);
            int weight = output * inputs + lane;
            for (int input = 0; input < inputs; input++) {
                sum =
                        FloatVector.fromArray(SPECIES, weights, weight)
                                .fma(FloatVector.broadcast(SPECIES, values[from + input]), sum);
                weight += FullyConnected.BLOCK;
            }
            sum.intoArray(values, to + lane);
        }
    }

    /**
     * The block's outputs for {@link FullyConnected#TOGETHER} images.
     *
     * @param values holds the inputs, image by image, and the outputs of the first image from
     *     {@code to} on, of each other {@code bias.length} behind
     * @param weights by block, then input, then output of the block
     * @param weight where the block's weights begin
     * @param bias of all outputs
     * @param output the block's first
     */
    static void eight(
            float[] values,
            int inputs,
            float[] weights,
            int weight,
            float[] bias,
            int output,
            int to) {
        for (int lane = 0; lane < FullyConnected.BLOCK; lane += LANES) {
            FloatVector sum0 = FloatVector.fromArray(SPECIES, bias, output + lane);
            FloatVector sum1 = sum0;
            FloatVector sum2 = sum0;
            FloatVector sum3 = sum0;
            FloatVector sum4 = sum0;
            FloatVector sum5 = sum0;
            FloatVector sum6 = sum0;
            FloatVector sum7 = sum0;
            int at = weight + lane;
            for (int input = 0; input < inputs; input++) {
                FloatVector factor = FloatVector.fromArray(SPECIES, weights, at);
                sum0 = factor.fma(value(values, input), sum0);
                sum1 = factor.fma(value(values, input + inputs), sum1);
                sum2 = factor.fma(value(values, input + 2 * inputs), sum2);
                sum3 = factor.fma(value(values, input + 3 * inputs), sum3);
                sum4 = factor.fma(value(values, input + 4 * inputs), sum4);
                sum5 = factor.fma(value(values, input + 5 * inputs), sum5);
                sum6 = factor.fma(value(values, input + 6 * inputs), sum6);
                sum7 = factor.fma(value(values, input + 7 * inputs), sum7);
                at += FullyConnected.BLOCK;
            }
            int stride = bias.length;
            sum0.intoArray(values, to + lane);
            sum1.intoArray(values, to + lane + stride);
            sum2.intoArray(values, to + lane + 2 * stride);
            sum3.intoArray(values, to + lane + 3 * stride);
            sum4.intoArray(values, to + lane + 4 * stride);
            sum5.intoArray(values, to + lane + 5 * stride);
            sum6.intoArray(values, to + lane + 6 * stride);
            sum7.intoArray(values, to + lane + 7 * stride);
        }
    }

    private static FloatVector value(float[] values, int at) {
        return FloatVector.broadcast(SPECIES, values[at]);
    }
}
