package io.psconv.operator.state;

import io.psconv.operator.record.TensorBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Batches of tensors: numbers, then the arrays with their lengths. */
public final class TensorBatchSerializer extends VersionedSerializer<TensorBatch> {
    public static final TensorBatchSerializer INSTANCE = new TensorBatchSerializer();

    private static final TensorBatch EMPTY = new TensorBatch(0, 1, new float[0]);

    private TensorBatchSerializer() {}

    @Override
    public int version() {
        return 1;
    }

    @Override
    protected String typeName() {
        return "tensor batch";
    }

    @Override
    protected void write(TensorBatch batch, DataOutputView output) throws IOException {
        output.writeLong(batch.createdMillis());
        output.writeInt(batch.count());
        writeFloats(batch.values(), output);
        writeFloats(batch.scores(), output);
    }

    @Override
    protected TensorBatch read(int version, DataInputView input) throws IOException {
        long created = input.readLong();
        int count = input.readInt();
        try {
            return new TensorBatch(created, count, readFloats(input), readFloats(input));
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static void writeFloats(float[] values, DataOutputView output) throws IOException {
        // One copy of bytes costs less than a call for each value.
        byte[] bytes = new byte[Math.multiplyExact(values.length, Float.BYTES)];
        ByteBuffer.wrap(bytes).asFloatBuffer().put(values);
        Fields.writeBytes(bytes, output);
    }

    private static float[] readFloats(DataInputView input) throws IOException {
        byte[] bytes = Fields.readBytes("values", input);
        if (bytes == null || bytes.length % Float.BYTES != 0) {
            throw new IOException(
                    "values of a tensor batch had "
                            + (bytes == null ? "no" : Integer.toString(bytes.length))
                            + " bytes but there must be four for each");
        }
        float[] values = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).asFloatBuffer().get(values);
        return values;
    }

    @Override
    public TensorBatch createInstance() {
        return EMPTY;
    }

    @Override
    public Snapshot snapshotConfiguration() {
        return new Snapshot();
    }

    /** Kept in savepoints by this name. */
    public static final class Snapshot extends VersionedSnapshot<TensorBatch> {
        public Snapshot() {
            super(INSTANCE);
        }
    }
}
