package io.psconv.job;

import io.psconv.job.kafka.TopicCheck;
import io.psconv.job.options.ClassifyOptions;
import io.psconv.job.options.TopicOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks Kafka, before a classify job starts, whether it has the topics that the job needs. */
public final class ClassifyTopics {
    private ClassifyTopics() {}

    /**
     * Checks that every topic is there, and fit for its use.
     *
     * @throws io.psconv.job.kafka.TopicCheckException if one is not, saying what to do
     */
    public static void require(ClassifyOptions options) {
        try (TopicCheck check = new TopicCheck(options.kafka())) {
            check.requireTopics(options.topics().inputs());
            check.requireTopics(options.topics().outputs());
            requireControl(check, options.topics());
        }
    }

    /**
     * Creates what the job writes and is controlled by, and checks the rest.
     *
     * @param partitions of each topic of results
     * @throws io.psconv.job.kafka.TopicCheckException if a topic is missing or unfit, or cannot be
     *     created
     */
    public static void createMissing(ClassifyOptions options, int partitions) {
        TopicOptions topics = options.topics();
        try (TopicCheck check = new TopicCheck(options.kafka())) {
            check.requireTopics(topics.inputs());
            check.createMissing(topics.outputs(), partitions);
            @Nullable String decisions = topics.decisions();
            if (decisions != null) {
                check.createMissingControl(topics.control(), decisions);
            }
            requireControl(check, topics);
        }
    }

    /** Checks the log of decisions alone, which a job would misread if it were unfit. */
    static void requireDecisionLog(ClassifyOptions options) {
        @Nullable String decisions = options.topics().decisions();
        if (decisions != null) {
            try (TopicCheck check = new TopicCheck(options.kafka())) {
                check.requireDecisionLog(decisions);
            }
        }
    }

    private static void requireControl(TopicCheck check, TopicOptions topics) {
        @Nullable String control = topics.control();
        if (control != null) {
            check.requireTopics(List.of(control));
        }
        @Nullable String decisions = topics.decisions();
        if (decisions != null) {
            check.requireDecisionLog(decisions);
        }
    }
}
