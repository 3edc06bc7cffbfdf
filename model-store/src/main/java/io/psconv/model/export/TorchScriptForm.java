package io.psconv.model.export;

/** How a TorchScript module computes sparse convolutions. */
public enum TorchScriptForm {
    /** As dense ones, with explicit zeros: for any model. */
    DENSE,
    /**
     * As sums of grouped convolutions over small windows, without the zeros: for periodic variants
     * whose filter block is 1.
     */
    GROUPED
}
