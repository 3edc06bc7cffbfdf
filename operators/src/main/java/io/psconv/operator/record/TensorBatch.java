package io.psconv.operator.record;

/**
 * Some inputs of a network that travel together, before and after they are scored.
 *
 * @param createdMillis when the inputs were made, milliseconds since 1970 UTC
 * @param count inputs in the batch, at least 1
 * @param values {@code (count, values of an input)}; not to be modified
 * @param scores {@code (count, classes)}, empty before scoring; not to be modified
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; copying them would be measured
public record TensorBatch(long createdMillis, int count, float[] values, float[] scores) {
    private static final float[] NONE = {};

    public TensorBatch {
        if (count < 1 || values.length % count != 0 || scores.length % count != 0) {
            throw new IllegalArgumentException(
                    "a batch of "
                            + count
                            + " inputs had "
                            + values.length
                            + " values and "
                            + scores.length
                            + " scores but it must have at least one input, and as many of each"
                            + " for every input");
        }
    }

    /** A batch that is not scored yet. */
    public TensorBatch(long createdMillis, int count, float[] values) {
        this(createdMillis, count, values, NONE);
    }

    /** Values of one input. */
    public int length() {
        return values.length / count;
    }

    /** Whether there are scores. */
    public boolean isScored() {
        return scores.length > 0;
    }

    /** The same inputs with their scores. */
    public TensorBatch withScores(float[] made) {
        return new TensorBatch(createdMillis, count, values, made);
    }
}
