package io.psconv.model.training;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A network, its loss and its optimizer: one step after another. Not thread-safe. */
public final class TrainableNetwork implements AutoCloseable {
    private final DifferentiableNetwork network;
    private final SoftmaxCrossEntropy loss;
    private final Sgd optimizer;

    /**
     * Begins with the network's tensors and no momentum.
     *
     * @param network closed with this
     */
    public TrainableNetwork(DifferentiableNetwork network, SgdSettings settings) {
        this.network = network;
        this.loss = new SoftmaxCrossEntropy(settings.labelSmoothing());
        this.optimizer = new Sgd(settings, Sgd.weights(network.network()));
    }

    /**
     * One step of training: forward with the batch's own statistics, softmax cross-entropy,
     * gradients, update.
     *
     * <p>Where the loss is not finite no weight is updated; running statistics are lost then.
     *
     * @param input NCHW {@code (batch, channels, height, width)}, normalised
     * @param labels class by image, from 0
     * @param learningRate of this step
     */
    public StepResult step(float[] input, int[] labels, float learningRate) {
        float[] logits = network.forward(input);
        StepResult result = loss.apply(logits, labels);
        if (Double.isFinite(result.loss())) {
            Map<String, float[]> gradients = network.backward(loss.gradient());
            gradients.forEach(
                    (name, gradient) ->
                            optimizer.update(name, tensor(name), gradient, learningRate));
        }
        return result;
    }

    private float[] tensor(String name) {
        float[] found = network.tensors().get(name);
        if (found == null) {
            throw new IllegalStateException("there is no tensor '" + name + "' to be trained");
        }
        return found;
    }

    /** A copy of every tensor of the model, by name. */
    public Map<String, float[]> tensors() {
        return copy(network.tensors());
    }

    /** A copy of the optimizer's momentum by the name of the trained tensor. */
    public Map<String, float[]> momentum() {
        return copy(optimizer.momentum());
    }

    private static Map<String, float[]> copy(Map<String, float[]> tensors) {
        Map<String, float[]> copies = new LinkedHashMap<>();
        tensors.forEach((name, values) -> copies.put(name, values.clone()));
        return copies;
    }

    /**
     * Goes on from an earlier state.
     *
     * @param tensors as {@link #tensors} gave them
     * @param momentum as {@link #momentum} gave it
     * @throws IllegalArgumentException if a tensor is missing or of another length; nothing is
     *     restored then
     */
    public void restore(Map<String, float[]> tensors, Map<String, float[]> momentum) {
        network.tensors().forEach((name, values) -> check(name, tensors.get(name), values.length));
        momentum.forEach((name, values) -> check(name, values, tensor(name).length));
        network.tensors()
                .forEach(
                        (name, values) ->
                                System.arraycopy(tensors.get(name), 0, values, 0, values.length));
        optimizer.restore(momentum);
    }

    private static void check(String name, float @Nullable [] given, int length) {
        if (given == null || given.length != length) {
            throw new IllegalArgumentException(
                    "tensor '"
                            + name
                            + "' had "
                            + (given == null ? "no" : Integer.toString(given.length))
                            + " values but the network needs "
                            + length);
        }
    }

    @Override
    public void close() {
        network.close();
    }
}
