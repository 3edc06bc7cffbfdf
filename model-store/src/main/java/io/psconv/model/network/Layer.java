package io.psconv.model.network;

/**
 * One step of a network: what it reads and the shape of what it makes.
 *
 * <p>A layer's name is the prefix of its tensors in PyTorch's naming, for example {@code
 * layer2.0.conv1}.
 */
public sealed interface Layer
        permits ConvolutionLayer,
                MaxPoolLayer,
                AveragePoolLayer,
                PaddedSubsampleLayer,
                FullyConnectedLayer {
    /** Unique within the network. */
    String name();

    /** Name of the layer read, or {@link Network#INPUT}. */
    String input();

    /** Shape made from one image of shape {@code input}. */
    FeatureShape outputShape(FeatureShape input);
}
