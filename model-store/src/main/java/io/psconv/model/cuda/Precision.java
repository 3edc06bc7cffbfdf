package io.psconv.model.cuda;

/** What a device holds weights and feature maps in; sums are single precision in both. */
enum Precision {
    /** Plain multiply-adds in single precision: agrees with the JVM engine within rounding. */
    FP32(4),
    /** Half precision into tensor cores. */
    FP16(2);

    private final int bytes;

    Precision(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes of one value. */
    int bytes() {
        return bytes;
    }
}
