package io.psconv.operator.metrics;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.ipc.http.HttpUrlConnectionSender;
import io.micrometer.registry.otlp.OtlpConfig;
import io.micrometer.registry.otlp.OtlpHttpMetricsSender;
import io.micrometer.registry.otlp.OtlpMeterRegistry;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Sends meters to an OpenTelemetry receiver, each interval and once more when it is closed. */
final class OtlpExport {
    /** Closing waits for the last sending, and the end of a task for closing. */
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);

    private static final Duration READ_TIMEOUT = Duration.ofSeconds(3);

    private OtlpExport() {}

    /** Starts to send. */
    static MeterRegistry start(OtlpSettings settings) {
        return OtlpMeterRegistry.builder(new Config(settings))
                .clock(Clock.SYSTEM)
                .metricsSender(
                        new OtlpHttpMetricsSender(
                                new HttpUrlConnectionSender(CONNECT_TIMEOUT, READ_TIMEOUT)))
                .build();
    }

    /** The environment's {@code OTEL_RESOURCE_ATTRIBUTES} and the like go before what is here. */
    private record Config(OtlpSettings settings, String instance) implements OtlpConfig {
        Config(OtlpSettings settings) {
            this(settings, UUID.randomUUID().toString());
        }

        @Override
        public @Nullable String get(String key) {
            return null;
        }

        @Override
        public String url() {
            return settings.url().toString();
        }

        @Override
        public Duration step() {
            return settings.interval();
        }

        @Override
        public Map<String, String> headers() {
            Map<String, String> headers = new TreeMap<>(OtlpConfig.super.headers());
            headers.putAll(settings.headers());
            return headers;
        }

        @Override
        public Map<String, String> resourceAttributes() {
            Map<String, String> attributes = new TreeMap<>();
            attributes.put("service.name", "psconv");
            attributes.put("host.name", hostName());
            // Two processes of one host must not write one series.
            attributes.put("service.instance.id", instance);
            attributes.putAll(OtlpConfig.super.resourceAttributes());
            return attributes;
        }

        private static String hostName() {
            try {
                return InetAddress.getLocalHost().getHostName();
            } catch (UnknownHostException e) {
                return "unknown";
            }
        }

        @Override
        public String toString() {
            return settings.toString();
        }
    }
}
