package io.psconv.layout;

import io.psconv.layout.MemoryLine.Place;
import io.psconv.operator.device.GpuResources;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What {@code config.yaml} of a laid-out folder says.
 *
 * @param bindHost address that processes listen at: {@code 127.0.0.1}, or {@code 0.0.0.0} for all
 * @param slots subtasks of one operator in each task manager, at least 1
 * @param parallelism subtasks of one operator in all
 * @param checkpoints folder or other place for checkpoints, a URI
 * @param memory of a task manager
 * @param devices NVIDIA devices of a task manager, 0 for none
 */
public record ClusterSettings(
        String bindHost,
        int slots,
        int parallelism,
        URI checkpoints,
        MemoryPlan memory,
        int devices) {
    private static final String LOOPBACK = "127.0.0.1";

    /** Packages of the JDK that Flink opens up in its own scripts. */
    private static final List<String> OPENED =
            List.of(
                    "java.lang",
                    "java.net",
                    "java.io",
                    "java.nio",
                    "sun.nio.ch",
                    "java.lang.reflect",
                    "java.text",
                    "java.time",
                    "java.util",
                    "java.util.concurrent",
                    "java.util.concurrent.atomic",
                    "java.util.concurrent.locks");

    /**
     * Flag of a task manager's JVM on Linux. A network's maps and weights span megabytes, in which
     * it is a tenth faster where the system gives large pages.
     */
    public static final String LARGE_PAGES = "-XX:+UseTransparentHugePages";

    /** Those of task managers without NVIDIA devices. */
    public ClusterSettings(
            String bindHost, int slots, int parallelism, URI checkpoints, MemoryPlan memory) {
        this(bindHost, slots, parallelism, checkpoints, memory, 0);
    }

    public ClusterSettings {
        if (devices < 0 || devices > 64) {
            throw new IllegalArgumentException(
                    "devices were '" + devices + "' but they must be between 0 and 64");
        }
        if (slots < 1 || parallelism < 1) {
            throw new IllegalArgumentException(
                    "slots and parallelism were '"
                            + slots
                            + "' and '"
                            + parallelism
                            + "' but both must be at least 1");
        }
        if (!checkpoints.isAbsolute()) {
            throw new IllegalArgumentException(
                    "checkpoints were '"
                            + checkpoints
                            + "' but they must be a URI, such as file:///checkpoints or"
                            + " s3://bucket/checkpoints");
        }
    }

    /** Flags that every JVM of a cluster needs: the engine's vector module, what Flink opens. */
    public static String javaOptions() {
        return OPENED.stream()
                .map(name -> "--add-opens=java.base/" + name + "=ALL-UNNAMED")
                .collect(Collectors.joining(" ", "--add-modules=jdk.incubator.vector ", ""));
    }

    /** The text of the file. */
    String yaml() {
        StringBuilder text = new StringBuilder();
        section(text, "Written by psconv layout; changes are kept as config.yaml.old.", network());
        section(
                text,
                "Every JVM: the engine fails at its start without the vector module.",
                Map.of("env.java.opts.all", javaOptions()));
        section(
                text,
                "Task managers: large pages make networks a tenth faster; for Linux only.",
                Map.of("env.java.opts.taskmanager", LARGE_PAGES));
        section(
                text,
                "A task manager's memory, as psconv layout reckoned it; heap is what is left of"
                        + " the process ("
                        + memory.mebibytes(Place.HEAP)
                        + " MiB).",
                memory.settings());
        section(text, "The JobManager's memory.", Map.of("jobmanager.memory.process.size", "1g"));
        section(text, "Subtasks.", subtasks());
        if (devices > 0) {
            section(
                    text,
                    "NVIDIA devices of a task manager, whose subtasks are spread over them.",
                    gpuResources());
        }
        section(
                text,
                "Exactly once: checkpoints go where all processes reach them, since savepoints"
                        + " carry models; the job says how often.",
                checkpointing());
        section(text, "After a failure, for ever, at growing intervals.", restarts());
        return text.toString();
    }

    private Map<String, String> network() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("jobmanager.rpc.address", LOOPBACK);
        settings.put("jobmanager.rpc.port", "6123");
        settings.put("jobmanager.bind-host", bindHost);
        settings.put("rest.address", LOOPBACK);
        settings.put("rest.port", "8081");
        settings.put("rest.bind-address", bindHost);
        settings.put("taskmanager.bind-host", bindHost);
        if (bindHost.equals(LOOPBACK)) {
            settings.put("taskmanager.host", LOOPBACK);
        }
        return settings;
    }

    private Map<String, String> subtasks() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("taskmanager.numberOfTaskSlots", Integer.toString(slots));
        settings.put("parallelism.default", Integer.toString(parallelism));
        return settings;
    }

    private Map<String, String> gpuResources() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("external-resources", GpuResources.RESOURCE);
        settings.put(
                "external-resource.gpu.driver-factory.class",
                "org.apache.flink.externalresource.gpu.GPUDriverFactory");
        settings.put("external-resource.gpu.amount", Integer.toString(devices));
        return settings;
    }

    private Map<String, String> checkpointing() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("execution.checkpointing.mode", "EXACTLY_ONCE");
        settings.put("execution.checkpointing.storage", "filesystem");
        settings.put("execution.checkpointing.dir", checkpoints.toString());
        settings.put("execution.checkpointing.savepoint-dir", checkpoints + "/savepoints");
        settings.put("execution.checkpointing.num-retained", "3");
        settings.put(
                "execution.checkpointing.externalized-checkpoint-retention",
                "RETAIN_ON_CANCELLATION");
        settings.put("execution.checkpointing.timeout", "2min");
        return settings;
    }

    private static Map<String, String> restarts() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("restart-strategy.type", "exponential-delay");
        settings.put("restart-strategy.exponential-delay.initial-backoff", "500ms");
        settings.put("restart-strategy.exponential-delay.max-backoff", "30s");
        return settings;
    }

    private static void section(StringBuilder text, String comment, Map<String, String> settings) {
        text.append(text.isEmpty() ? "" : "\n").append("# ").append(comment).append('\n');
        settings.forEach((key, value) -> text.append(key).append(": ").append(quoted(value)));
    }

    /** Times like {@code 2min} and sizes like {@code 0m} are text in YAML without quotes too. */
    private static String quoted(String value) {
        return (value.matches("[\\w.:/-]+") ? value : '"' + value.replace("\"", "\\\"") + '"')
                + '\n';
    }
}
