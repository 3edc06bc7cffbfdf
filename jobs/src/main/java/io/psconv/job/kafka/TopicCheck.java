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
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
    private static final Logger LOG = LoggerFactory.getLogger(TopicCheck.class);
    private static final String LOG_APPEND_TIME = "LogAppendTime";

    /** Requests are few, and who asks what became of one may ask late. */
    private static final Map<String, String> CONTROL_SETTINGS =
            Map.of(TopicConfig.RETENTION_MS_CONFIG, "-1");

    /** Every decision stays, of the ticks the last one; only closed segments are compacted. */
    private static final Map<String, String> DECISIONS_SETTINGS =
            Map.of(
                    TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                    LOG_APPEND_TIME,
                    TopicConfig.CLEANUP_POLICY_CONFIG,
                    TopicConfig.CLEANUP_POLICY_COMPACT,
                    TopicConfig.SEGMENT_MS_CONFIG,
                    "3600000");

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
        return createMissing(topics, partitions, Map.of());
    }

    /**
     * The same with settings of the topics, for example {@code max.message.bytes}.
     *
     * @param settings of those that are created
     */
    public List<String> createMissing(
            Collection<String> topics, int partitions, Map<String, String> settings) {
        Set<String> existing = existing();
        List<String> created = new ArrayList<>();
        for (String topic : topics) {
            if (!existing.contains(topic) && !created.contains(topic)) {
                create(topic, partitions, settings);
                created.add(topic);
            }
        }
        return created;
    }

    /**
     * Creates the topic of requests and the log of decisions if they do not exist, each with the
     * one partition and the settings that it needs.
     *
     * @param control null for none
     * @throws TopicCheckException if no broker answers or a topic is refused
     */
    public void createMissingControl(@Nullable String control, String decisions) {
        Set<String> existing = existing();
        if (control != null && !existing.contains(control)) {
            create(control, 1, CONTROL_SETTINGS);
        }
        if (!existing.contains(decisions)) {
            create(decisions, 1, DECISIONS_SETTINGS);
        }
    }

    /**
     * Checks that a topic is fit to be a log of decisions: one partition, in the order of the
     * broker's clock.
     *
     * <p>Where Kafka does not let us read a topic's settings, the records will show it.
     *
     * @throws TopicCheckException if no broker answers, or the topic is missing or unfit
     */
    public void requireDecisionLog(String topic) {
        int partitions = partitions(List.of(topic)).getOrDefault(topic, 0);
        if (partitions != 1) {
            throw new TopicCheckException(
                    "topic '"
                            + topic
                            + "' had "
                            + partitions
                            + " partitions but a log of decisions has 1; name another topic, which"
                            + " classify --create-topics creates",
                    null);
        }
        String type = timestampType(topic);
        if (type != null && !type.equals(LOG_APPEND_TIME)) {
            throw new TopicCheckException(
                    "message.timestamp.type of topic '"
                            + topic
                            + "' was '"
                            + type
                            + "' but a log of decisions needs LogAppendTime; run kafka-configs.sh"
                            + " --bootstrap-server "
                            + kafka.bootstrapServers()
                            + " --alter --entity-type topics --entity-name "
                            + topic
                            + " --add-config message.timestamp.type=LogAppendTime",
                    null);
        }
    }

    /** Whose time records of a topic have; null where we are not allowed to know. */
    private @Nullable String timestampType(String topic) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try {
            @Nullable Config config =
                    get(admin.describeConfigs(List.of(resource)).all()).get(resource);
            @Nullable ConfigEntry type =
                    config == null ? null : config.get(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG);
            return type == null ? null : type.value();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthorizationException) {
                LOG.warn("Not allowed to see whether topic '{}' has LogAppendTime", topic);
                return null;
            }
            throw refused(e);
        }
    }

    private void create(String topic, int partitions, Map<String, String> settings) {
        NewTopic created =
                new NewTopic(topic, Optional.of(partitions), Optional.<Short>empty())
                        .configs(settings);
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
