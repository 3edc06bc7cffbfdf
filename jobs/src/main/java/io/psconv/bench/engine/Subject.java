package io.psconv.bench.engine;

import io.psconv.model.pattern.Variant;
import org.jspecify.annotations.Nullable;

/**
 * What is compared with others: an engine in a precision, on so many threads, with a network's
 * variant.
 *
 * @param precision {@code fp32}, {@code bf16} or {@code int8}
 */
record Subject(String engine, String precision, int threads, Variant variant) {
    static final String FP32 = "fp32";

    /** The same on another number of threads. */
    Subject on(int others) {
        return new Subject(engine, precision, others, variant);
    }

    /**
     * What is measured: a subject at a batch size.
     *
     * @param layout how the engine keeps its feature maps, where it leaves the choice, or null
     */
    record AtBatch(Subject subject, @Nullable String layout, int batch) {
        @Override
        public String toString() {
            return subject.engine
                    + " "
                    + subject.precision
                    + (layout == null ? "" : " " + layout)
                    + " "
                    + subject.variant
                    + " batch "
                    + batch
                    + " threads "
                    + subject.threads;
        }
    }
}
