package io.psconv.model.store;

import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.MalformedModelException;
import io.psconv.model.format.ModelFileReader;
import io.psconv.model.format.ModelFileWriter;
import io.psconv.model.format.ReadLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A folder tree of published models: {@code <name>/<version>/model.safetensors} and its digest.
 *
 * <p>A version is written beside the others under a hidden name, forced to the device and renamed
 * into place, so that it is there whole or not at all; then it never changes. Several processes may
 * publish at once: who finds a number taken takes the next one. What a killed publisher leaves has
 * a hidden name, and nothing here looks at it. Safe to share between threads.
 *
 * <p>Nothing outside of the folder is read or written: names cannot contain separators, and a
 * symbolic link in the tree may lead to another place in it, not out of it. The folder itself may
 * be reached by a link. Who can write to the tree while it is used can still exchange files, which
 * is what digests are for.
 */
public final class ModelStore {
    private static final Pattern VERSION = Pattern.compile("[1-9][0-9]{0,8}");
    private static final Pattern REFERENCE = Pattern.compile("(?<name>[^@]*)@(?<version>.*)");
    private static final String TEMPORARY_PREFIX = ".publishing-";

    private final Path root;
    private final ModelFileReader reader;

    /** Opens a store; the folder may be missing until something is published. */
    public ModelStore(Path root) {
        this(root, ReadLimits.DEFAULT);
    }

    /** Opens a store whose files are read within limits. */
    public ModelStore(Path root, ReadLimits limits) {
        this.root = root;
        this.reader = new ModelFileReader(limits);
    }

    /**
     * Demands the form that names of models have, before work is done for one.
     *
     * @throws IllegalArgumentException if the name has another
     */
    public static void checkName(String name) {
        ModelName.check(name);
    }

    /**
     * Publishes a model as the next version of a name, the first being 1.
     *
     * @throws IOException if the store cannot be written
     * @throws IllegalArgumentException if the name has another form than names have
     */
    public StoredModel publish(String name, CompressedModel model) throws IOException {
        return publish(name, model, new ModelFileWriter());
    }

    /**
     * Publishes a model in the form that a writer gives it.
     *
     * @throws IOException if the store cannot be written
     * @throws IllegalArgumentException if the name has another form than names have
     */
    public StoredModel publish(String name, CompressedModel model, ModelFileWriter writer)
            throws IOException {
        return publish(name, writer.toBytes(model));
    }

    /**
     * Publishes a model file byte for byte.
     *
     * @param file of a sound model, which is the caller's to check
     * @throws IOException if the store cannot be written
     * @throws IllegalArgumentException if the name has another form than names have
     */
    public StoredModel publish(String name, byte[] file) throws IOException {
        return publish(name, file, Map.of());
    }

    /**
     * Publishes a model file byte for byte, with others that tell of it.
     *
     * @param file of a sound model, which is the caller's to check
     * @param companions content by file name, of the form that model names have; put beside the
     *     model and like it never changed
     * @throws IOException if the store cannot be written
     * @throws IllegalArgumentException if a name has another form, or is that of the model's files
     */
    public StoredModel publish(String name, byte[] file, Map<String, byte[]> companions)
            throws IOException {
        ModelName.check(name);
        companions.keySet().forEach(ModelStore::checkCompanion);
        String digest = ModelDigest.of(file);
        Path models = Files.createDirectories(root.resolve(name));
        if (!isInside(models)) {
            throw new IOException(leadsOut(models));
        }
        DurableFiles.forceFolder(root);
        Path temporary = Files.createTempDirectory(root, TEMPORARY_PREFIX);
        try {
            // Temporary folders are private to their user; a published one is not.
            Path complete = Files.createDirectory(temporary.resolve("version"));
            DurableFiles.write(complete.resolve(StoredModel.FILE_NAME), file);
            DurableFiles.write(
                    complete.resolve(StoredModel.DIGEST_FILE_NAME),
                    (digest + "  " + StoredModel.FILE_NAME + "\n")
                            .getBytes(StandardCharsets.US_ASCII));
            for (Map.Entry<String, byte[]> companion : companions.entrySet()) {
                DurableFiles.write(complete.resolve(companion.getKey()), companion.getValue());
            }
            DurableFiles.forceFolder(complete);
            int version = moveToNextVersion(complete, models);
            DurableFiles.forceFolder(models);
            return new StoredModel(name, version, file(name, version), digest);
        } finally {
            DurableFiles.deleteTree(temporary);
        }
    }

    /**
     * Lists the models by name, each with its versions ascending.
     *
     * @throws IOException if the store cannot be read
     * @throws IllegalArgumentException if the store's folder does not exist
     */
    public List<ModelVersions> list() throws IOException {
        if (!Files.isDirectory(root)) {
            throw new IllegalArgumentException(
                    "model store was '"
                            + root
                            + "' but there is no such folder; publish a model or correct the path");
        }
        List<ModelVersions> models = new ArrayList<>();
        for (String name : entries(root)) {
            if (ModelName.isValid(name) && Files.isDirectory(root.resolve(name))) {
                List<Integer> versions = versions(name);
                if (!versions.isEmpty()) {
                    models.add(new ModelVersions(name, versions));
                }
            }
        }
        return List.copyOf(models);
    }

    /**
     * Finds a version.
     *
     * @param reference {@code name} for the newest version, or {@code name@version}
     * @throws IOException if the store cannot be read
     * @throws MalformedModelException if the recorded digest is missing or unreadable
     * @throws IllegalArgumentException if there is no such model or version; the message lists what
     *     there is
     */
    public StoredModel resolve(String reference) throws IOException, MalformedModelException {
        var matcher = REFERENCE.matcher(reference);
        boolean named = matcher.matches();
        String name = ModelName.check(named ? matcher.group("name") : reference);
        List<ModelVersions> models = list();
        ModelVersions found =
                models.stream()
                        .filter(model -> model.name().equals(name))
                        .findFirst()
                        .orElseThrow(() -> missing(reference, models));
        int version = named ? version(reference, matcher.group("version")) : found.newest();
        if (!found.versions().contains(version)) {
            throw new IllegalArgumentException(
                    "model was '"
                            + reference
                            + "' but '"
                            + name
                            + "' has only versions "
                            + found.versions());
        }
        return new StoredModel(name, version, file(name, version), recordedDigest(name, version));
    }

    /**
     * Reads a model; the bytes that are parsed are those whose digest was checked.
     *
     * @throws IOException if the file cannot be read
     * @throws MalformedModelException if the file is not what was published, or not sound
     */
    public CompressedModel read(StoredModel stored) throws IOException, MalformedModelException {
        return reader.read(verifiedBytes(stored));
    }

    /**
     * Reads the version that was decided upon, if it is still the file that was meant.
     *
     * @param expectedDigest 64 lower-case hexadecimal digits
     * @throws IOException if the file cannot be read
     * @throws MalformedModelException if the file has another digest, or is not sound
     * @throws IllegalArgumentException if name, version or digest have another form
     */
    public CompressedModel read(String name, int version, String expectedDigest)
            throws IOException, MalformedModelException {
        ModelName.check(name);
        return read(new StoredModel(name, version, file(name, version), expectedDigest));
    }

    /**
     * Reads a model from the bytes of its file, kept elsewhere, if they are those that were meant.
     *
     * @param expectedDigest 64 lower-case hexadecimal digits
     * @throws MalformedModelException if the bytes have another digest, or are not sound
     */
    public CompressedModel read(byte[] file, String expectedDigest) throws MalformedModelException {
        String digest = ModelDigest.of(file);
        if (!digest.equals(expectedDigest)) {
            throw new MalformedModelException(
                    "digest of a kept model file was '"
                            + digest
                            + "' but '"
                            + expectedDigest
                            + "' was expected; the bytes are damaged",
                    0);
        }
        return reader.read(file);
    }

    /**
     * Reads the bytes of the version that was decided upon, if it is still the file that was meant.
     *
     * @param expectedDigest 64 lower-case hexadecimal digits
     * @throws IOException if the file cannot be read
     * @throws MalformedModelException if the file has another digest
     * @throws IllegalArgumentException if name, version or digest have another form
     */
    public byte[] verifiedBytes(String name, int version, String expectedDigest)
            throws IOException, MalformedModelException {
        ModelName.check(name);
        return verifiedBytes(new StoredModel(name, version, file(name, version), expectedDigest));
    }

    /**
     * Checks that a file is still the one that was published, without parsing it.
     *
     * @throws IOException if the file cannot be read
     * @throws MalformedModelException if its digest is another
     */
    public void verify(StoredModel stored) throws IOException, MalformedModelException {
        verifiedBytes(stored);
    }

    /**
     * Reads the bytes of a version and checks their digest.
     *
     * @throws IOException if the file cannot be read
     * @throws MalformedModelException if their digest is another
     */
    public byte[] verifiedBytes(StoredModel stored) throws IOException, MalformedModelException {
        checkInside(stored.path());
        byte[] file = reader.readBytes(stored.path());
        String digest = ModelDigest.of(file);
        if (!digest.equals(stored.digest())) {
            throw new MalformedModelException(
                    "digest of model '"
                            + stored.reference()
                            + "' was '"
                            + digest
                            + "' but '"
                            + stored.digest()
                            + "' was expected; the file was changed or damaged: publish it again",
                    0);
        }
        return file;
    }

    private void checkInside(Path path) throws IOException, MalformedModelException {
        if (!isInside(path)) {
            throw new MalformedModelException(leadsOut(path), 0);
        }
    }

    /** Whether a path that exists lies in the store once all links are followed. */
    private boolean isInside(Path path) throws IOException {
        return path.toRealPath().startsWith(root.toRealPath());
    }

    private String leadsOut(Path path) {
        return "'"
                + path
                + "' lies outside of the model store '"
                + root
                + "', by a symbolic link or by its name; put what it leads to into the store";
    }

    private static void checkCompanion(String fileName) {
        if (!ModelName.isValid(fileName) || fileName.startsWith(StoredModel.FILE_NAME)) {
            throw new IllegalArgumentException(
                    "file beside a model was '"
                            + fileName
                            + "' but its name must be lower-case letters, digits, '-', '_' or '.',"
                            + " and not that of the model or its digest");
        }
    }

    private static int moveToNextVersion(Path complete, Path models) throws IOException {
        int version = highestNumber(models) + 1;
        while (!moveTo(models.resolve(Integer.toString(version)), complete)) {
            version++;
        }
        return version;
    }

    /** Renames, unless another publisher was faster: then the target holds its files already. */
    private static boolean moveTo(Path target, Path complete) throws IOException {
        try {
            Files.move(complete, target, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (FileSystemException e) {
            if (Files.exists(target)) {
                return false;
            }
            throw e;
        }
    }

    private static int highestNumber(Path models) throws IOException {
        return entries(models).stream()
                .filter(entry -> VERSION.matcher(entry).matches())
                .mapToInt(Integer::parseInt)
                .max()
                .orElse(0);
    }

    private List<Integer> versions(String name) throws IOException {
        return entries(root.resolve(name)).stream()
                .filter(entry -> VERSION.matcher(entry).matches())
                .map(Integer::valueOf)
                .filter(version -> Files.isRegularFile(file(name, version)))
                .sorted()
                .toList();
    }

    private Path file(String name, int version) {
        return root.resolve(name).resolve(Integer.toString(version)).resolve(StoredModel.FILE_NAME);
    }

    private String recordedDigest(String name, int version)
            throws IOException, MalformedModelException {
        Path record = file(name, version).resolveSibling(StoredModel.DIGEST_FILE_NAME);
        if (!Files.isRegularFile(record) || Files.size(record) > 1024) {
            throw new MalformedModelException(
                    "digest of model '"
                            + name
                            + "@"
                            + version
                            + "' is missing: '"
                            + record
                            + "' must be a line of sha256sum; publish the model again",
                    0);
        }
        checkInside(record);
        String line = Files.readString(record, StandardCharsets.ISO_8859_1).strip();
        String[] parts = line.split("\\s+\\*?", 2);
        try {
            return ModelDigest.check(parts[0]);
        } catch (IllegalArgumentException e) {
            throw new MalformedModelException(
                    "'" + record + "' was wrong: " + e.getMessage() + "; publish the model again",
                    0,
                    e);
        }
    }

    private static List<String> entries(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    private static int version(String reference, String text) {
        if (!VERSION.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "model was '"
                            + reference
                            + "' but a version behind '@' must be a whole number from 1");
        }
        return Integer.parseInt(text);
    }

    private IllegalArgumentException missing(String reference, List<ModelVersions> models) {
        String there =
                models.isEmpty()
                        ? "has no models yet; publish one"
                        : "has only "
                                + models.stream()
                                        .map(ModelVersions::name)
                                        .collect(Collectors.joining(", "));
        return new IllegalArgumentException(
                "model was '" + reference + "' but store '" + root + "' " + there);
    }
}
