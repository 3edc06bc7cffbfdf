package io.psconv.operator.metrics;

import java.io.Serializable;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where and how often meters are sent by OTLP. Printing it prints the names of headers only.
 *
 * @param url of the receiver's metrics, for example {@code http://collector:4318/v1/metrics};
 *     without user or password, which errors would print
 * @param interval between two sendings, at least a second
 * @param headers of each request; may be secret
 */
public record OtlpSettings(URI url, Duration interval, Map<String, String> headers)
        implements Serializable {
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    public OtlpSettings {
        if (!isHttp(url)) {
            throw new IllegalArgumentException(
                    "metrics.otlp.url was '"
                            + withoutUser(url)
                            + "' but it must be http:// or https:// with a host");
        }
        if (url.getRawUserInfo() != null) {
            throw new IllegalArgumentException(
                    "metrics.otlp.url has a user in it but logs would show that; put what is"
                            + " secret into metrics.otlp.http-headers");
        }
        if (interval.compareTo(SHORTEST) < 0) {
            throw new IllegalArgumentException(
                    "metrics.otlp.interval was '" + interval + "' but it must be at least 1 s");
        }
        headers = Map.copyOf(headers);
    }

    private static boolean isHttp(URI url) {
        String scheme = url.getScheme();
        return url.getHost() != null
                && ("http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme));
    }

    private static String withoutUser(URI url) {
        return url.toString().replaceFirst("//[^/]*@", "//…@");
    }

    @Override
    public String toString() {
        return "OtlpSettings[url="
                + url
                + ", interval="
                + interval
                + ", headers="
                + new TreeMap<>(headers).keySet()
                + "]";
    }
}
