package io.psconv.job.kafka;

import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Where Kafka is and the settings that go to every one of its clients unchanged.
 *
 * <p>TLS and SASL come in this way. {@link #toString} masks what is secret, and nothing else here
 * prints values.
 *
 * @param bootstrapServers comma-separated {@code host:port}
 * @param settings settings of Kafka's clients, for example {@code security.protocol}
 */
public record KafkaProperties(String bootstrapServers, Map<String, String> settings) {
    /** Kafka's own default of {@code max.request.size}. */
    public static final int DEFAULT_MAX_REQUEST_BYTES = 1_048_576;

    private static final Pattern SERVER = Pattern.compile("(\\[[^]]+]|[^\\[\\]:,\\s]+):(\\d{1,5})");
    private static final Pattern SECRET =
            Pattern.compile(
                    "password|passwd|secret|jaas|credential|token|keystore\\.key|private|user\\.info");
    private static final String MASK = "****";
    private static final int MAX_PORT = 65535;

    /** Settings that would break a job, by what is to be used instead. */
    private static final Map<String, String> RESERVED =
            Map.ofEntries(
                    Map.entry("bootstrap.servers", "set kafka.bootstrap-servers instead"),
                    Map.entry("group.id", "set kafka.group-id instead"),
                    Map.entry("auto.offset.reset", "set frames.from instead"),
                    Map.entry("enable.auto.commit", "offsets are committed with each checkpoint"),
                    Map.entry("transactional.id", "the job numbers its transactions itself"),
                    Map.entry("transaction.timeout.ms", "set delivery.transaction-timeout instead"),
                    Map.entry("enable.idempotence", "the job's guarantee needs it"),
                    Map.entry("key.serializer", "the record format is fixed"),
                    Map.entry("value.serializer", "the record format is fixed"),
                    Map.entry("key.deserializer", "the record format is fixed"),
                    Map.entry("value.deserializer", "the record format is fixed"));

    public KafkaProperties {
        settings = Map.copyOf(settings);
        checkServers(bootstrapServers);
        settings.keySet().forEach(KafkaProperties::checkSetting);
    }

    /** Kafka without further settings. */
    public static KafkaProperties of(String bootstrapServers) {
        return new KafkaProperties(bootstrapServers, Map.of());
    }

    /** The same Kafka with one more setting, written {@code key=value}. */
    public KafkaProperties with(String assignment) {
        int equals = assignment.indexOf('=');
        if (equals < 1) {
            // Not the text itself: a secret may be in it.
            throw new IllegalArgumentException(
                    "a Kafka setting must be written key=value, for example"
                            + " security.protocol=SSL");
        }
        Map<String, String> more = new TreeMap<>(settings);
        more.put(assignment.substring(0, equals).strip(), assignment.substring(equals + 1));
        return new KafkaProperties(bootstrapServers, more);
    }

    /** For a client: the settings and the servers, in an object of the caller's own. */
    public Properties toProperties() {
        Properties properties = new Properties();
        properties.putAll(settings);
        properties.put("bootstrap.servers", bootstrapServers);
        return properties;
    }

    /** What the producer takes at most for one request, in bytes. */
    public int maxRequestBytes() {
        String text =
                settings.getOrDefault(
                        "max.request.size", Integer.toString(DEFAULT_MAX_REQUEST_BYTES));
        try {
            return Integer.parseInt(text.strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "kafka.max.request.size was '"
                            + text
                            + "' but it must be a whole number of bytes",
                    e);
        }
    }

    /** A setting's value as it may be printed. */
    public static String printable(String key, String value) {
        return SECRET.matcher(key.toLowerCase(Locale.ROOT)).find() ? MASK : value;
    }

    @Override
    public String toString() {
        Map<String, String> printable = new TreeMap<>();
        settings.forEach((key, value) -> printable.put(key, printable(key, value)));
        return "KafkaProperties[bootstrapServers="
                + bootstrapServers
                + ", settings="
                + printable
                + "]";
    }

    private static void checkServers(String servers) {
        for (String server : servers.split(",", -1)) {
            var matcher = SERVER.matcher(server.strip());
            if (!matcher.matches() || !isPort(Integer.parseInt(matcher.group(2)))) {
                throw new IllegalArgumentException(
                        "kafka.bootstrap-servers was '"
                                + servers
                                + "' but it must be host:port, or several separated by commas");
            }
        }
    }

    private static boolean isPort(int port) {
        return port >= 1 && port <= MAX_PORT;
    }

    private static void checkSetting(String key) {
        String advice = RESERVED.get(key);
        if (advice != null) {
            throw new IllegalArgumentException(
                    "kafka." + key + " cannot be passed on to Kafka; " + advice);
        }
    }
}
