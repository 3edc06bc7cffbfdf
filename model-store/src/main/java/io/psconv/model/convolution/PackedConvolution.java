package io.psconv.model.convolution;

/** The weights of a convolution as a form wants them; immutable and shared between threads. */
public interface PackedConvolution {
    /** Makes the convolution for one thread and maps of at most {@code maxBatch} images. */
    SparseConvolution forBatch(int maxBatch);
}
