package io.psconv.layout;

import java.io.File;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which jars of a class path a cluster has in {@code lib/}, where all jobs see them, and which are
 * the command's alone.
 *
 * <p>Everything with natives or with state of the whole process must be among the first: a job's
 * own class loader is new with each submission. A test demands that every jar of the command's
 * class path is decided upon here.
 */
public final class ClusterLibraries {
    private static final Pattern FILE = Pattern.compile("(?<artifact>.+?)-(?<version>\\d.*)\\.jar");

    /** What every cluster has; the web interface where it is on the class path. */
    private static final Set<String> ALWAYS =
            Set.of(
                    "flink-annotations",
                    "flink-clients",
                    "flink-connector-base",
                    "flink-connector-datagen",
                    "flink-connector-kafka",
                    "flink-container",
                    "flink-core",
                    "flink-core-api",
                    "flink-datastream",
                    "flink-datastream-api",
                    "flink-file-sink-common",
                    "flink-hadoop-fs",
                    "flink-metrics-core",
                    "flink-queryable-state-client-java",
                    "flink-rpc-akka-loader",
                    "flink-rpc-core",
                    "flink-runtime",
                    "flink-runtime-web",
                    "flink-shaded-asm",
                    "flink-shaded-guava",
                    "flink-shaded-jackson",
                    "flink-shaded-netty",
                    "flink-shaded-zookeeper",
                    "flink-streaming-java",
                    // Flink's own, and those of its clients.
                    "async-profiler",
                    "commons-cli",
                    "commons-collections",
                    "commons-compress",
                    "commons-io",
                    "commons-lang3",
                    "commons-math3",
                    "commons-text",
                    "javassist",
                    "jsr305",
                    "kryo",
                    "minlog",
                    "objenesis",
                    "reflectasm",
                    "snakeyaml-engine",
                    // Kafka's clients with their compression.
                    "kafka-clients",
                    "lz4-java",
                    "snappy-java",
                    "zstd-jni",
                    // Records.
                    "avro",
                    "jackson-annotations",
                    "jackson-core",
                    "jackson-databind",
                    // DJL, which our engine is one of, without any natives.
                    "api",
                    "commons-codec",
                    "gson",
                    "jna",
                    // Meters.
                    "HdrHistogram",
                    "LatencyUtils",
                    "micrometer-commons",
                    "micrometer-core",
                    "micrometer-observation",
                    "micrometer-registry-otlp",
                    "micrometer-registry-prometheus",
                    "opentelemetry-proto",
                    "prometheus-metrics-config",
                    "prometheus-metrics-core",
                    "prometheus-metrics-exporter-common",
                    "prometheus-metrics-exporter-httpserver",
                    "prometheus-metrics-exposition-formats",
                    "prometheus-metrics-exposition-textformats",
                    "prometheus-metrics-model",
                    "prometheus-metrics-tracer-common",
                    "protobuf-java",
                    // Logging, annotations.
                    "error_prone_annotations",
                    "jspecify",
                    "log4j-api",
                    "log4j-core",
                    "log4j-slf4j2-impl",
                    "slf4j-api");

    /** What a cluster has if it is asked for. */
    private static final Map<Extra, Set<String>> EXTRAS =
            Map.of(
                    Extra.ONNXRUNTIME,
                    Set.of("onnxruntime"),
                    Extra.DJL_PYTORCH,
                    Set.of("pytorch-engine", "pytorch-jni", "pytorch-native-cpu"),
                    Extra.EXTERNAL_RESOURCE_GPU,
                    Set.of("flink-external-resource-gpu"),
                    Extra.KUBERNETES,
                    Set.of("flink-kubernetes"),
                    Extra.PROMETHEUS,
                    Set.of("flink-metrics-prometheus"),
                    Extra.S3,
                    Set.of("flink-s3-fs-presto"),
                    Extra.SQL,
                    Set.of(
                            "RoaringBitmap",
                            "flink-cep",
                            "flink-json",
                            "flink-table-api-bridge-base",
                            "flink-table-api-java",
                            "flink-table-api-java-bridge",
                            "flink-table-common",
                            "flink-table-planner-loader",
                            "flink-table-runtime",
                            "icu4j"));

    /** What processes have that are no part of the cluster: clients. */
    private static final Map<Extra, Set<String>> OPTIONAL =
            Map.of(
                    Extra.SQL,
                    Set.of("flink-sql-client", "flink-sql-gateway", "flink-sql-gateway-api"));

    /** The command's own: console, embedded broker, the binding of an engine that is measured. */
    private static final Set<String> COMMAND_ONLY =
            Set.of(
                    "argparse4j",
                    "caffeine",
                    "commons-beanutils",
                    "commons-digester",
                    "commons-logging",
                    "commons-validator",
                    "dnnl",
                    "hash4j",
                    "jackson-dataformat-csv",
                    "jackson-dataformat-yaml",
                    "jackson-datatype-jdk8",
                    "jackson-datatype-jsr310",
                    "javacpp",
                    "jline-native",
                    "jline-terminal",
                    "jopt-simple",
                    "jose4j",
                    "kafka-coordinator-common",
                    "kafka-group-coordinator",
                    "kafka-group-coordinator-api",
                    "kafka-metadata",
                    "kafka-raft",
                    "kafka-server",
                    "kafka-server-common",
                    "kafka-share-coordinator",
                    "kafka-storage",
                    "kafka-storage-api",
                    "kafka-tools-api",
                    "kafka-transaction-coordinator",
                    "kafka_2.13",
                    "metrics-core",
                    "opencl",
                    "pcollections",
                    "picocli",
                    "progressbar",
                    "re2j",
                    "scala-library",
                    "scala-logging_2.13",
                    "scala-reflect",
                    "snakeyaml");

    private final Map<String, Path> jars;

    private ClusterLibraries(Map<String, Path> jars) {
        this.jars = jars;
    }

    /**
     * Sorts the jars of a class path.
     *
     * @param classPath its entries; folders are passed over
     */
    public static ClusterLibraries of(List<Path> classPath) {
        Map<String, Path> jars = new TreeMap<>();
        for (Path entry : classPath) {
            artifact(entry).ifPresent(name -> jars.putIfAbsent(classifier(name, entry), entry));
        }
        return new ClusterLibraries(jars);
    }

    /** One artefact may come in several jars: classes in one, natives in another. */
    private static String classifier(String artifact, Path jar) {
        return artifact + ":" + jar.getFileName();
    }

    /** Name of a jar's artefact, as its file has it; empty for anything else. */
    static Optional<String> artifact(Path entry) {
        Matcher file = FILE.matcher(entry.getFileName().toString());
        return file.matches() ? Optional.of(file.group("artifact")) : Optional.empty();
    }

    /** Sorts the jars of this JVM's own class path. */
    public static ClusterLibraries ofThisJvm() {
        return of(
                Stream.of(System.getProperty("java.class.path", "").split(File.pathSeparator))
                        .filter(entry -> !entry.isEmpty())
                        .map(Path::of)
                        .toList());
    }

    /** What could be asked for beside what every cluster has. */
    public Set<Extra> available() {
        Set<Extra> available = EnumSet.noneOf(Extra.class);
        for (Extra extra : Extra.values()) {
            if (artifacts(extra).stream().noneMatch(name -> find(Set.of(name)).isEmpty())) {
                available.add(extra);
            }
        }
        return available;
    }

    private static Set<String> artifacts(Extra extra) {
        Set<String> artifacts = new TreeSet<>(EXTRAS.getOrDefault(extra, Set.of()));
        artifacts.addAll(OPTIONAL.getOrDefault(extra, Set.of()));
        return artifacts;
    }

    /**
     * Jars for {@code lib/}.
     *
     * @param extras what is asked for beside what every cluster has
     * @throws IllegalArgumentException if a part of that is not on the class path
     */
    public List<Path> lib(Set<Extra> extras) {
        Set<String> wanted = new TreeSet<>(ALWAYS);
        for (Extra extra : extras) {
            if (!extra.isPlugin()) {
                requirePresent(extra);
                wanted.addAll(EXTRAS.getOrDefault(extra, Set.of()));
            }
        }
        return find(wanted);
    }

    /**
     * Jars of a plug-in, which Flink gives a class loader of its own.
     *
     * @throws IllegalArgumentException if a part of it is not on the class path
     */
    public List<Path> plugin(Extra extra) {
        requirePresent(extra);
        return find(EXTRAS.getOrDefault(extra, Set.of()));
    }

    /**
     * Jars for {@code opt/}, which no process of the cluster has on its class path.
     *
     * @throws IllegalArgumentException if a part of what is asked for is not on the class path
     */
    public List<Path> opt(Set<Extra> extras) {
        Set<String> wanted = new TreeSet<>();
        for (Extra extra : extras) {
            requirePresent(extra);
            wanted.addAll(OPTIONAL.getOrDefault(extra, Set.of()));
        }
        return find(wanted);
    }

    /**
     * Demands that all that is asked for is on the class path, before work is done for it.
     *
     * @throws IllegalArgumentException if it is not
     */
    public void require(Set<Extra> extras) {
        extras.forEach(this::requirePresent);
    }

    private void requirePresent(Extra extra) {
        for (String artifact : artifacts(extra)) {
            if (find(Set.of(artifact)).isEmpty()) {
                throw new IllegalArgumentException(
                        "'"
                                + extra
                                + "' was asked for but its jar "
                                + artifact
                                + " is not on the class path; lay out with ./psconv layout, which"
                                + " fetches it");
            }
        }
    }

    private List<Path> find(Set<String> artifacts) {
        return jars.entrySet().stream()
                .filter(jar -> artifacts.contains(jar.getKey().replaceFirst(":.*", "")))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** Jars that nothing here says anything of, but for the project's own. */
    List<Path> undecided() {
        Set<String> known = new TreeSet<>(ALWAYS);
        EXTRAS.values().forEach(known::addAll);
        OPTIONAL.values().forEach(known::addAll);
        known.addAll(COMMAND_ONLY);
        known.addAll(ProjectJars.ARTIFACTS);
        return jars.entrySet().stream()
                .filter(jar -> !known.contains(jar.getKey().replaceFirst(":.*", "")))
                .map(Map.Entry::getValue)
                .toList();
    }
}
