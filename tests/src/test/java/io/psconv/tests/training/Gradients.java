package io.psconv.tests.training;

import io.psconv.model.format.CompressedModel;
import io.psconv.model.training.DifferentiableNetwork;
import io.psconv.model.training.TrainingEngine;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What an engine made of one forward and one backward.
 *
 * @param gradients by trained tensor
 * @param statistics running ones, by name
 */
record Gradients(
        String engine,
        float[] logits,
        Map<String, float[]> gradients,
        Map<String, float[]> statistics) {
    static Gradients of(
            TrainingEngine engine,
            CompressedModel start,
            int batch,
            int threads,
            float[] input,
            float[] upstream) {
        try (DifferentiableNetwork network = engine.open(start, batch, threads)) {
            // The first one meets no leftovers, the second one does.
            network.forward(input);
            network.backward(upstream);
            start.tensors()
                    .forEach(
                            (name, values) ->
                                    System.arraycopy(
                                            values,
                                            0,
                                            network.tensors().get(name),
                                            0,
                                            values.length));
            float[] logits = network.forward(input).clone();
            Map<String, float[]> gradients = copy(network.backward(upstream));
            Map<String, float[]> statistics = copy(network.tensors());
            statistics.keySet().removeIf(name -> !name.contains(".running_"));
            return new Gradients(engine.name(), logits, gradients, statistics);
        }
    }

    private static Map<String, float[]> copy(Map<String, float[]> tensors) {
        Map<String, float[]> copies = new LinkedHashMap<>();
        tensors.forEach((name, values) -> copies.put(name, values.clone()));
        return copies;
    }
}
