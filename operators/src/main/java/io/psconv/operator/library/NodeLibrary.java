package io.psconv.operator.library;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The classes that all jobs of a process share, {@code psconv-node.jar}, as the job's own jar was
 * made with them.
 *
 * <p>The job's jar has none of them; with others than its own it would fail somewhere, with the
 * name of a class or method that is missing. So a job asks here before it uses the first of them.
 */
public final class NodeLibrary {
    /** What the job's jar was made with. */
    private static final String WANTED = "io/psconv/operator/library/build.properties";

    /** What the library says of itself. */
    private static final String THERE = "io/psconv/operator/node/build.properties";

    private static final String DIGEST = "digest";
    private static final String REMEDY =
            "; psconv-node.jar in lib/ and the job's jar must be of one build: lay the cluster out"
                    + " again with psconv layout, or copy psconv-node.jar from a folder laid out"
                    + " with this job to lib/ of each machine, and start the processes anew";

    private NodeLibrary() {}

    /**
     * Looks for the classes.
     *
     * @throws IllegalStateException if they are not there, or of another build
     */
    public static void require() {
        require(NodeLibrary.class.getClassLoader());
    }

    /** Looks for what a class loader has. */
    static void require(ClassLoader loader) {
        String wanted = digest(loader, WANTED);
        if (wanted == null) {
            // Classes that an editor compiled, which are of one build.
            return;
        }
        String there = digest(loader, THERE);
        if (there == null) {
            throw new IllegalStateException("psconv-node.jar was not found in lib/" + REMEDY);
        }
        if (!wanted.equals(there)) {
            throw new IllegalStateException(
                    "psconv-node.jar in lib/ was of build '"
                            + there
                            + "' but the job was made with build '"
                            + wanted
                            + "'"
                            + REMEDY);
        }
    }

    private static @Nullable String digest(ClassLoader loader, String resource) {
        try (InputStream in = loader.getResourceAsStream(resource)) {
            if (in == null) {
                return null;
            }
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty(DIGEST);
        } catch (IOException e) {
            throw new UncheckedIOException("resource '" + resource + "' cannot be read", e);
        }
    }
}
