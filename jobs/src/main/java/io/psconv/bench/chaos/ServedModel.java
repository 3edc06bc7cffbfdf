package io.psconv.bench.chaos;

/**
 * A version of a model, as results and decisions name it.
 *
 * @param digest SHA-256 of its file
 */
record ServedModel(String name, int version, String digest) {
    @Override
    public String toString() {
        return name + "@" + version;
    }
}
