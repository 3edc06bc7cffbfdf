package io.psconv.layout;

import io.psconv.job.ClassifyJob;
import io.psconv.model.store.ModelStore;
import io.psconv.operator.node.NodeRuntime;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The project's own jars, as Maven packed them.
 *
 * @param modelStore models and engines, for {@code lib/}
 * @param node what all jobs of a process share, for {@code lib/}
 * @param job jobs and operators, for {@code usrlib/}
 * @param launch what runs before Flink, for {@code bin/}
 */
public record ProjectJars(Path modelStore, Path node, Path job, Path launch) {
    /** Names of the project's artefacts. */
    static final Set<String> ARTIFACTS = Set.of("model-store", "operators", "jobs");

    /**
     * Finds them beside the classes that run, in the modules' {@code target} folders.
     *
     * @throws IOException if one is not there
     */
    public static ProjectJars find() throws IOException {
        Path jobs = target(ClassifyJob.class);
        return new ProjectJars(
                jar(target(ModelStore.class), "model-store-[^/]*(?<!-sources|-javadoc|-tests)"),
                jar(target(NodeRuntime.class), "operators-[^/]*-node"),
                jar(jobs, "jobs-[^/]*-job"),
                jar(jobs, "jobs-[^/]*-launch"));
    }

    /** The folder in which the class path's entry with a class lies. */
    private static Path target(Class<?> type) throws IOException {
        try {
            Path entry = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
            return Objects.requireNonNull(entry.toAbsolutePath().getParent());
        } catch (URISyntaxException e) {
            throw new IOException("no folder of " + type, e);
        }
    }

    private static Path jar(Path target, String name) throws IOException {
        List<Path> found;
        try (Stream<Path> files = Files.list(target)) {
            found =
                    files.filter(file -> file.getFileName().toString().matches(name + "\\.jar"))
                            .sorted()
                            .toList();
        }
        if (found.size() != 1) {
            throw new IOException(
                    "jars like '"
                            + name
                            + ".jar' in '"
                            + target
                            + "' were "
                            + found
                            + " but there must be one; run mvn clean package");
        }
        return found.get(0);
    }
}
