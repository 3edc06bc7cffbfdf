package io.psconv.model.cuda;

import io.psconv.model.cuda.DeviceBuffer.Constant;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.FoldedConvolution;
import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.network.FullyConnectedLayer;
import io.psconv.model.network.PaddedSubsampleLayer;
import io.psconv.model.pattern.SupportPattern;
import java.util.HashMap;
import java.util.Map;

/**
 * Plans a model's forward on a device.
 *
 * <p>Feature maps are NHWC with channels in the {@link ChannelOrder} of the variant's period; a
 * convolution reads stored values only. Weights and tables are made once and shared by the programs
 * of all batches. Not thread-safe.
 */
final class CudaProgramBuilder {
    private final CompressedModel model;
    private final Precision precision;
    private final DeviceLimits limits;
    private final Map<String, ConvolutionTables> tables = new HashMap<>();
    private final Map<String, Constant> constants = new HashMap<>();

    /** For any device that runs the kernels. */
    CudaProgramBuilder(CompressedModel model, Precision precision) {
        this(model, precision, DeviceLimits.COMMON);
    }

    /**
     * For one device.
     *
     * @throws IllegalArgumentException if the variant's supports are not periodic
     */
    CudaProgramBuilder(CompressedModel model, Precision precision, DeviceLimits limits) {
        this.model = model;
        this.precision = precision;
        this.limits = limits;
        for (ConvolutionLayer layer : model.network().convolutions()) {
            if (layer.sparse() && model.variant().randomKernelSupportSize().isPresent()) {
                throw new IllegalArgumentException(
                        "layer '"
                                + layer.name()
                                + "' has the random supports of variant '"
                                + model.variant()
                                + "' but the kernels for CUDA need periodic or dense ones;"
                                + " classify with engine 'jvm'");
            }
        }
    }

    /**
     * Plans the forward of a batch.
     *
     * @param images at least 1
     * @throws IllegalArgumentException if a layer cannot run; the message names it
     */
    DeviceProgram build(int images) {
        return new ProgramPlan(this, images).program();
    }

    /** What a forward of a batch moves and computes at least, counted, not measured. */
    ProgramCost cost(int images) {
        return new ProgramPlan(this, images).cost();
    }

    CompressedModel model() {
        return model;
    }

    Precision precision() {
        return precision;
    }

    DeviceLimits limits() {
        return limits;
    }

    /** The order that a layer's maps have their channels in. */
    ChannelOrder order(int channels) {
        return new ChannelOrder(
                channels, model.variant().pattern().map(SupportPattern::period).orElse(1));
    }

    ConvolutionTables tables(ConvolutionLayer layer, ChannelOrder input, ChannelOrder output) {
        return tables.computeIfAbsent(layer.name(), name -> newTables(layer, input, output));
    }

    private ConvolutionTables newTables(
            ConvolutionLayer layer, ChannelOrder input, ChannelOrder output) {
        FoldedConvolution folded = FoldedConvolution.of(model, layer);
        FilterGroups filters =
                new FilterGroups(
                        layer,
                        layer.kernelSize() == 3 ? model.supports(layer) : null,
                        input,
                        output,
                        folded.values());
        int width = model.network().shapes().of(layer.input()).width();
        TableBuilder builder = new TableBuilder(layer.name(), filters, output, folded.bias());
        return precision == Precision.FP16
                ? builder.half(width, TensorCoreTiling.pixelBytes(input.size(), layer.stride()))
                : builder.single(width, input.size());
    }

    /** Weights by output, then input in the order of its memory; zero for padding. */
    Constant connectedWeights(FullyConnectedLayer layer, DeviceMap input) {
        return constants.computeIfAbsent(
                layer.name() + " weights",
                name -> new Constant(name, Bytes.of(connectedValues(layer, input))));
    }

    private float[] connectedValues(FullyConnectedLayer layer, DeviceMap input) {
        float[] weights = model.tensor(layer.name() + ".weight");
        if (input.form() != DeviceMap.Form.MAPS) {
            return weights;
        }
        FeatureShape shape = input.shape();
        int pixels = shape.height() * shape.width();
        int inputs = input.values();
        float[] ordered = new float[Math.multiplyExact(layer.outputs(), inputs)];
        for (int output = 0; output < layer.outputs(); output++) {
            for (int channel = 0; channel < shape.channels(); channel++) {
                for (int pixel = 0; pixel < pixels; pixel++) {
                    ordered[
                                    output * inputs
                                            + pixel * input.order().size()
                                            + input.order().position(channel)] =
                            weights[output * layer.inputs() + channel * pixels + pixel];
                }
            }
        }
        return ordered;
    }

    Constant connectedBias(FullyConnectedLayer layer) {
        return constants.computeIfAbsent(
                layer.name() + " bias",
                name -> new Constant(name, Bytes.of(model.tensor(layer.name() + ".bias"))));
    }

    /** By output channel the input channel that a shortcut copies, or -1. */
    Constant sources(PaddedSubsampleLayer layer, DeviceMap input, DeviceMap output) {
        return constants.computeIfAbsent(
                layer.name() + " sources",
                name -> new Constant(name, Bytes.of(newSources(input, output))));
    }

    private static int[] newSources(DeviceMap from, DeviceMap to) {
        ChannelOrder input = from.order();
        ChannelOrder output = to.order();
        int channels = from.shape().channels();
        int front = (to.shape().channels() - channels) / 2;
        int[] sources = new int[output.size()];
        for (int position = 0; position < sources.length; position++) {
            int channel = output.channel(position);
            int source = channel == ChannelOrder.NONE ? ChannelOrder.NONE : channel - front;
            sources[position] =
                    source < 0 || source >= channels ? ChannelOrder.NONE : input.position(source);
        }
        return sources;
    }
}
