package io.psconv.model.dataset;

/**
 * A file in a tar archive.
 *
 * @param name path in the archive, with {@code /} between folders
 * @param size bytes
 */
record TarEntry(String name, int size) {
    String fileName() {
        return name.substring(name.lastIndexOf('/') + 1);
    }
}
