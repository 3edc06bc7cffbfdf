package io.psconv.model.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.psconv.model.pattern.LayerSupports;
import io.psconv.model.pattern.SupportSet;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A tensor in memory that PyTorch reads and writes, dense, and how its values lie in a model.
 *
 * <p>On the CPU arrays share this memory, so that what is put here is what PyTorch sees; a device
 * gets a copy.
 */
final class HostTensor {
    private final Shape shape;
    private final ByteBuffer bytes;
    private final FloatBuffer dense;
    private final int @Nullable [] stored;

    /**
     * Makes one of zeros.
     *
     * @param shape dense
     * @param stored dense position of each value of the model, or null if it stores them all
     */
    HostTensor(Shape shape, int @Nullable [] stored) {
        this.shape = shape;
        int length = Math.toIntExact(shape.size());
        this.bytes =
                ByteBuffer.allocateDirect(Math.multiplyExact(length, Float.BYTES))
                        .order(ByteOrder.nativeOrder());
        this.dense = bytes.asFloatBuffer();
        this.stored = stored;
    }

    /** Positions in OIHW weights of the values in canonical order. */
    static int[] positions(LayerSupports supports) {
        int[] positions = new int[supports.filters() * supports.valuesPerFilter()];
        int next = 0;
        for (int kernel = 0; kernel < supports.filters() * supports.inChannels(); kernel++) {
            SupportSet set =
                    supports.supportSet(
                            kernel / supports.inChannels(), kernel % supports.inChannels());
            for (int position = 0; position < SupportSet.POSITIONS; position++) {
                if (set.contains(position)) {
                    positions[next++] = kernel * SupportSet.POSITIONS + position;
                }
            }
        }
        return positions;
    }

    /** Takes over the model's values; what is not stored stays zero. */
    void put(float[] values) {
        if (stored == null) {
            dense.put(0, values);
            return;
        }
        for (int index = 0; index < values.length; index++) {
            dense.put(stored[index], values[index]);
        }
    }

    /** An array of what is in here, which lives as long as the manager. */
    NDArray array(NDManager manager) {
        return manager.create(bytes, shape, DataType.FLOAT32);
    }

    /** Takes the model's values out of a dense array of this tensor's shape. */
    void read(NDArray array, float[] values) {
        FloatBuffer from = array.toByteBuffer(true).asFloatBuffer();
        if (stored == null) {
            from.get(values);
            return;
        }
        for (int index = 0; index < values.length; index++) {
            values[index] = from.get(stored[index]);
        }
    }
}
