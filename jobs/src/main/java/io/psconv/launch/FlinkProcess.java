package io.psconv.launch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.flink.client.cli.CliFrontend;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessSpec;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint;
import org.apache.flink.runtime.jobmanager.JobManagerProcessSpec;
import org.apache.flink.runtime.jobmanager.JobManagerProcessUtils;
import org.apache.flink.runtime.taskexecutor.TaskManagerRunner;
import org.apache.flink.runtime.util.config.memory.ProcessMemoryUtils;

/**
 * A kind of Flink process: its main class, and the JVM flags and arguments that its configuration
 * asks for.
 *
 * <p>Flink's distribution works these out in its shell scripts; it is not on Maven Central, its
 * classes are.
 */
public enum FlinkProcess {
    /** Runs a session, to which jobs are submitted. */
    JOBMANAGER(StandaloneSessionClusterEntrypoint.class.getName()),
    /** Runs the one job that lies in {@code usrlib/}. */
    STANDALONE_JOB("org.apache.flink.container.entrypoint.StandaloneApplicationClusterEntryPoint"),
    /** Runs subtasks. */
    TASKMANAGER(TaskManagerRunner.class.getName()),
    /** Submits, stops and lists jobs. */
    CLIENT(CliFrontend.class.getName());

    /** The first JDK that warns of what Netty and Pekko do. */
    private static final int FIRST_THAT_WARNS = 24;

    private final String mainClass;

    FlinkProcess(String mainClass) {
        this.mainClass = mainClass;
    }

    /**
     * Finds a kind by the name that scripts call it.
     *
     * @param name for example {@code standalone-job}
     * @throws IllegalArgumentException if there is no such kind
     */
    public static FlinkProcess of(String name) {
        return Arrays.stream(values())
                .filter(process -> process.toString().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "process was '"
                                                + name
                                                + "' but it must be one of "
                                                + Arrays.toString(values())));
    }

    /** The class whose {@code main} the process runs. */
    public String mainClass() {
        return mainClass;
    }

    /**
     * Flags of the JVM: sizes of its memory, then {@code env.java.opts.all}, then those of its
     * kind, so that a later one of the user's wins.
     *
     * @param javaFeature version of the JVM that is to run, for example 17
     * @throws org.apache.flink.configuration.IllegalConfigurationException if sizes contradict each
     *     other
     */
    public List<String> flags(Configuration configuration, int javaFeature) {
        List<String> flags = new ArrayList<>(memory(configuration));
        if (javaFeature >= FIRST_THAT_WARNS) {
            flags.add("--enable-native-access=ALL-UNNAMED");
            flags.add("--sun-misc-unsafe-memory-access=allow");
        }
        flags.addAll(words(configuration.get(CoreOptions.FLINK_JVM_OPTIONS)));
        flags.addAll(words(own(configuration)));
        return List.copyOf(flags);
    }

    private List<String> memory(Configuration configuration) {
        return switch (this) {
            case JOBMANAGER, STANDALONE_JOB ->
                    words(
                            JobManagerProcessUtils.generateJvmParametersStr(
                                    jobManager(configuration), configuration));
            case TASKMANAGER ->
                    words(ProcessMemoryUtils.generateJvmParametersStr(taskManager(configuration)));
            case CLIENT -> List.of();
        };
    }

    private String own(Configuration configuration) {
        return switch (this) {
            case JOBMANAGER, STANDALONE_JOB -> configuration.get(CoreOptions.FLINK_JM_JVM_OPTIONS);
            case TASKMANAGER -> configuration.get(CoreOptions.FLINK_TM_JVM_OPTIONS);
            case CLIENT -> configuration.get(CoreOptions.FLINK_CLI_JVM_OPTIONS);
        };
    }

    /** Arguments of {@code main} that tell the process how its memory is divided. */
    public List<String> arguments(Configuration configuration) {
        return switch (this) {
            case JOBMANAGER, STANDALONE_JOB ->
                    words(
                            JobManagerProcessUtils.generateDynamicConfigsStr(
                                    jobManager(configuration)));
            case TASKMANAGER ->
                    words(
                            TaskExecutorProcessUtils.generateDynamicConfigsStr(
                                    taskManager(configuration)));
            case CLIENT -> List.of();
        };
    }

    private static JobManagerProcessSpec jobManager(Configuration configuration) {
        return JobManagerProcessUtils.processSpecFromConfig(configuration);
    }

    private static TaskExecutorProcessSpec taskManager(Configuration configuration) {
        return TaskExecutorProcessUtils.processSpecFromConfig(configuration);
    }

    private static List<String> words(String text) {
        return Stream.of(text.strip().split("\\s+")).filter(word -> !word.isEmpty()).toList();
    }

    /** The name by which scripts call it, for example {@code standalone-job}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
