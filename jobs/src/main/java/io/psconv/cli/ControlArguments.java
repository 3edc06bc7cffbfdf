package io.psconv.cli;

import io.psconv.job.kafka.ControlClient;
import io.psconv.job.kafka.KafkaProperties;
import io.psconv.job.kafka.TopicCheck;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where requests go and decisions come from: a mix-in. */
final class ControlArguments {
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @Mixin
    private KafkaArguments kafka;

    @Option(
            names = "--control",
            paramLabel = "TOPIC",
            defaultValue = "model-control",
            description = "The job's control.topic; ${DEFAULT-VALUE} if not given.")
    private String control = "model-control";

    @Option(
            names = "--decisions",
            paramLabel = "TOPIC",
            defaultValue = "model-decisions",
            description = "The job's decisions.topic; ${DEFAULT-VALUE} if not given.")
    private String decisions = "model-decisions";

    /**
     * A client of topics that are there.
     *
     * @throws io.psconv.job.kafka.TopicCheckException if one is not
     */
    ControlClient open() {
        KafkaProperties properties = kafka.toProperties();
        try (TopicCheck check = new TopicCheck(properties)) {
            check.requireTopics(List.of(control, decisions));
        }
        return new ControlClient(properties, control, decisions);
    }

    String control() {
        return control;
    }
}
