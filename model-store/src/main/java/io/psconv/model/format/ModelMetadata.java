package io.psconv.model.format;

import java.util.List;
import java.util.Map;

/**
 * What a model file says of itself beside its tensors.
 *
 * @param dataset what the model was trained on, for example {@code cifar10}
 * @param labels class names in the order of the logits
 * @param normalisation how pixels become input
 * @param provenance free text by key: recipe, epochs, accuracy, source, licence
 */
public record ModelMetadata(
        String dataset,
        List<String> labels,
        Normalisation normalisation,
        Map<String, String> provenance) {
    public ModelMetadata {
        labels = List.copyOf(labels);
        provenance = Map.copyOf(provenance);
    }
}
