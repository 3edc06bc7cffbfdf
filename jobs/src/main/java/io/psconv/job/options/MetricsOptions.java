package io.psconv.job.options;

import io.psconv.operator.metrics.OtlpSettings;
import io.psconv.operator.metrics.PortRange;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where meters can be seen: the Prometheus endpoint, and a receiver they are sent to.
 *
 * @param enabled whether there is an endpoint
 * @param host address it listens at
 * @param firstPort first port to try; 0 for any free one
 * @param lastPort last port to try
 * @param otlp where meters are sent besides, or null for nowhere
 */
public record MetricsOptions(
        boolean enabled, String host, int firstPort, int lastPort, @Nullable OtlpSettings otlp) {
    private static final Pattern PORTS = Pattern.compile("(\\d{1,5})(?:\\s*-\\s*(\\d{1,5}))?");
    private static final int MAX_PORT = 65535;
    private static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(1);
    private static final Duration LONGEST_INTERVAL = Duration.ofHours(1);

    /** Ports of which the endpoint takes the first free one, or null for no endpoint. */
    public @Nullable PortRange ports() {
        return enabled ? new PortRange(firstPort, lastPort) : null;
    }

    /** Reads them. */
    static MetricsOptions read(OptionReader reader) {
        String key = ClassifyConfigOptions.METRICS_PORT.key();
        String host = reader.text(ClassifyConfigOptions.METRICS_HOST);
        String ports = reader.text(ClassifyConfigOptions.METRICS_PORT);
        OtlpSettings otlp = otlp(reader);
        if (ports.equalsIgnoreCase("off")) {
            return new MetricsOptions(false, host, 0, 0, otlp);
        }
        Matcher matcher = PORTS.matcher(ports);
        if (matcher.matches()) {
            int first = Integer.parseInt(matcher.group(1));
            int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
            boolean range = first >= 1 && first <= last;
            if (last <= MAX_PORT && (range || (first == 0 && last == 0))) {
                return new MetricsOptions(true, host, first, last, otlp);
            }
        }
        throw new IllegalArgumentException(
                key
                        + " was '"
                        + ports
                        + "' but it must be a port, a range like 9250-9260, 0 for any or off");
    }

    private static @Nullable OtlpSettings otlp(OptionReader reader) {
        Duration interval =
                reader.durationBetween(
                        ClassifyConfigOptions.METRICS_OTLP_INTERVAL,
                        SHORTEST_INTERVAL,
                        LONGEST_INTERVAL);
        Map<String, String> headers =
                headers(reader.optional(ClassifyConfigOptions.METRICS_OTLP_HTTP_HEADERS));
        String url = reader.optional(ClassifyConfigOptions.METRICS_OTLP_URL);
        if (url == null) {
            return null;
        }
        try {
            return new OtlpSettings(new URI(url), interval, headers);
        } catch (URISyntaxException e) {
            // Neither the text nor the cause, which has it: there may be a password in it.
            throw new IllegalArgumentException(
                    ClassifyConfigOptions.METRICS_OTLP_URL.key()
                            + " is no URL from character "
                            + (e.getIndex() + 1)
                            + " on; write it like http://collector:4318/v1/metrics");
        }
    }

    /** Of {@code name=value} and further ones after commas; says nothing of what is in them. */
    private static Map<String, String> headers(@Nullable String text) {
        Map<String, String> headers = new HashMap<>();
        if (text == null) {
            return headers;
        }
        for (String header : text.split(",", -1)) {
            int equals = header.indexOf('=');
            if (equals < 1 || header.substring(0, equals).isBlank()) {
                throw new IllegalArgumentException(
                        ClassifyConfigOptions.METRICS_OTLP_HTTP_HEADERS.key()
                                + " must be name=value, or several separated by commas, but header "
                                + (headers.size() + 1)
                                + " is not");
            }
            headers.put(header.substring(0, equals).strip(), header.substring(equals + 1).strip());
        }
        return headers;
    }
}
