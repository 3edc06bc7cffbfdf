package io.psconv.layout;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.psconv.model.store.StoredModel;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A folder with all that a Flink cluster needs to run the job, but for Java.
 *
 * <p>{@code lib/} holds what all jobs share, parent first: Flink, the Kafka connector with the
 * clients it was built for, model-store, engines, meters, the node runtime that jobs of a process
 * meet in; {@code usrlib/} holds the job's own jar, with jobs and operators only; {@code plugins/}
 * file systems; {@code opt/} clients of Flink SQL; {@code conf/}, {@code bin/} and {@code store/}
 * what their names say. Writing again replaces libraries and scripts, keeps changed files of {@code
 * conf/} as {@code .old}, and removes no model.
 *
 * @param root the folder
 */
public record FlinkFolder(Path root) {
    /** Says that a folder is one of these and may be written over. */
    private static final String MARKER = ".psconv-layout";

    private static final List<String> REPLACED = List.of("lib", "usrlib", "plugins", "opt", "bin");

    private static final List<String> SCRIPTS =
            List.of(
                    "flink-env.sh",
                    "jobmanager.sh",
                    "taskmanager.sh",
                    "standalone-job.sh",
                    "submit.sh",
                    "flink.sh");

    private static final List<String> SQL_SCRIPTS = List.of("sql-client.sh", "sql-gateway.sh");

    private static final List<String> LOGGING =
            List.of("log4j-console.properties", "log4j-cli.properties");

    /** How jars come into the folder. */
    public enum Placement {
        /** As files of its own, so that the folder can be moved elsewhere. */
        COPY,
        /** Libraries as symbolic links, for a folder that is soon gone. */
        LINK
    }

    public FlinkFolder {
        root = root.toAbsolutePath().normalize();
    }

    /** Where the cluster's libraries lie. */
    public Path lib() {
        return root.resolve("lib");
    }

    /** The folder of {@code config.yaml}. */
    public Path conf() {
        return root.resolve("conf");
    }

    /** The model store. */
    public Path store() {
        return root.resolve("store");
    }

    /** The jar that is submitted. */
    public Path jobJar() {
        return root.resolve("usrlib").resolve("psconv-job.jar");
    }

    private Path launchJar() {
        return root.resolve("bin").resolve("psconv-launch.jar");
    }

    /** The class path of the cluster's processes. */
    public String classPath() {
        return launchJar() + File.pathSeparator + lib() + File.separator + "*";
    }

    /**
     * Writes libraries, the job's jar and scripts, replacing those that were there.
     *
     * @param extras what the cluster is to have beside what every one has
     * @throws IOException if the folder is another's, or cannot be written
     * @throws IllegalArgumentException if an extra is not among the libraries
     */
    public void writeLibraries(
            ClusterLibraries libraries, ProjectJars own, Set<Extra> extras, Placement placement)
            throws IOException {
        List<Path> shared = libraries.lib(extras);
        Map<Extra, List<Path>> plugins = new TreeMap<>();
        extras.stream()
                .filter(Extra::isPlugin)
                .forEach(extra -> plugins.put(extra, libraries.plugin(extra)));
        List<Path> optional = libraries.opt(extras);
        claim();
        for (String name : REPLACED) {
            delete(root.resolve(name));
            Files.createDirectories(root.resolve(name));
        }
        for (Path jar : shared) {
            place(jar, lib().resolve(jar.getFileName().toString()), placement);
        }
        // Copies always: a build may replace these at any time.
        place(own.modelStore(), lib().resolve("psconv-model-store.jar"), Placement.COPY);
        place(own.node(), lib().resolve("psconv-node.jar"), Placement.COPY);
        place(own.job(), jobJar(), Placement.COPY);
        List<String> scripts = new ArrayList<>(SCRIPTS);
        if (extras.contains(Extra.SQL)) {
            // Queries bring no jar. Jobs have the classes from their own jar as before.
            place(own.job(), lib().resolve("psconv-sql.jar"), Placement.COPY);
            scripts.addAll(SQL_SCRIPTS);
        }
        for (Path jar : optional) {
            place(jar, root.resolve("opt").resolve(jar.getFileName().toString()), placement);
        }
        for (Map.Entry<Extra, List<Path>> plugin : plugins.entrySet()) {
            Path folder = root.resolve("plugins").resolve(plugin.getKey().toString());
            Files.createDirectories(folder);
            for (Path jar : plugin.getValue()) {
                place(jar, folder.resolve(jar.getFileName().toString()), placement);
                if (plugin.getKey() == Extra.EXTERNAL_RESOURCE_GPU) {
                    extractScripts(jar, folder);
                }
            }
        }
        place(own.launch(), launchJar(), Placement.COPY);
        for (String script : scripts) {
            Path file = root.resolve("bin").resolve(script);
            Files.write(file, resource("bin/" + script));
            makeExecutable(file);
        }
    }

    /**
     * Writes {@code conf/}.
     *
     * @param job the job's options by key, put into {@code job.properties}
     */
    public void writeConfiguration(ClusterSettings settings, Map<String, String> job)
            throws IOException {
        claim();
        Files.createDirectories(conf());
        writeKeepingOld("config.yaml", settings.yaml().getBytes(UTF_8));
        for (String logging : LOGGING) {
            writeKeepingOld(logging, resource(logging));
        }
        String options =
                job.entrySet().stream()
                        .map(option -> option.getKey() + "=" + option.getValue() + "\n")
                        .collect(Collectors.joining());
        writeKeepingOld(
                "job.properties",
                (new String(resource("job.properties"), UTF_8) + options).getBytes(UTF_8));
    }

    /** Copies a version of a model into the store, unless it is there. */
    public void addModel(StoredModel model) throws IOException {
        Path target = store().resolve(model.name()).resolve(Integer.toString(model.version()));
        Path source = model.path().toAbsolutePath().getParent();
        if (Files.isDirectory(target) || source == null) {
            return;
        }
        Path unfinished = target.resolveSibling("." + target.getFileName() + ".copying");
        delete(unfinished);
        Files.createDirectories(unfinished);
        try (Stream<Path> files = Files.list(source)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, unfinished.resolve(file.getFileName().toString()));
            }
        }
        Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Makes the folder, or sees that it is one of these. */
    private void claim() throws IOException {
        Path marker = root.resolve(MARKER);
        if (Files.isDirectory(root) && !Files.exists(marker)) {
            try (Stream<Path> content = Files.list(root)) {
                if (content.findAny().isPresent()) {
                    throw new IOException(
                            "'"
                                    + root
                                    + "' holds something else than a laid-out folder; name an"
                                    + " empty or a new one");
                }
            }
        }
        Files.createDirectories(root);
        Files.writeString(marker, "This folder was written by psconv layout.\n");
    }

    private static void place(Path jar, Path target, Placement placement) throws IOException {
        if (placement == Placement.LINK) {
            Files.createSymbolicLink(target, jar.toAbsolutePath());
        } else {
            Files.copy(jar, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** A plug-in may run scripts that lie beside it, and that its jar brings along. */
    private static void extractScripts(Path jar, Path folder) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                if (entry.getName().matches("[\\w-]+\\.sh")) {
                    Path script = folder.resolve(entry.getName());
                    try (InputStream content = zip.getInputStream(entry)) {
                        Files.copy(content, script, StandardCopyOption.REPLACE_EXISTING);
                    }
                    makeExecutable(script);
                }
            }
        }
    }

    private void writeKeepingOld(String name, byte[] content) throws IOException {
        Path file = conf().resolve(name);
        if (Files.exists(file) && !Arrays.equals(Files.readAllBytes(file), content)) {
            Files.move(file, conf().resolve(name + ".old"), StandardCopyOption.REPLACE_EXISTING);
        }
        Files.write(file, content);
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream stream = FlinkFolder.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IOException("resource '" + name + "' is not in the jar; build again");
            }
            return stream.readAllBytes();
        }
    }

    static void makeExecutable(Path file) throws IOException {
        if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
            Set<PosixFilePermission> permissions =
                    EnumSet.copyOf(Files.getPosixFilePermissions(file));
            permissions.add(PosixFilePermission.OWNER_EXECUTE);
            permissions.add(PosixFilePermission.GROUP_EXECUTE);
            permissions.add(PosixFilePermission.OTHERS_EXECUTE);
            Files.setPosixFilePermissions(file, permissions);
        }
    }

    /** Removes a tree; links in it are removed, not followed. */
    static void delete(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
