package io.psconv.model.training;

import java.util.Map;

/** One layer of a network in training: what it does for a batch, forward and back. */
interface TrainingStep {
    /** Images of a slot: those whose sums are made one after another, whoever makes them. */
    int SLOT = 16;

    /** Computes the layer's output. */
    void forward(TrainingThreads<Workspace> threads);

    /** Computes gradients of its tensors and gives the input its share. */
    void backward(TrainingThreads<Workspace> threads);

    /** Gradients by tensor name; the same arrays each time. */
    Map<String, float[]> gradients();
}
