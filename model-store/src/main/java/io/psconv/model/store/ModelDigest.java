package io.psconv.model.store;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** SHA-256 of model files, as 64 lower-case hexadecimal digits. */
public final class ModelDigest {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

    private ModelDigest() {}

    /** The digest of a whole file. */
    public static String of(byte[] file) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(file));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256, but this one", e);
        }
    }

    /**
     * Demands the form of a digest.
     *
     * @throws IllegalArgumentException if it is another
     */
    static String check(String digest) {
        if (!FORM.matcher(digest).matches()) {
            throw new IllegalArgumentException(
                    "digest was '"
                            + digest
                            + "' but it must be 64 lower-case hexadecimal digits (SHA-256)");
        }
        return digest;
    }
}
