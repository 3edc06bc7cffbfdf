package io.psconv.cli;

import io.psconv.job.kafka.KafkaProperties;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Where Kafka is, for any subcommand that needs it: a mix-in. */
final class KafkaArguments {
    @SuppressWarnings("NullAway.Init") // Required, hence set by picocli.
    @Option(
            names = "--bootstrap-servers",
            required = true,
            paramLabel = "HOST:PORT",
            description = "Where Kafka is; several are separated by commas.")
    private String bootstrapServers;

    @Option(
            names = "--kafka",
            paramLabel = "KEY=VALUE",
            description = "Setting passed on to Kafka's clients, for TLS and SASL; repeatable.")
    private List<String> settings = new ArrayList<>();

    /**
     * Both together.
     *
     * @throws IllegalArgumentException if one cannot be used
     */
    KafkaProperties toProperties() {
        KafkaProperties kafka = KafkaProperties.of(bootstrapServers);
        for (String setting : settings) {
            kafka = kafka.with(setting);
        }
        return kafka;
    }
}
