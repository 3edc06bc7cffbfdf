package io.psconv.bench.pipeline;

import io.psconv.job.kafka.KafkaProperties;
import io.psconv.job.kafka.TopicCheck;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topics of one run, whose names begin alike and unlike all others, and its consumer groups.
 *
 * <p>Where Kafka makes topics by itself, whoever still asks for a topic that is gone brings it
 * back: delete topics when nobody does any more. {@link #clear} sees that they stay away.
 */
final class BenchTopics implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BenchTopics.class);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);
    private static final Duration CLEAR_LIMIT = Duration.ofSeconds(20);

    /** Longer than a client asks again for a topic that is not there. */
    private static final int QUIET_LOOKS = 3;

    private static final long LOOK_MILLIS = 150;

    private final KafkaProperties kafka;
    private final String prefix;
    private final TopicCheck check;
    private final Admin admin;

    /**
     * Connects.
     *
     * @param prefix that the names of the run's topics and groups begin with, and no others
     * @throws io.psconv.job.kafka.TopicCheckException if the settings cannot be used
     */
    BenchTopics(KafkaProperties kafka, String prefix) {
        this.kafka = kafka;
        this.prefix = prefix;
        this.check = new TopicCheck(kafka);
        Properties properties = kafka.toProperties();
        String limit = Long.toString(ANSWER_LIMIT.toMillis());
        properties.setProperty(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, limit);
        properties.setProperty(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, limit);
        this.admin = Admin.create(properties);
    }

    /**
     * Sees that Kafka answers, and that topics may be made and deleted.
     *
     * @throws io.psconv.job.kafka.TopicCheckException if not
     * @throws IOException if topics may be made but not deleted
     */
    void check() throws IOException, InterruptedException {
        check.createMissing(List.of(prefix + "-check"), 1);
        clear();
    }

    /**
     * Makes a job's topics.
     *
     * @throws io.psconv.job.kafka.TopicCheckException if Kafka refuses one
     */
    void create(BenchJob job) {
        job.topics()
                .forEach(
                        (topic, settings) ->
                                check.createMissing(List.of(topic), job.partitions(), settings));
    }

    /**
     * Deletes a job's topics.
     *
     * @throws IOException if Kafka refuses
     */
    void delete(BenchJob job) throws IOException, InterruptedException {
        delete(job.topics().keySet());
    }

    /**
     * Deletes every topic of the run, until none comes back, and its consumer groups.
     *
     * @throws IOException if one is still there; the message names it
     */
    void clear() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + CLEAR_LIMIT.toNanos();
        int quiet = 0;
        while (quiet < QUIET_LOOKS) {
            Set<String> left = left();
            if (left.isEmpty()) {
                quiet++;
            } else if (System.nanoTime() > deadline) {
                throw new IOException(
                        "topics "
                                + String.join(", ", left)
                                + " come back at "
                                + kafka.bootstrapServers()
                                + " when they are deleted; delete them once no client asks for"
                                + " them");
            } else {
                quiet = 0;
                delete(left);
            }
            Thread.sleep(LOOK_MILLIS);
        }
        deleteGroups();
    }

    private Set<String> left() throws IOException, InterruptedException {
        try {
            Set<String> left = new TreeSet<>(admin.listTopics().names().get());
            left.removeIf(topic -> !topic.startsWith(prefix));
            return left;
        } catch (ExecutionException e) {
            throw failure("topics " + prefix + "… could not be looked for", e);
        }
    }

    private void delete(Collection<String> topics) throws IOException, InterruptedException {
        try {
            admin.deleteTopics(topics).all().get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                throw failure("topics " + String.join(", ", topics) + " could not be deleted", e);
            }
        }
    }

    /** They would expire by themselves, so that it is no failure if they stay. */
    private void deleteGroups() throws InterruptedException {
        try {
            List<String> groups =
                    admin.listGroups().all().get().stream()
                            .map(group -> group.groupId())
                            .filter(group -> group.startsWith(prefix))
                            .toList();
            if (!groups.isEmpty()) {
                admin.deleteConsumerGroups(groups).all().get();
            }
        } catch (ExecutionException | KafkaException e) {
            LOG.info("Consumer groups {}… stay until they expire", prefix, e);
        }
    }

    private IOException failure(String what, ExecutionException failure) {
        @Nullable Throwable cause = failure.getCause();
        String why =
                cause == null || cause.getMessage() == null
                        ? failure.toString()
                        : cause.getMessage();
        return new IOException(
                what
                        + " at "
                        + kafka.bootstrapServers()
                        + ": "
                        + why
                        + "; delete those that begin with "
                        + prefix,
                failure);
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
        check.close();
    }
}
