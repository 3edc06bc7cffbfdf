package io.psconv.local;

import io.psconv.launch.ChildMain;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One JVM of a {@link ProcessCluster}, which can be killed and started again.
 *
 * <p>It runs this JVM's own Java, writes all it says to one file, over every start, and ends when
 * this JVM ends, however that happens. Ctrl-C, of which a terminal tells all processes, is for this
 * JVM alone: it may have work for the other before it ends. Use it from any thread.
 */
public final class ClusterProcess {
    private static final int TAIL_BYTES = 4000;

    /** Of glibc, which makes eight a core and gives back little of what is freed in each. */
    private static final String ALLOCATOR_POOLS = "MALLOC_ARENA_MAX";

    private static final String FEW = "2";

    /** A program keeps ignoring the signals that it was started to ignore, and its number. */
    private static final List<String> DEAF =
            List.of("/bin/sh", "-c", "trap '' INT TERM HUP; exec \"$0\" \"$@\"");

    private final String name;
    private final Path log;
    private final List<String> command;
    private @Nullable Process process;

    /**
     * Describes a process; {@link #start} starts it.
     *
     * @param name for people, for example {@code task manager 1}
     * @param log file that gets standard output and errors
     * @param classPath where its classes are, {@link ChildMain} among them
     * @param flags of the JVM
     * @param main class to run and its arguments
     */
    ClusterProcess(String name, Path log, String classPath, List<String> flags, List<String> main) {
        this.name = name;
        this.log = log;
        this.command = new ArrayList<>();
        if (Files.isExecutable(Path.of(DEAF.get(0)))) {
            command.addAll(DEAF);
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(quietFlags());
        command.addAll(flags);
        command.add("-cp");
        command.add(classPath);
        command.add(ChildMain.class.getName());
        command.addAll(main);
    }

    /** The class path of this JVM. */
    static String ownClassPath() {
        return System.getProperty("java.class.path", "." + File.pathSeparator);
    }

    /** What keeps newer JVMs from warning of Flink's libraries, where this JVM was given it. */
    private static List<String> quietFlags() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(
                        flag ->
                                flag.startsWith("--enable-native-access")
                                        || flag.startsWith("--sun-misc-unsafe-memory-access"))
                .toList();
    }

    /**
     * Starts the process, again if it ran before, without waiting until it is ready for anything.
     *
     * @throws IllegalStateException if it runs
     */
    public synchronized void start() throws IOException {
        if (isAlive()) {
            throw new IllegalStateException(name + " runs already; kill it before it is started");
        }
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putIfAbsent(ALLOCATOR_POOLS, FEW);
        process = builder.start();
    }

    /** Ends the process as {@code kill -9} does, and waits until it is gone. */
    public synchronized void kill() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
    }

    /** As {@link #kill}, without waiting. */
    synchronized void destroy() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    /** Whether it was started and has not ended. */
    public synchronized boolean isAlive() {
        return process != null && process.isAlive();
    }

    /**
     * The system's number of the process started last.
     *
     * @throws IllegalStateException if it was never started
     */
    public synchronized long pid() {
        return started().pid();
    }

    /**
     * The status with which it ended; 137 after {@code kill -9}.
     *
     * @throws IllegalStateException if it was never started
     * @throws IllegalThreadStateException if it runs
     */
    public synchronized int exitValue() {
        return started().exitValue();
    }

    private Process started() {
        if (process == null) {
            throw new IllegalStateException(name + " was not started");
        }
        return process;
    }

    /** What people call it. */
    public String name() {
        return name;
    }

    /** The file with all it said. */
    public Path log() {
        return log;
    }

    /** The end of what it said. */
    String tail() {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            long start = Math.max(0, file.length() - TAIL_BYTES);
            byte[] bytes = new byte[(int) (file.length() - start)];
            file.seek(start);
            file.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "(" + log + " cannot be read: " + e.getMessage() + ")";
        }
    }
}
