package io.psconv.bench.onednn;

import org.bytedeco.dnnl.memory;

/** What convolutions multiply; sums and the last layer's output are 32-bit floats or integers. */
public enum OneDnnPrecision {
    FP32("fp32"),
    BF16("bf16"),
    /**
     * Unsigned activations (signed without a ReLU before) times signed weights, scaled by one
     * factor a feature map and one a filter.
     */
    INT8("int8");

    private final String label;

    OneDnnPrecision(String label) {
        this.label = label;
    }

    /** For tables, for example {@code bf16}. */
    public String label() {
        return label;
    }

    memory.data_type weights() {
        return switch (this) {
            case FP32 -> memory.data_type.f32;
            case BF16 -> memory.data_type.bf16;
            case INT8 -> memory.data_type.s8;
        };
    }

    /** Of feature maps; {@code signed} if they may be negative. */
    memory.data_type maps(boolean signed) {
        return switch (this) {
            case FP32 -> memory.data_type.f32;
            case BF16 -> memory.data_type.bf16;
            case INT8 -> signed ? memory.data_type.s8 : memory.data_type.u8;
        };
    }
}
