package io.psconv.model.store;

import java.nio.file.Path;

/**
 * A published version of a model. It never changes.
 *
 * @param version from 1
 * @param path the model file
 * @param digest SHA-256 of the file as recorded when it was published, 64 lower-case hexadecimal
 *     digits
 */
public record StoredModel(String name, int version, Path path, String digest) {
    /** Name of the model file in the folder of a version. */
    public static final String FILE_NAME = "model.safetensors";

    /** Name of the file beside it that records the digest, in the form of {@code sha256sum}. */
    public static final String DIGEST_FILE_NAME = FILE_NAME + ".sha256";

    public StoredModel {
        ModelName.check(name);
        ModelDigest.check(digest);
        if (version < 1) {
            throw new IllegalArgumentException(
                    "version of model '"
                            + name
                            + "' was '"
                            + version
                            + "' but it must be at least 1");
        }
    }

    /** The name by which {@link ModelStore#resolve} finds exactly this version. */
    public String reference() {
        return name + "@" + version;
    }
}
