package io.psconv.model.training;

import io.psconv.model.network.Network;
import java.util.Map;

/**
 * A network in training mode between its input and its logits. Not thread-safe.
 *
 * <p>Tensors go by the names and in the forms that model files have: sparse layers as {@code
 * (filters, valuesPerFilter)} in canonical order, everything else as PyTorch does. Batch
 * normalization takes the batch's own statistics, the biased variance, and moves the running ones
 * by a tenth towards them, there with the unbiased variance, as PyTorch does.
 */
public interface DifferentiableNetwork extends AutoCloseable {
    /** What is trained. */
    Network network();

    /**
     * The tensors themselves, by name: who changes a trained one between {@link #backward} and
     * {@link #forward} changes the network.
     */
    Map<String, float[]> tensors();

    /**
     * Computes logits and moves running statistics.
     *
     * @param input NCHW {@code (batch, channels, height, width)}, normalised; not modified
     * @return {@code (batch, classes)}, overwritten by the next call
     */
    float[] forward(float[] input);

    /**
     * Computes gradients of what {@link #forward} computed last.
     *
     * @param upstream gradient of the loss by the logits, {@code (batch, classes)}; not modified
     * @return gradient by the name of each trained tensor, in its form; overwritten by the next
     *     call. Running statistics have none.
     */
    Map<String, float[]> backward(float[] upstream);

    @Override
    void close();
}
