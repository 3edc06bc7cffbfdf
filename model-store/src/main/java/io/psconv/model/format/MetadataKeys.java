package io.psconv.model.format;

/** Keys of a model file's {@code __metadata__}; those without the prefix are other tools'. */
final class MetadataKeys {
    static final String PREFIX = "psconv.";
    static final String FORMAT_VERSION = PREFIX + "format-version";
    static final String ARCHITECTURE = PREFIX + "architecture";
    static final String VARIANT = PREFIX + "variant";
    static final String DATASET = PREFIX + "dataset";

    /** JSON array of class names. */
    static final String LABELS = PREFIX + "labels";

    /** Channels, height and width, for example {@code 3x32x32}. */
    static final String INPUT_SHAPE = PREFIX + "input-shape";

    /** Numbers by channel, with commas between them. */
    static final String MEAN = PREFIX + "normalisation.mean";

    static final String STANDARD_DEVIATION = PREFIX + "normalisation.standard-deviation";

    /** JSON array, one object for each sparse layer; see {@link LayerPattern}. */
    static final String PATTERNS = PREFIX + "patterns";

    static final String GOLDEN_TOLERANCE = PREFIX + "golden.tolerance.fp32";
    static final String PROVENANCE_PREFIX = PREFIX + "provenance.";

    /** The format version that is written, and the only one that is read. */
    static final String CURRENT_VERSION = "1";

    private MetadataKeys() {}
}
