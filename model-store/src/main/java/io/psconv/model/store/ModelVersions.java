package io.psconv.model.store;

import java.util.List;

/**
 * A model of a store with its versions.
 *
 * @param versions ascending, at least one
 */
public record ModelVersions(String name, List<Integer> versions) {
    public ModelVersions {
        versions = versions.stream().sorted().toList();
        if (versions.isEmpty()) {
            throw new IllegalArgumentException(
                    "versions of model '" + name + "' were empty but there must be at least one");
        }
    }

    /** The highest version. */
    public int newest() {
        return versions.get(versions.size() - 1);
    }
}
