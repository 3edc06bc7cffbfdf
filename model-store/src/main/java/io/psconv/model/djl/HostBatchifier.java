package io.psconv.model.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.Batchifier;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Stacks arrays by copying their bytes, where DJL's own batchifier has an engine compute it. */
final class HostBatchifier implements Batchifier {
    static final HostBatchifier INSTANCE = new HostBatchifier();

    private static final long serialVersionUID = 1;

    private HostBatchifier() {}

    @Override
    public NDList batchify(NDList[] inputs) {
        NDList stacked = new NDList();
        if (inputs.length == 0) {
            return stacked;
        }
        for (int kind = 0; kind < inputs[0].size(); kind++) {
            stacked.add(stack(inputs, kind));
        }
        return stacked;
    }

    @Override
    public NDList[] unbatchify(NDList inputs) {
        int batch = inputs.isEmpty() ? 0 : Math.toIntExact(inputs.head().getShape().get(0));
        NDList[] single = new NDList[batch];
        for (int item = 0; item < batch; item++) {
            single[item] = new NDList(inputs.size());
            for (NDArray array : inputs) {
                single[item].add(item(array, item, batch));
            }
        }
        return single;
    }

    private static NDArray stack(NDList[] inputs, int kind) {
        NDArray first = inputs[0].get(kind);
        Shape shape = first.getShape();
        DataType type = first.getDataType();
        int length = Math.toIntExact(shape.size() * type.getNumOfBytes());
        ByteBuffer all = allocate(Math.multiplyExact(inputs.length, length));
        for (NDList input : inputs) {
            NDArray array = input.get(kind);
            if (input.size() != inputs[0].size()
                    || !array.getShape().equals(shape)
                    || array.getDataType() != type) {
                throw new IllegalArgumentException(
                        "array "
                                + kind
                                + " of the batch was '"
                                + array.getShape()
                                + " "
                                + array.getDataType()
                                + "' but others are "
                                + shape
                                + " "
                                + type
                                + "; a batch must be of one shape and type");
            }
            all.put(array.toByteBuffer().duplicate());
        }
        NDManager manager = first.getManager();
        NDArray stacked = manager.create(all.flip(), new Shape(inputs.length).addAll(shape), type);
        stacked.setName(first.getName());
        return stacked;
    }

    private static NDArray item(NDArray array, int item, int batch) {
        ByteBuffer all = array.toByteBuffer().duplicate();
        int length = all.remaining() / batch;
        ByteBuffer own = allocate(length);
        own.put(all.slice(all.position() + item * length, length)).flip();
        NDArray made =
                array.getManager().create(own, array.getShape().slice(1), array.getDataType());
        made.setName(array.getName());
        return made;
    }

    private static ByteBuffer allocate(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.nativeOrder());
    }
}
