package io.psconv.model.format;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a model is, as text by key, in the form that model files and exports have in common.
 *
 * <p>Keys begin with {@code psconv.}: architecture, variant, data set, class labels (a JSON array),
 * input shape, normalisation by channel, and one key for each entry of the provenance.
 */
public final class ModelDescription {
    private ModelDescription() {}

    /** Describes a model; always in the same order. */
    public static Map<String, String> of(CompressedModel model) {
        ModelMetadata metadata = model.metadata();
        Normalisation normalisation = metadata.normalisation();
        Map<String, String> description = new LinkedHashMap<>();
        description.put(MetadataKeys.ARCHITECTURE, model.network().architecture());
        description.put(MetadataKeys.VARIANT, model.variant().name());
        description.put(MetadataKeys.DATASET, metadata.dataset());
        description.put(MetadataKeys.LABELS, JsonStrings.write(metadata.labels()));
        description.put(MetadataKeys.INPUT_SHAPE, model.network().input().toString());
        description.put(MetadataKeys.MEAN, joined(normalisation.mean()));
        description.put(MetadataKeys.STANDARD_DEVIATION, joined(normalisation.standardDeviation()));
        new TreeMap<>(metadata.provenance())
                .forEach(
                        (key, value) ->
                                description.put(MetadataKeys.PROVENANCE_PREFIX + key, value));
        return description;
    }

    private static String joined(List<Float> values) {
        return values.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
}
