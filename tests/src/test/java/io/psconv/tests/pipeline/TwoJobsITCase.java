package io.psconv.tests.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.psconv.bench.OpenLoopProducer;
import io.psconv.bench.ResultReader;
import io.psconv.bench.energy.EnergyAccount;
import io.psconv.bench.energy.EnergyStatement;
import io.psconv.bench.energy.SourceStatement;
import io.psconv.bench.energy.TopicReader;
import io.psconv.job.ClassifyJob;
import io.psconv.job.kafka.ClassificationJson;
import io.psconv.job.kafka.EnergyWindowJson;
import io.psconv.job.kafka.KafkaProperties;
import io.psconv.job.kafka.TopicCheck;
import io.psconv.job.options.ClassifyConfigOptions;
import io.psconv.job.options.ClassifyOptions;
import io.psconv.local.ProcessCluster;
import io.psconv.operator.energy.EnergySource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two jobs at once in one task manager, each with the classes of a jar of its own. */
@Tag("chaos")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class TwoJobsITCase {
    private static final int FRAMES = 120;
    private static final int MORE = 40;
    private static final String MODEL = "resnet20-dense";

    @Test
    void shareWeightsAndPortButNeitherMetersNorEnergy() throws Exception {
        int port = twoFreePorts();
        try (ProcessCluster cluster = ProcessCluster.start(1, 2, null);
                Job north = new Job(cluster, "north", port);
                Job south = new Job(cluster, "south", port)) {
            north.start();
            south.start();
            north.classify(FRAMES);
            south.classify(FRAMES / 2);

            Pipeline.await("a window of each is closed", () -> attributed(port).size() == 2);
            Scrape both = Scrape.of(port);
            assertThat(both.sum("route_frames_total", job("north"))).isEqualTo(FRAMES);
            assertThat(both.sum("route_frames_total", job("south"))).isEqualTo(FRAMES / 2);
            assertThatThrownBy(() -> Scrape.of(port + 1)).isInstanceOf(IOException.class);
            assertThat(
                            Files.readString(cluster.taskManagers().get(0).log())
                                    .lines()
                                    .filter(line -> line.contains("is loaded for engine jvm"))
                                    .filter(line -> line.contains(MODEL)))
                    .hasSize(1);
            Pipeline.await(
                    "the meters have what the topics have",
                    () ->
                            isAlike(port, "north", north.statement())
                                    && isAlike(port, "south", south.statement()));

            double ofNorth = north.stopAndAccount();

            Scrape rest = Scrape.of(port);
            assertThat(jobs(rest)).containsExactly("south");
            assertThat(rest.sum("route_frames_total", job("south"))).isEqualTo(FRAMES / 2);
            south.classify(MORE);
            assertThat(Scrape.of(port).sum("route_frames_total", job("south")))
                    .isEqualTo(FRAMES / 2 + MORE);
            double ofSouth = south.stopAndAccount();
            // Modelled by the same network; batches of other sizes fetch weights more often.
            assertThat(ofNorth / FRAMES)
                    .isCloseTo(ofSouth / (FRAMES / 2 + MORE), within(0.9 * ofNorth / FRAMES));
            assertThatThrownBy(() -> Scrape.of(port)).isInstanceOf(IOException.class);
        }
    }

    private static Predicate<Map<String, String>> job(String name) {
        return labels -> name.equals(labels.get("job_name"));
    }

    /** Jobs that closed a window with frames. */
    private static Set<String> attributed(int port) throws Exception {
        Set<String> names = new TreeSet<>();
        for (Scrape.Sample sample : Scrape.of(port).samples()) {
            if (sample.name().equals("energy_attributed_joules_total") && sample.value() > 0) {
                names.add(sample.labels().get("job_name"));
            }
        }
        return names;
    }

    private static Set<String> jobs(Scrape scrape) {
        Set<String> names = new TreeSet<>();
        scrape.samples().forEach(sample -> names.add(sample.labels().get("job_name")));
        return names;
    }

    private static boolean isAlike(int port, String name, EnergyStatement statement)
            throws Exception {
        double inTopic =
                statement.sources().stream().mapToDouble(SourceStatement::attributedJoules).sum();
        double shown = Scrape.of(port).sum("energy_attributed_joules_total", job(name));
        return inTopic > 0 && Math.abs(inTopic - shown) < 1e-9;
    }

    /** The first of two neighbours that nobody listened at a moment ago. */
    private static int twoFreePorts() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        for (int tries = 0; tries < 100; tries++) {
            try (ServerSocket first = new ServerSocket(0, 1, loopback);
                    ServerSocket second = new ServerSocket(first.getLocalPort() + 1, 1, loopback)) {
                return second.getLocalPort() - 1;
            } catch (IOException | IllegalArgumentException e) {
                // Another two, then.
            }
        }
        throw new IOException("no two ports in a row are free");
    }

    /** A job with topics of its own. */
    private static final class Job implements AutoCloseable {
        private final ProcessCluster cluster;
        private final String name;
        private final Configuration options = new Configuration();
        private final ResultReader results;
        private JobID id = new JobID();
        private int sent;

        Job(ProcessCluster cluster, String name, int port) throws Exception {
            this.cluster = cluster;
            this.name = name;
            try (TopicCheck topics =
                    new TopicCheck(KafkaProperties.of(cluster.bootstrapServers()))) {
                topics.createMissing(
                        List.of(
                                topic("frames"),
                                topic("classifications"),
                                topic("rejected"),
                                topic("windows")),
                        1);
            }
            options.set(ClassifyConfigOptions.JOB_NAME, name);
            options.set(ClassifyConfigOptions.KAFKA_BOOTSTRAP_SERVERS, cluster.bootstrapServers());
            options.set(ClassifyConfigOptions.KAFKA_GROUP_ID, name);
            options.set(ClassifyConfigOptions.FRAMES_TOPIC, topic("frames"));
            options.set(ClassifyConfigOptions.CLASSIFICATIONS_TOPIC, topic("classifications"));
            options.set(ClassifyConfigOptions.REJECTED_FRAMES_TOPIC, topic("rejected"));
            options.set(ClassifyConfigOptions.ENERGY_WINDOWS_TOPIC, topic("windows"));
            options.set(ClassifyConfigOptions.ENERGY_SOURCE, EnergySource.MODELLED);
            options.set(ClassifyConfigOptions.CLASSIFY_STORE, Pipeline.STORE.toString());
            options.set(ClassifyConfigOptions.CLASSIFY_MODEL, MODEL);
            options.set(ClassifyConfigOptions.CHECKPOINT_INTERVAL, Duration.ofMillis(500));
            options.setString(ClassifyConfigOptions.METRICS_PORT.key(), port + "-" + (port + 1));
            this.results =
                    new ResultReader(
                            cluster.bootstrapServers(),
                            topic("classifications"),
                            topic("rejected"));
        }

        private String topic(String kind) {
            return kind + "-" + name;
        }

        void start() throws Exception {
            StreamExecutionEnvironment environment =
                    StreamExecutionEnvironment.getExecutionEnvironment();
            environment.setParallelism(1);
            ClassifyJob.define(environment, ClassifyOptions.of(options));
            StreamGraph graph = environment.getStreamGraph();
            graph.setJobName(name);
            id = cluster.submit(graph);
            Pipeline.await("job " + name + " runs", () -> cluster.isRunning(id));
        }

        /** Sends frames and waits for their answers. */
        void classify(int frames) throws Exception {
            new OpenLoopProducer(cluster.bootstrapServers(), topic("frames"), 1, 4, 200)
                    .send(frames, Samples::png, System.currentTimeMillis());
            sent += frames;
            Pipeline.await(
                    sent + " answers of " + name,
                    () -> {
                        results.poll();
                        return results.results() == sent;
                    });
            assertThat(results.rejected()).isEmpty();
        }

        /** What the job's own topics say of its energy. */
        EnergyStatement statement() throws Exception {
            EnergyAccount account = new EnergyAccount(Long.MIN_VALUE, Long.MAX_VALUE);
            KafkaProperties kafka = KafkaProperties.of(cluster.bootstrapServers());
            try (TopicReader reader = new TopicReader(kafka, topic("windows"))) {
                reader.readAll(value -> account.add(EnergyWindowJson.read(value)));
            }
            try (TopicReader reader = new TopicReader(kafka, topic("classifications"))) {
                reader.readAll(value -> account.add(ClassificationJson.read(value)));
            }
            return account.statement();
        }

        /** Joules that its windows attribute, which are those of its answers. */
        double stopAndAccount() throws Exception {
            cluster.stopWithSavepoint(id, cluster.folder().resolve("savepoints"));
            EnergyStatement statement = statement();
            assertThat(statement.addsUp()).isTrue();
            assertThat(statement.frames()).isEqualTo(sent);
            assertThat(statement.sources()).hasSize(1);
            SourceStatement modelled = statement.sources().get(0);
            assertThat(modelled.ledgers()).isEqualTo(1);
            assertThat(modelled.missingWindows()).isZero();
            assertThat(modelled.strayFrames()).isZero();
            assertThat(modelled.attributedJoules()).isPositive();
            assertThat(modelled.chargedJoules()).isEqualTo(modelled.attributedJoules());
            assertThat(modelled.repeatedJoules()).isZero();
            return modelled.attributedJoules();
        }

        @Override
        public void close() {
            results.close();
        }
    }
}
