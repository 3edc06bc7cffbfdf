package io.psconv.cli;

import io.psconv.bench.pipeline.PipelinePlace;
import io.psconv.job.kafka.KafkaProperties;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which Kafka and which Flink a benchmark is to use, where not its own: a mix-in. */
final class PlaceArguments {
    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            description =
                    "A Kafka to measure on; several servers are separated by commas. Topics and"
                            + " groups that begin with psconv-bench- are made there and deleted at"
                            + " the end. Without it a broker runs beside the rest.")
    private @Nullable String bootstrapServers;

    @Option(
            names = "--kafka",
            paramLabel = "KEY=VALUE",
            description =
                    "Setting passed on to Kafka's clients, for TLS and SASL; repeatable. With"
                            + " --flink, files that it names must be on the cluster's machines too.")
    private List<String> settings = new ArrayList<>();

    @Option(
            names = "--flink",
            paramLabel = "URL",
            description =
                    "REST address of a Flink session cluster to measure on, for example"
                            + " http://localhost:8081, laid out by psconv layout; needs"
                            + " --bootstrap-servers. The job's jar is uploaded, and removed at the"
                            + " end. What cannot be known of its processes is left open.")
    private @Nullable String flink;

    @Option(
            names = "--flink-store",
            paramLabel = "DIR",
            description =
                    "Folder of the model store on that cluster's machines (default: that of"
                            + " --store).")
    private @Nullable String flinkStore;

    /**
     * Both together.
     *
     * @param store folder of the model store on this machine
     * @throws IllegalArgumentException if one cannot be used, or they cannot go together
     */
    PipelinePlace toPlace(Path store) {
        if (bootstrapServers == null && !settings.isEmpty()) {
            throw new IllegalArgumentException(
                    "--kafka was given but --bootstrap-servers was not; a broker of the run's own"
                            + " takes no settings");
        }
        URI address = flink == null ? null : address(flink);
        String there =
                address == null || flinkStore != null
                        ? flinkStore
                        : store.toAbsolutePath().normalize().toString();
        return new PipelinePlace(
                bootstrapServers == null ? null : kafka(bootstrapServers), address, there);
    }

    private KafkaProperties kafka(String servers) {
        KafkaProperties kafka = KafkaProperties.of(servers);
        for (String setting : settings) {
            kafka = kafka.with(setting);
        }
        return kafka;
    }

    private static URI address(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    "--flink was '"
                            + text
                            + "' but it must be the address of a JobManager's REST interface, like"
                            + " http://localhost:8081",
                    e);
        }
    }
}
