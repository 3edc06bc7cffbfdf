package io.psconv.operator.metrics;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves the meters of this process to Prometheus over HTTP, path {@code /metrics}. */
public final class MeterEndpoint implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MeterEndpoint.class);

    private final HTTPServer server;

    /**
     * Starts to listen.
     *
     * @param host address to listen on
     * @param ports the first free one is taken
     * @throws IOException if none is free or the host is not this machine's
     */
    public MeterEndpoint(PrometheusMeterRegistry registry, String host, PortRange ports)
            throws IOException {
        this.server = listen(registry, host, ports);
        LOG.info("meters at http://{}:{}/metrics", host, server.getPort());
    }

    private static HTTPServer listen(PrometheusMeterRegistry registry, String host, PortRange ports)
            throws IOException {
        InetAddress address = InetAddress.getByName(host);
        for (int port = ports.first(); port <= ports.last(); port++) {
            try {
                return HTTPServer.builder()
                        .inetAddress(address)
                        .port(port)
                        .registry(registry.getPrometheusRegistry())
                        .buildAndStart();
            } catch (BindException e) {
                LOG.debug("port {} is taken", port, e);
            }
        }
        throw new IOException(
                "metrics.port was '"
                        + ports.first()
                        + "-"
                        + ports.last()
                        + "' but no port of it is free on "
                        + host
                        + "; choose others, or off");
    }

    public int port() {
        return server.getPort();
    }

    @Override
    public void close() {
        server.close();
    }
}
