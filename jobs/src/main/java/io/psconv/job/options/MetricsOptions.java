package io.psconv.job.options;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Prometheus endpoint.
 *
 * @param enabled whether there is one
 * @param host address it listens at
 * @param firstPort first port to try; 0 for any free one
 * @param lastPort last port to try
 */
public record MetricsOptions(boolean enabled, String host, int firstPort, int lastPort) {
    private static final Pattern PORTS = Pattern.compile("(\\d{1,5})(?:\\s*-\\s*(\\d{1,5}))?");
    private static final int MAX_PORT = 65535;

    /**
     * Reads an address and a port, a range of ports, or {@code off}.
     *
     * @param key option to name in errors
     */
    static MetricsOptions parse(String key, String host, String ports) {
        String stripped = ports.strip();
        if (stripped.equalsIgnoreCase("off")) {
            return new MetricsOptions(false, host, 0, 0);
        }
        Matcher matcher = PORTS.matcher(stripped);
        if (matcher.matches()) {
            int first = Integer.parseInt(matcher.group(1));
            int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
            boolean range = first >= 1 && first <= last;
            if (last <= MAX_PORT && (range || (first == 0 && last == 0))) {
                return new MetricsOptions(true, host, first, last);
            }
        }
        throw new IllegalArgumentException(
                key
                        + " was '"
                        + ports
                        + "' but it must be a port, a range like 9250-9260, 0 for any or off");
    }
}
