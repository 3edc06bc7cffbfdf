package io.psconv.tests.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.bench.ResultReader;
import io.psconv.cli.Psconv;
import io.psconv.job.kafka.KafkaProperties;
import io.psconv.job.kafka.TopicCheck;
import io.psconv.job.options.ClassifyConfigOptions;
import io.psconv.operator.energy.EnergySource;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MetricOptions;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The job with all of its topics, whose meters Flink's own reporter shows too, for tests that look
 * at them. It classifies with one model; {@link #serveOnAllKindsOfRoutes} adds others.
 */
final class MeteredRun implements AutoCloseable {
    /** Those of route night are seen by two models, those of route day by a cascade. */
    static final List<String> CAMERAS = List.of("gate-1", "gate-2", "night-1", "day-1");

    private static final String SECOND = "resnet18-psd1_p16@1";

    private final Pipeline pipeline;
    private final int port = freePort();
    private final int flinkPort = freePort();
    private final KafkaProducer<byte[], byte[]> producer;
    private final ResultReader results;
    private final JobID job;
    private int sent;

    /**
     * Starts the job.
     *
     * @param more options of the job
     */
    MeteredRun(Consumer<Configuration> more) throws Exception {
        pipeline = new Pipeline(2, flink());
        boolean started = false;
        try {
            pipeline.broker().createTopic("camera-events", 1);
            pipeline.broker().createTopic("energy-windows", 1);
            try (TopicCheck check =
                    new TopicCheck(KafkaProperties.of(pipeline.broker().bootstrapServers()))) {
                check.createMissingControl("model-control", "model-decisions");
            }
            producer = pipeline.producer();
            results = pipeline.results();
            Configuration configuration = configuration();
            more.accept(configuration);
            job = pipeline.start(configuration, 2);
            started = true;
        } finally {
            if (!started) {
                pipeline.close();
            }
        }
    }

    private Configuration flink() {
        Configuration flink = new Configuration();
        flink.setString(
                "metrics.reporter.prom.factory.class",
                "org.apache.flink.metrics.prometheus.PrometheusReporterFactory");
        flink.setString("metrics.reporter.prom.port", Integer.toString(flinkPort));
        flink.set(MetricOptions.METRIC_FETCHER_UPDATE_INTERVAL, Duration.ofMillis(100));
        return flink;
    }

    private Configuration configuration() {
        Configuration configuration = pipeline.configuration();
        configuration.setString(ClassifyConfigOptions.METRICS_PORT.key(), Integer.toString(port));
        configuration.set(ClassifyConfigOptions.CAMERA_EVENTS_TOPIC, "camera-events");
        configuration.set(ClassifyConfigOptions.ENERGY_WINDOWS_TOPIC, "energy-windows");
        configuration.set(ClassifyConfigOptions.CONTROL_TOPIC, "model-control");
        configuration.set(ClassifyConfigOptions.DECISIONS_TOPIC, "model-decisions");
        configuration.set(ClassifyConfigOptions.CONTROL_LEAD, Duration.ofMillis(200));
        configuration.set(ClassifyConfigOptions.CONTROL_TICK_INTERVAL, Duration.ofMillis(50));
        // Of a machine with a counter as of one without.
        configuration.set(ClassifyConfigOptions.ENERGY_SOURCE, EnergySource.MODELLED);
        return configuration;
    }

    /** Sends as many good frames of each camera, and waits for their answers. */
    void send(int ofEach) throws Exception {
        for (int frame = 0; frame < ofEach; frame++) {
            for (String camera : CAMERAS) {
                send(camera, Samples.png(sent));
            }
        }
        awaitAnswers();
    }

    /** Sends frames that are rejected, and waits for that. */
    void sendBad(int empty, int noPicture) throws Exception {
        for (int frame = 0; frame < empty; frame++) {
            send("gate-1", new byte[0]);
        }
        for (int frame = 0; frame < noPicture; frame++) {
            send("gate-1", "no picture".getBytes(StandardCharsets.UTF_8));
        }
        awaitAnswers();
    }

    private void send(String camera, byte[] payload) throws Exception {
        producer.send(
                        new ProducerRecord<>(
                                "frames",
                                CAMERAS.indexOf(camera),
                                System.currentTimeMillis(),
                                camera.getBytes(StandardCharsets.UTF_8),
                                payload))
                .get();
        sent++;
    }

    private void awaitAnswers() throws Exception {
        pipeline.read(results, sent);
    }

    /** Adds a paired route and a cascade, waits until they serve, and has one request refused. */
    void serveOnAllKindsOfRoutes() throws Exception {
        String first = "resnet20-dense";
        assertThat(activate(first, "--route", "night", "--cameras", "night-*", "--paired", SECOND))
                .isZero();
        assertThat(
                        activate(
                                first,
                                "--route",
                                "day",
                                "--cameras",
                                "day-*",
                                "--escalate-to",
                                SECOND,
                                "--margin",
                                "0.9"))
                .isZero();
        assertThat(activate("nonsuch")).isEqualTo(1);
        Pipeline.await("the routes serve", this::allRoutesServe);
    }

    private boolean allRoutesServe() throws Exception {
        send(1);
        Set<String> routes = new HashSet<>();
        results.inOrderOfArrival().forEach(answer -> routes.add(answer.route().route()));
        return routes.containsAll(List.of("default", "night", "day"));
    }

    private int activate(String... arguments) {
        List<String> all = new ArrayList<>(List.of("models", "activate"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--bootstrap-servers", pipeline.broker().bootstrapServers()));
        StringWriter err = new StringWriter();
        return Psconv.run(
                new PrintWriter(new StringWriter()),
                new PrintWriter(err, true),
                all.toArray(String[]::new));
    }

    ResultReader results() {
        return results;
    }

    JobID job() {
        return job;
    }

    /** Of the job's endpoint. */
    int port() {
        return port;
    }

    /** Of Flink's reporter. */
    int flinkPort() {
        return flinkPort;
    }

    /** Of Flink's REST interface. */
    URI rest() throws Exception {
        return pipeline.cluster().miniCluster().getRestAddress().get();
    }

    /** Stops the job behind a savepoint. */
    void stop() throws Exception {
        pipeline.stop(job);
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        results.close();
        producer.close();
        pipeline.close();
    }
}
