package io.psconv.operator.node;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * Which build the classes are of that all jobs of a process share: a digest of their class files.
 *
 * <p>A job names the build that it was made with in its {@link NodeSettings}, so that a task
 * manager whose {@code lib/} has another one says so, rather than fail to link somewhere.
 */
public final class NodeBuild {
    /** Where the digest is, beside the classes. */
    private static final String RESOURCE = "build.properties";

    private static final String DIGEST = "digest";

    private static final String OWN = read();

    private NodeBuild() {}

    /** The build of this process's classes. */
    public static String own() {
        return OWN;
    }

    private static String read() {
        try (InputStream in = NodeBuild.class.getResourceAsStream(RESOURCE)) {
            Properties properties = new Properties();
            if (in != null) {
                properties.load(in);
            }
            // Without it in classes that an editor compiled, which are of one build anyway.
            return properties.getProperty(DIGEST, "unpacked");
        } catch (IOException e) {
            throw new UncheckedIOException("resource '" + RESOURCE + "' cannot be read", e);
        }
    }

    /**
     * Refuses a job of another build.
     *
     * @param wanted build that the job was made with
     * @throws IOException if that is not this process's
     */
    static void require(String wanted) throws IOException {
        if (!wanted.equals(OWN)) {
            throw new IOException(
                    "the job was made with psconv-node.jar of build '"
                            + wanted
                            + "' but this process has that of build '"
                            + OWN
                            + "'; psconv-node.jar in lib/ of each machine and the job's jar must be"
                            + " of one build: lay all out again with psconv layout, and start the"
                            + " cluster's processes anew");
        }
    }
}
