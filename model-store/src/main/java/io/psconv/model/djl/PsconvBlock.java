package io.psconv.model.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractSymbolBlock;
import ai.djl.nn.ParameterList;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.psconv.model.engine.LoadedModel;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.network.Network;
import java.io.DataOutputStream;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A loaded network as a block: normalised images in, logits out.
 *
 * <p>Input is one float32 array {@code (batch, channels, height, width)}, output one of {@code
 * (batch, classes)}. A batch may have any size; results are the same bits whatever it is split
 * into. Safe to share between threads.
 */
final class PsconvBlock extends AbstractSymbolBlock implements AutoCloseable {
    private static final String INPUT_NAME = "data";
    private static final String OUTPUT_NAME = "logits";

    private final LoadedModel model;
    private final FeatureShape input;
    private final int classes;
    private final ClassifierPool single;
    private final ClassifierPool batched;

    PsconvBlock(LoadedModel model, int maxBatch) {
        Network network = model.model().network();
        this.model = model;
        this.input = network.input();
        this.classes = network.classes();
        this.single = new ClassifierPool(model, 1);
        this.batched = new ClassifierPool(model, maxBatch);
        this.inputNames = List.of(INPUT_NAME);
        this.inputShapes = new Shape[] {imagesShape(-1)};
        this.outputDataTypes = new DataType[] {DataType.FLOAT32};
    }

    LoadedModel model() {
        return model;
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameterStore,
            NDList inputs,
            boolean training,
            @Nullable PairList<String, Object> params) {
        if (training) {
            throw PsconvEngine.noTraining();
        }
        int batch = checkedBatch(inputs);
        float[] logits = logits(inputs.head().toFloatArray(), batch);
        return new NDList(parameterStore.getManager().create(logits, new Shape(batch, classes)));
    }

    @Override
    public ParameterList getDirectParameters() {
        // Weights are stored values without a dense array, so DJL has none to show.
        return new ParameterList();
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {new Shape(inputShapes[0].get(0), classes)};
    }

    @Override
    public PairList<String, Shape> describeOutput() {
        return new PairList<>(List.of(OUTPUT_NAME), List.of(new Shape(-1, classes)));
    }

    @Override
    public void saveParameters(DataOutputStream os) {
        throw new UnsupportedOperationException(
                "a pSConv block has no parameters of DJL's to save; copy the model file");
    }

    @Override
    public void close() {
        single.close();
        batched.close();
        model.close();
    }

    private float[] logits(float[] images, int batch) {
        float[] logits = new float[batch * classes];
        if (batch == 1) {
            single.classify(images, 1, logits);
            return logits;
        }
        int most = batched.maxBatch();
        float[] part = new float[Math.min(most, batch) * classes];
        for (int from = 0; from < batch; from += most) {
            int count = Math.min(most, batch - from);
            batched.classify(partOf(images, from, count, batch), count, part);
            System.arraycopy(part, 0, logits, from * classes, count * classes);
        }
        return logits;
    }

    private float[] partOf(float[] images, int from, int count, int batch) {
        int length = input.length();
        return count == batch
                ? images
                : Arrays.copyOfRange(images, from * length, (from + count) * length);
    }

    private int checkedBatch(NDList inputs) {
        if (inputs.size() != 1) {
            throw new IllegalArgumentException(
                    "input had '"
                            + inputs.size()
                            + "' arrays but it must be one of shape "
                            + imagesShape(-1));
        }
        NDArray images = inputs.head();
        if (images.getDataType() != DataType.FLOAT32) {
            throw new IllegalArgumentException(
                    "data type of the input was '"
                            + images.getDataType()
                            + "' but it must be float32, normalised as the model says");
        }
        Shape shape = images.getShape();
        if (shape.dimension() != 4 || !shape.equals(imagesShape(shape.get(0)))) {
            throw new IllegalArgumentException(
                    "shape of the input was '"
                            + shape
                            + "' but it must be "
                            + imagesShape(-1)
                            + ": batch, channels, height, width");
        }
        return Math.toIntExact(shape.get(0));
    }

    private Shape imagesShape(long batch) {
        return new Shape(batch, input.channels(), input.height(), input.width());
    }
}
