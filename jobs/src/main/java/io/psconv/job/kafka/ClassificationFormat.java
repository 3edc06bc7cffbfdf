package io.psconv.job.kafka;

import io.psconv.operator.record.Classification;
import java.util.Locale;

/** How classifications are written; a record shows by its first byte which way it was. */
public enum ClassificationFormat {
    /** A JSON object, see {@link ClassificationJson}. */
    JSON {
        @Override
        public byte[] write(Classification classification, int topK) {
            return ClassificationJson.write(classification, topK);
        }
    },

    /** Avro's single-object encoding, see {@link ClassificationAvro}. */
    AVRO {
        @Override
        public byte[] write(Classification classification, int topK) {
            return ClassificationAvro.write(classification, topK);
        }
    };

    /**
     * The value of one record.
     *
     * @param topK best classes listed at most; a classification may have more where they are needed
     *     on the way
     */
    public abstract byte[] write(Classification classification, int topK);

    /**
     * Reads a value of either format.
     *
     * @throws IllegalArgumentException if it is of neither, or malformed, saying what is wrong
     */
    public static Classification read(byte[] value) {
        return ClassificationAvro.isAvro(value)
                ? ClassificationAvro.read(value)
                : ClassificationJson.read(value);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
