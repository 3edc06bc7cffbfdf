package io.psconv.operator.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the meters of a process can be seen: Prometheus, OTLP, Flink. Thread-safe. */
public final class MeterExports implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MeterExports.class);

    private final MeterRegistry registry;
    private final FlinkMeters flink;
    private final @Nullable MeterEndpoint endpoint;

    private MeterExports(
            MeterRegistry registry, FlinkMeters flink, @Nullable MeterEndpoint endpoint) {
        this.registry = registry;
        this.flink = flink;
        this.endpoint = endpoint;
    }

    /**
     * Starts to show meters.
     *
     * @param host address the Prometheus endpoint listens at
     * @param ports of which it takes the first free one, or null for no endpoint
     * @param otlp where meters are sent besides, or null for nowhere
     * @throws IOException if no port is free, or the library that sends is not there
     */
    public static MeterExports start(
            String host, @Nullable PortRange ports, @Nullable OtlpSettings otlp)
            throws IOException {
        PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        // Reads the meters that are always there, one of each.
        FlinkMeters flink = new FlinkMeters(prometheus);
        MeterEndpoint endpoint = ports == null ? null : new MeterEndpoint(prometheus, host, ports);
        if (otlp == null) {
            return new MeterExports(prometheus, flink, endpoint);
        }
        boolean started = false;
        try {
            CompositeMeterRegistry both = new CompositeMeterRegistry();
            both.add(prometheus);
            both.add(send(otlp));
            started = true;
            LOG.info("meters are sent to {} every {}", otlp.url(), otlp.interval());
            return new MeterExports(both, flink, endpoint);
        } finally {
            if (!started && endpoint != null) {
                endpoint.close();
            }
        }
    }

    private static MeterRegistry send(OtlpSettings otlp) throws IOException {
        try {
            return OtlpExport.start(otlp);
        } catch (NoClassDefFoundError e) {
            throw new IOException(
                    "metrics.otlp.url was '"
                            + otlp.url()
                            + "' but micrometer-registry-otlp is not on the class path; add it,"
                            + " opentelemetry-proto and protobuf-java to the cluster's lib/",
                    e);
        }
    }

    /** Where meters are registered. */
    public MeterRegistry registry() {
        return registry;
    }

    /** The meters among Flink's. */
    public FlinkMeters flink() {
        return flink;
    }

    /** Port of the Prometheus endpoint; empty without one. */
    public Optional<Integer> port() {
        return Optional.ofNullable(endpoint).map(MeterEndpoint::port);
    }

    @Override
    public void close() {
        if (endpoint != null) {
            endpoint.close();
        }
        // Of several, all; those that send do so a last time.
        registry.close();
    }
}
