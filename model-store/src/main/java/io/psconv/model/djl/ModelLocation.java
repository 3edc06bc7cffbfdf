package io.psconv.model.djl;

import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.MalformedModelException;
import io.psconv.model.format.ModelFileReader;
import io.psconv.model.store.ModelDigest;
import io.psconv.model.store.StoredModel;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a model file lies, found from what DJL was given.
 *
 * @param file the model file
 */
record ModelLocation(Path file) {
    private static final Pattern VERSION = Pattern.compile("[1-9][0-9]{0,8}");
    private static final String DIGEST_SUFFIX =
            StoredModel.DIGEST_FILE_NAME.substring(StoredModel.FILE_NAME.length());
    private static final int LONGEST_DIGEST_FILE = 1024;

    /**
     * Takes a file as it is, a folder for the model file in it or in its newest version, and a
     * store's root for the model that is named.
     *
     * @param name the model below the path, {@code name} or {@code name/version}; null for none
     * @throws FileNotFoundException if there is no model
     */
    static ModelLocation of(Path path, @Nullable String name) throws IOException {
        if (Files.isRegularFile(path)) {
            return new ModelLocation(path.toAbsolutePath());
        }
        Path folder = path.toAbsolutePath().normalize();
        Optional<Path> found = modelIn(folder);
        if (found.isEmpty() && name != null) {
            Path named = folder.resolve(name).normalize();
            found = named.startsWith(folder) ? modelIn(named) : Optional.empty();
        }
        return new ModelLocation(
                found.orElseThrow(
                        () ->
                                new FileNotFoundException(
                                        "model path was '"
                                                + path
                                                + "' but there is neither a model file nor a folder"
                                                + " with "
                                                + StoredModel.FILE_NAME
                                                + " or <version>/"
                                                + StoredModel.FILE_NAME
                                                + "; correct the path")));
    }

    /**
     * Reads the model, after comparing the file with the digest beside it, if there is one.
     *
     * @throws MalformedModelException if the file was changed or is not sound
     */
    CompressedModel read() throws IOException, MalformedModelException {
        ModelFileReader reader = new ModelFileReader();
        byte[] bytes = reader.readBytes(file);
        checkDigest(bytes);
        return reader.read(bytes);
    }

    /** The folder the file lies in. */
    Path folder() {
        Path folder = file.getParent();
        return folder == null ? file : folder;
    }

    private void checkDigest(byte[] bytes) throws IOException, MalformedModelException {
        Path record = file.resolveSibling(file.getFileName() + DIGEST_SUFFIX);
        if (!Files.isRegularFile(record) || Files.size(record) > LONGEST_DIGEST_FILE) {
            return;
        }
        String line = Files.readString(record, StandardCharsets.ISO_8859_1).strip();
        String recorded = line.split("\\s+", 2)[0];
        String digest = ModelDigest.of(bytes);
        if (!digest.equals(recorded)) {
            throw new MalformedModelException(
                    "digest of '"
                            + file
                            + "' was '"
                            + digest
                            + "' but '"
                            + recorded
                            + "' is recorded beside it; the file was changed or damaged: publish it"
                            + " again",
                    0);
        }
    }

    private static Optional<Path> modelIn(Path folder) throws IOException {
        Path file = folder.resolve(StoredModel.FILE_NAME);
        if (Files.isRegularFile(file)) {
            return Optional.of(file);
        }
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(folder)) {
            return versions.filter(ModelLocation::isVersion)
                    .map(version -> version.resolve(StoredModel.FILE_NAME))
                    .filter(Files::isRegularFile)
                    .max(Comparator.comparingInt(ModelLocation::version));
        }
    }

    private static boolean isVersion(Path folder) {
        return VERSION.matcher(folder.getFileName().toString()).matches();
    }

    private static int version(Path file) {
        Path folder = file.getName(file.getNameCount() - 2);
        return Integer.parseInt(folder.toString());
    }
}
