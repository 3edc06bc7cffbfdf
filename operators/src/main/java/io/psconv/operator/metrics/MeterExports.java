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

    private final PrometheusMeterRegistry prometheus =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final CompositeMeterRegistry registry = new CompositeMeterRegistry();
    // Reads the meters that are always there, one of each.
    private final FlinkMeters flink = new FlinkMeters(prometheus);
    private @Nullable MeterEndpoint endpoint;
    private @Nullable Place place;
    private @Nullable OtlpSettings otlp;

    /** Address and ports that the endpoint was asked for with. */
    private record Place(String host, PortRange ports) {
        @Override
        public String toString() {
            return host + ":" + ports.first() + "-" + ports.last();
        }
    }

    private MeterExports() {
        registry.add(prometheus);
    }

    /**
     * Starts to show meters.
     *
     * @throws IOException as {@link #add} does
     */
    public static MeterExports start(
            String host, @Nullable PortRange ports, @Nullable OtlpSettings otlp)
            throws IOException {
        MeterExports exports = new MeterExports();
        boolean started = false;
        try {
            exports.add(host, ports, otlp);
            started = true;
            return exports;
        } finally {
            if (!started) {
                exports.close();
            }
        }
    }

    /**
     * Shows meters where a job asks for it besides, unless they are shown in another place of the
     * kind already: the first one counts, which is said in the log.
     *
     * @param host address the Prometheus endpoint listens at
     * @param ports of which it takes the first free one, or null for no endpoint
     * @param otlp where meters are sent besides, or null for nowhere
     * @throws IOException if no port is free, or the library that sends is not there
     */
    public synchronized void add(
            String host, @Nullable PortRange ports, @Nullable OtlpSettings otlp)
            throws IOException {
        if (ports != null) {
            serve(new Place(host, ports));
        }
        if (otlp != null) {
            send(otlp);
        }
    }

    private void serve(Place wanted) throws IOException {
        if (endpoint == null) {
            endpoint = new MeterEndpoint(prometheus, wanted.host, wanted.ports);
            place = wanted;
        } else if (!wanted.equals(place)) {
            LOG.warn(
                    "metrics.host and metrics.port were '{}' but this process has its endpoint by"
                            + " '{}' already, at port {}; that one counts for all its jobs",
                    wanted,
                    place,
                    endpoint.port());
        }
    }

    private void send(OtlpSettings wanted) throws IOException {
        if (otlp == null) {
            registry.add(receiver(wanted));
            otlp = wanted;
            LOG.info("meters are sent to {} every {}", wanted.url(), wanted.interval());
        } else if (!wanted.equals(otlp)) {
            LOG.warn(
                    "metrics.otlp was '{}' but this process sends by '{}' already; that counts for"
                            + " all its jobs",
                    wanted,
                    otlp);
        }
    }

    private static MeterRegistry receiver(OtlpSettings otlp) throws IOException {
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

    /** Where meters of the process are registered; for those of a job see {@link JobRegistry}. */
    public MeterRegistry registry() {
        return registry;
    }

    /** Where all meters can be read, those of jobs too. */
    public MeterRegistry readings() {
        return prometheus;
    }

    /** The meters among Flink's. */
    public FlinkMeters flink() {
        return flink;
    }

    /** Port of the Prometheus endpoint; empty without one. */
    public synchronized Optional<Integer> port() {
        return Optional.ofNullable(endpoint).map(MeterEndpoint::port);
    }

    @Override
    public synchronized void close() {
        if (endpoint != null) {
            endpoint.close();
        }
        // All of them; those that send do so a last time.
        registry.close();
    }
}
