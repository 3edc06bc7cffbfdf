package io.psconv.model.format;

import io.psconv.model.network.Architectures;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.network.Network;
import io.psconv.model.pattern.Variant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the metadata of a model file says, read and checked.
 *
 * @param goldenTolerance null where the file has no golden vectors
 */
record ModelHeader(
        Network network, Variant variant, ModelMetadata metadata, @Nullable Float goldenTolerance) {
    private static final Pattern SHAPE = Pattern.compile("(\\d{1,5})x(\\d{1,5})x(\\d{1,5})");
    private static final Set<String> KEYS =
            Set.of(
                    MetadataKeys.FORMAT_VERSION,
                    MetadataKeys.ARCHITECTURE,
                    MetadataKeys.VARIANT,
                    MetadataKeys.DATASET,
                    MetadataKeys.LABELS,
                    MetadataKeys.INPUT_SHAPE,
                    MetadataKeys.MEAN,
                    MetadataKeys.STANDARD_DEVIATION,
                    MetadataKeys.PATTERNS,
                    MetadataKeys.GOLDEN_TOLERANCE);

    static ModelHeader read(SafetensorsFile file) throws MalformedModelException {
        checkVersion(file);
        checkKeys(file);
        Variant variant = required(file, MetadataKeys.VARIANT, Variant::of);
        List<String> labels = required(file, MetadataKeys.LABELS, JsonStrings::read);
        FeatureShape input = required(file, MetadataKeys.INPUT_SHAPE, ModelHeader::shape);
        Network network =
                required(
                        file,
                        MetadataKeys.ARCHITECTURE,
                        name -> Architectures.create(name, input, labels.size()));
        checkPatterns(file, network, variant);
        List<Float> mean = required(file, MetadataKeys.MEAN, NumberLists::read);
        Normalisation normalisation =
                required(
                        file,
                        MetadataKeys.STANDARD_DEVIATION,
                        text -> new Normalisation(mean, NumberLists.read(text)));
        ModelMetadata metadata =
                new ModelMetadata(
                        required(file, MetadataKeys.DATASET, Function.identity()),
                        labels,
                        normalisation,
                        provenance(file));
        return new ModelHeader(network, variant, metadata, tolerance(file));
    }

    private static void checkVersion(SafetensorsFile file) throws MalformedModelException {
        String version = required(file, MetadataKeys.FORMAT_VERSION, Function.identity());
        if (!version.equals(MetadataKeys.CURRENT_VERSION)) {
            throw new MalformedModelException(
                    MetadataKeys.FORMAT_VERSION
                            + " was '"
                            + version
                            + "' but this release reads only '"
                            + MetadataKeys.CURRENT_VERSION
                            + "'; upgrade, or export the model with this release",
                    file.metadataOffset(MetadataKeys.FORMAT_VERSION));
        }
    }

    private static void checkKeys(SafetensorsFile file) throws MalformedModelException {
        for (String key : file.metadata().keySet()) {
            if (key.startsWith(MetadataKeys.PREFIX)
                    && !key.startsWith(MetadataKeys.PROVENANCE_PREFIX)
                    && !KEYS.contains(key)) {
                throw new MalformedModelException(
                        "metadata had a key '"
                                + key
                                + "' but format version "
                                + MetadataKeys.CURRENT_VERSION
                                + " does not know it; remove it or export the model again",
                        file.metadataOffset(key));
            }
        }
    }

    private static void checkPatterns(SafetensorsFile file, Network network, Variant variant)
            throws MalformedModelException {
        List<LayerPattern> stated = required(file, MetadataKeys.PATTERNS, LayerPattern::read);
        List<LayerPattern> meant = LayerPattern.of(network, variant);
        long offset = file.metadataOffset(MetadataKeys.PATTERNS);
        if (stated.size() != meant.size()) {
            throw new MalformedModelException(
                    MetadataKeys.PATTERNS
                            + " had '"
                            + stated.size()
                            + "' layers but variant '"
                            + variant
                            + "' has "
                            + meant.size()
                            + " sparse ones; export the model again",
                    offset);
        }
        for (int layer = 0; layer < meant.size(); layer++) {
            if (!stated.get(layer).equals(meant.get(layer))) {
                throw new MalformedModelException(
                        MetadataKeys.PATTERNS
                                + " of layer '"
                                + meant.get(layer).layer()
                                + "' was '"
                                + stated.get(layer)
                                + "' but variant '"
                                + variant
                                + "' means '"
                                + meant.get(layer)
                                + "'; export the model again",
                        offset);
            }
        }
    }

    private static Map<String, String> provenance(SafetensorsFile file) {
        Map<String, String> provenance = new LinkedHashMap<>();
        file.metadata()
                .forEach(
                        (key, value) -> {
                            if (key.startsWith(MetadataKeys.PROVENANCE_PREFIX)) {
                                provenance.put(
                                        key.substring(MetadataKeys.PROVENANCE_PREFIX.length()),
                                        value);
                            }
                        });
        return provenance;
    }

    private static @Nullable Float tolerance(SafetensorsFile file) throws MalformedModelException {
        if (!file.metadata().containsKey(MetadataKeys.GOLDEN_TOLERANCE)) {
            return null;
        }
        return required(
                file,
                MetadataKeys.GOLDEN_TOLERANCE,
                text -> {
                    List<Float> values = NumberLists.read(text);
                    if (values.size() != 1) {
                        throw new IllegalArgumentException(
                                "tolerance was '" + text + "' but it must be one number");
                    }
                    return values.get(0);
                });
    }

    private static FeatureShape shape(String text) {
        Matcher matcher = SHAPE.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "input shape was '"
                            + text
                            + "' but it must be channels, height and width, for example 3x32x32");
        }
        return new FeatureShape(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3)));
    }

    private static <T> T required(SafetensorsFile file, String key, Function<String, T> read)
            throws MalformedModelException {
        @Nullable String text = file.metadata().get(key);
        if (text == null) {
            throw new MalformedModelException(
                    "metadata key '"
                            + key
                            + "' is missing; the file is no model of this project: import it, or"
                            + " export the model again",
                    file.metadataOffset(key));
        }
        try {
            return read.apply(text);
        } catch (IllegalArgumentException e) {
            throw new MalformedModelException(
                    "metadata key '" + key + "' was wrong: " + e.getMessage(),
                    file.metadataOffset(key),
                    e);
        }
    }
}
