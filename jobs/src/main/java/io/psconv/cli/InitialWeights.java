package io.psconv.cli;

import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.ModelMetadata;
import io.psconv.model.format.Normalisation;
import io.psconv.model.network.FullyConnectedLayer;
import io.psconv.model.network.Network;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * Weights to begin a training with, taken from a trained model.
 *
 * @param model network and labels of the training, normalisation of the trained model
 * @param newLayers whether the last layer begins anew, since the classes are others
 */
record InitialWeights(CompressedModel model, boolean newLayers) {
    /**
     * Takes what fits.
     *
     * @param trained where weights come from
     * @param untrained network, labels and random weights of the training
     * @throws IllegalArgumentException if network, input or variant are others
     */
    static InitialWeights of(CompressedModel trained, CompressedModel untrained) {
        check("network", trained.network().architecture(), untrained.network().architecture());
        check(
                "input",
                trained.network().input().toString(),
                untrained.network().input().toString());
        check("variant", trained.variant().name(), untrained.variant().name());
        List<String> labels = trained.metadata().labels();
        List<String> wanted = untrained.metadata().labels();
        boolean same = labels.size() == wanted.size() && new HashSet<>(labels).containsAll(wanted);
        Map<String, float[]> tensors = new HashMap<>(trained.tensors());
        if (!same) {
            for (String name : lastLayers(untrained.network())) {
                tensors.put(name, untrained.tensor(name));
            }
        }
        Normalisation normalisation = trained.metadata().normalisation();
        ModelMetadata metadata =
                new ModelMetadata(
                        untrained.metadata().dataset(),
                        same ? labels : wanted,
                        normalisation,
                        Map.of());
        return new InitialWeights(
                new CompressedModel(
                        untrained.network(), untrained.variant(), metadata, tensors, null),
                !same);
    }

    private static List<String> lastLayers(Network network) {
        return network.layers().stream()
                .filter(FullyConnectedLayer.class::isInstance)
                .flatMap(
                        layer -> List.of(layer.name() + ".weight", layer.name() + ".bias").stream())
                .toList();
    }

    private static void check(String what, String given, String wanted) {
        if (!given.equals(wanted)) {
            throw new IllegalArgumentException(
                    what
                            + " of the initial model was '"
                            + given
                            + "' but the training's is '"
                            + wanted
                            + "'"
                            + (what.equals("variant") ? "; psconv compress changes it" : ""));
        }
    }
}
