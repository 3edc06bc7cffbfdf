package io.psconv.operator.record;

import java.io.Serializable;

/**
 * One version of a stored model, and the file that was meant by it.
 *
 * @param name model name in the store
 * @param version model version in the store
 * @param digest SHA-256 of the model file, which every user of it checks
 */
public record ModelReference(String name, int version, String digest) implements Serializable {
    /** {@code name@version}. */
    @Override
    public String toString() {
        return name + "@" + version;
    }
}
