package io.psconv.model.format;

import io.psconv.model.pattern.Variant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the metadata of a dense weights file may say of the model; every key is optional. */
final class DenseMetadata {
    private static final List<String> MEAN = List.of("norm_mean", "mean");
    private static final List<String> STANDARD_DEVIATION = List.of("norm_std", "std");
    private static final String VARIANT = "variant";
    private static final String CLASSES = "classes";
    private static final String EPSILON = "bn_eps";

    /** Said by the model file itself, in its own words. */
    private static final Set<String> NO_PROVENANCE =
            Set.of(
                    "norm_mean",
                    "mean",
                    "norm_std",
                    "std",
                    VARIANT,
                    CLASSES,
                    EPSILON,
                    "period",
                    "phase_rule",
                    "table",
                    "sparse_layers",
                    "layout",
                    "format");

    private final SafetensorsFile file;

    DenseMetadata(SafetensorsFile file) {
        this.file = file;
    }

    @Nullable Variant variant() throws MalformedModelException {
        return read(List.of(VARIANT), Variant::of);
    }

    @Nullable List<String> labels() throws MalformedModelException {
        return read(List.of(CLASSES), text -> List.of(text.split(",", -1)));
    }

    @Nullable Normalisation normalisation() throws MalformedModelException {
        @Nullable List<Float> mean = read(MEAN, NumberLists::read);
        if (mean == null) {
            return null;
        }
        return read(STANDARD_DEVIATION, text -> new Normalisation(mean, NumberLists.read(text)));
    }

    /** Refuses weights that were trained with another constant in batch normalization. */
    void checkEpsilon() throws MalformedModelException {
        @Nullable List<Float> epsilon = read(List.of(EPSILON), NumberLists::read);
        if (epsilon != null
                && !epsilon.equals(List.of(CompressedModel.BATCH_NORMALIZATION_EPSILON))) {
            throw new MalformedModelException(
                    EPSILON
                            + " was '"
                            + epsilon
                            + "' but models here have "
                            + CompressedModel.BATCH_NORMALIZATION_EPSILON
                            + "; train with that value",
                    file.metadataOffset(EPSILON));
        }
    }

    Map<String, String> provenance() {
        Map<String, String> provenance = new TreeMap<>(file.metadata());
        provenance.keySet().removeAll(NO_PROVENANCE);
        return provenance;
    }

    private <T> @Nullable T read(List<String> keys, Function<String, T> read)
            throws MalformedModelException {
        List<String> present = new ArrayList<>(keys);
        present.retainAll(file.metadata().keySet());
        if (present.isEmpty()) {
            return null;
        }
        String key = present.get(0);
        try {
            return read.apply(file.metadata().getOrDefault(key, ""));
        } catch (IllegalArgumentException e) {
            throw new MalformedModelException(
                    "metadata key '" + key + "' was wrong: " + e.getMessage(),
                    file.metadataOffset(key),
                    e);
        }
    }
}
