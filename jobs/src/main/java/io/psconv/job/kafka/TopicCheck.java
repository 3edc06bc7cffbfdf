package io.psconv.job.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jspecify.annotations.Nullable;

/**
 * Asks Kafka, before a job starts, whether it answers and has the topics the job needs.
 *
 * <p>Flink's source and sink would keep trying; here a wrong address or name ends the start with a
 * message that says what to do.
 */
public final class TopicCheck implements AutoCloseable {
    /** How long a broker may take to answer. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

    /** More names than this would hide the message. */
    private static final int MAX_NAMES = 20;

    private static final long POLL_NANOS = 20_000_000;

    private final KafkaProperties kafka;
    private final Duration timeout;
    private final Admin admin;

    /** A check whose brokers have 10 s to answer. */
    public TopicCheck(KafkaProperties kafka) {
        this(kafka, DEFAULT_TIMEOUT);
    }

    /**
     * A check.
     *
     * @throws TopicCheckException if the settings cannot be used, for example an unknown host
     */
    public TopicCheck(KafkaProperties kafka, Duration timeout) {
        this.kafka = kafka;
        this.timeout = timeout;
        this.admin = admin(kafka, timeout);
    }

    private static Admin admin(KafkaProperties kafka, Duration timeout) {
        Properties properties = kafka.toProperties();
        properties.put(
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, Long.toString(timeout.toMillis()));
        properties.put(
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Long.toString(timeout.toMillis()));
        try {
            return Admin.create(properties);
        } catch (org.apache.kafka.common.KafkaException e) {
            throw new TopicCheckException(
                    "no Kafka client for '"
                            + kafka.bootstrapServers()
                            + "': "
                            + rootMessage(e)
                            + "; check --bootstrap-servers and the Kafka settings",
                    e);
        }
    }

    /**
     * Checks that every topic exists.
     *
     * @throws TopicCheckException if no broker answers or a topic is missing
     */
    public void requireTopics(Collection<String> topics) {
        Set<String> existing = existing();
        for (String topic : topics) {
            if (!existing.contains(topic)) {
                throw new TopicCheckException(missing(topic, existing), null);
            }
        }
    }

    /**
     * Creates those topics that do not exist, with the brokers' default replication.
     *
     * @param partitions partitions of each, at least 1
     * @return the topics that were created
     * @throws TopicCheckException if no broker answers or a topic is refused
     */
    public List<String> createMissing(Collection<String> topics, int partitions) {
        Set<String> existing = existing();
        List<String> created = new ArrayList<>();
        for (String topic : topics) {
            if (!existing.contains(topic) && !created.contains(topic)) {
                create(topic, partitions);
                created.add(topic);
            }
        }
        return created;
    }

    private void create(String topic, int partitions) {
        NewTopic created = new NewTopic(topic, Optional.of(partitions), Optional.empty());
        try {
            get(admin.createTopics(List.of(created)).all());
            awaitTopic(topic);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TopicExistsException) {
                return;
            }
            throw new TopicCheckException(
                    "topic '"
                            + topic
                            + "' cannot be created at "
                            + kafka.bootstrapServers()
                            + ": "
                            + rootMessage(e),
                    e);
        }
    }

    /** The controller has a new topic at once, the brokers learn of it a moment later. */
    private void awaitTopic(String topic) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!existing().contains(topic)) {
            if (System.nanoTime() - deadline > 0) {
                throw new TopicCheckException(
                        "topic '"
                                + topic
                                + "' was created at "
                                + kafka.bootstrapServers()
                                + " but did not appear within "
                                + seconds(timeout)
                                + " s",
                        null);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** The number of partitions of topics that exist. */
    public Map<String, Integer> partitions(Collection<String> topics) {
        requireTopics(topics);
        try {
            return get(admin.describeTopics(topics).allTopicNames()).entrySet().stream()
                    .collect(
                            Collectors.toMap(
                                    Map.Entry::getKey,
                                    entry -> entry.getValue().partitions().size()));
        } catch (ExecutionException e) {
            throw refused(e);
        }
    }

    private Set<String> existing() {
        try {
            return new TreeSet<>(
                    get(admin.listTopics(new ListTopicsOptions().listInternal(false)).names()));
        } catch (ExecutionException e) {
            throw refused(e);
        }
    }

    private TopicCheckException refused(ExecutionException failure) {
        if (failure.getCause() instanceof TimeoutException) {
            return new TopicCheckException(
                    "no Kafka broker answered at '"
                            + kafka.bootstrapServers()
                            + "' within "
                            + seconds(timeout)
                            + " s; check --bootstrap-servers",
                    failure);
        }
        return new TopicCheckException(
                "Kafka at '" + kafka.bootstrapServers() + "' refused: " + rootMessage(failure),
                failure);
    }

    private String missing(String topic, Set<String> existing) {
        return "topic '"
                + topic
                + "' does not exist at "
                + kafka.bootstrapServers()
                + "; create it or name another; existing topics: "
                + names(existing);
    }

    private static String names(Set<String> topics) {
        if (topics.isEmpty()) {
            return "none";
        }
        String names = topics.stream().limit(MAX_NAMES).collect(Collectors.joining(", "));
        int more = topics.size() - MAX_NAMES;
        return more > 0 ? names + " and " + more + " more" : names;
    }

    private static String seconds(Duration duration) {
        double seconds = duration.toMillis() / 1000.0;
        return seconds == Math.rint(seconds)
                ? Long.toString((long) seconds)
                : Double.toString(seconds);
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        for (@Nullable Throwable cause = root.getCause(); cause != null; cause = root.getCause()) {
            root = cause;
        }
        @Nullable String message = root.getMessage();
        return message == null ? root.getClass().getSimpleName() : message;
    }

    private static <T> T get(KafkaFuture<T> future) throws ExecutionException {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TopicCheckException("interrupted while asking Kafka for its topics", e);
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }
}
