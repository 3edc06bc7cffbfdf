package io.psconv.model.convolution;

/** One way of executing convolutions. */
public interface ConvolutionForm {
    /** {@code scalar} or {@code vector}. */
    String name();

    /** What the form runs on, for the log, for example {@code 16 lanes of 32 bits}. */
    String description();

    /** Values that the form computes at once. */
    int lanes();

    /** Whether {@link FeatureMaps.Layout#INTERLEAVED} maps pay. */
    boolean interleaves();

    /**
     * Brings weights into the form's order.
     *
     * @throws IllegalArgumentException if the weights disagree with the shape
     */
    PackedConvolution pack(ConvolutionShape shape, ConvolutionWeights weights);
}
