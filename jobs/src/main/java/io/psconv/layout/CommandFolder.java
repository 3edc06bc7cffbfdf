package io.psconv.layout;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A folder with the {@code psconv} command and all that it needs but Java, for a machine without
 * Maven, JDK or network.
 *
 * <p>{@code lib/} holds the class path, {@code model-store/} the bundled models and frames, {@code
 * check.sh} runs the check of a GPU.
 *
 * @param root the folder
 */
public record CommandFolder(Path root) {
    /** Says that a folder is one of these and may be written over. */
    private static final String MARKER = ".psconv-bundle";

    private static final String CHECK = "tests/gpu/check.sh";
    private static final List<String> MODELS = List.of("model-store/zoo", "model-store/samples");

    public CommandFolder {
        root = root.toAbsolutePath().normalize();
    }

    /** The entries of this JVM's own class path. */
    public static List<Path> ownClassPath() {
        return Stream.of(System.getProperty("java.class.path", "").split(File.pathSeparator))
                .filter(entry -> !entry.isEmpty())
                .map(Path::of)
                .filter(Files::exists)
                .toList();
    }

    /**
     * Writes the folder.
     *
     * @param classPath jars, which are copied, and folders of classes, which are packed
     * @param home the project's folder
     * @return files in {@code lib/}
     * @throws IOException if the folder is another's, or cannot be written
     */
    public int write(List<Path> classPath, Path home) throws IOException {
        claim();
        Path lib = root.resolve("lib");
        FlinkFolder.delete(lib);
        Files.createDirectories(lib);
        List<Path> placed = new ArrayList<>();
        for (Path entry : classPath) {
            Path target =
                    Files.isDirectory(entry)
                            ? lib.resolve("psconv-" + placed.size() + ".jar")
                            : lib.resolve(entry.getFileName().toString());
            if (Files.isDirectory(entry)) {
                pack(entry, target);
            } else {
                Files.copy(entry, target, StandardCopyOption.REPLACE_EXISTING);
            }
            placed.add(target);
        }
        for (String models : MODELS) {
            copy(home.resolve(models), root.resolve(models));
        }
        Path check = root.resolve("check.sh");
        Files.copy(home.resolve(CHECK), check, StandardCopyOption.REPLACE_EXISTING);
        FlinkFolder.makeExecutable(check);
        Path command = root.resolve("psconv");
        try (InputStream script = CommandFolder.class.getResourceAsStream("bin/psconv-bundle.sh")) {
            Files.copy(
                    Objects.requireNonNull(script), command, StandardCopyOption.REPLACE_EXISTING);
        }
        FlinkFolder.makeExecutable(command);
        return placed.size();
    }

    private void claim() throws IOException {
        Path marker = root.resolve(MARKER);
        if (Files.isDirectory(root) && !Files.exists(marker)) {
            try (Stream<Path> content = Files.list(root)) {
                if (content.findAny().isPresent()) {
                    throw new IOException(
                            "'"
                                    + root
                                    + "' holds something else than a bundle; name an empty or a"
                                    + " new folder");
                }
            }
        }
        Files.createDirectories(root);
        Files.writeString(marker, "This folder was written by psconv bundle.\n");
    }

    private static void pack(Path classes, Path jar) throws IOException {
        try (OutputStream file = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(file);
                Stream<Path> all = Files.walk(classes)) {
            for (Path each : all.filter(Files::isRegularFile).sorted().toList()) {
                String name = classes.relativize(each).toString().replace(File.separatorChar, '/');
                zip.putNextEntry(new ZipEntry(name));
                Files.copy(each, zip);
                zip.closeEntry();
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        FlinkFolder.delete(to);
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : all.toList()) {
                Path target = to.resolve(from.relativize(each).toString());
                if (Files.isDirectory(each)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(each, target);
                }
            }
        }
    }
}
