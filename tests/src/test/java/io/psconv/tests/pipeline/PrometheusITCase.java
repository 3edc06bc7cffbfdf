package io.psconv.tests.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.psconv.operator.record.Classification;
import io.psconv.operator.record.RejectedFrame;
import io.psconv.tests.monitoring.MonitoringFiles;
import io.psconv.tests.monitoring.Programs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus beside the job: what it is shown is what the topics hold. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class PrometheusITCase {
    private static final int OF_EACH_CAMERA = 40;

    /** A counter of joules, a failure, or a rise of something lazily counted, is not to be had. */
    private static final Set<String> WITHOUT_DATA =
            Set.of("Power B", "Power C", "Commit failures A");

    @TempDir private Path folder;

    @BeforeAll
    static void findPrometheus() {
        Programs.ofPrometheus("prometheus");
    }

    @Test
    void hasWhatTheTopicsHold() throws Exception {
        try (MeteredRun run = new MeteredRun(options -> {});
                PrometheusServer prometheus =
                        PrometheusServer.start(folder, run.port(), run.flinkPort())) {
            run.send(OF_EACH_CAMERA);
            run.sendBad(3, 2);
            int frames = OF_EACH_CAMERA * MeteredRun.CAMERAS.size();
            Pipeline.await(
                    "Prometheus has all frames",
                    () ->
                            prometheus.number("sum(route_frames_total)") == frames
                                    && prometheus.number("sum(inference_rejected_frames_total)")
                                            == 5);

            assertThat(run.results().classified()).hasSize(frames);
            assertThat(rejections(prometheus)).isEqualTo(rejections(run));
            assertTimesAndEnergy(prometheus, run.results().inOrderOfArrival());
            Pipeline.await(
                    "Prometheus has the commits",
                    () ->
                            prometheus.number(
                                            "sum(transaction_commits_total{result=\"committed\"})")
                                    > 0);
            assertThat(
                            prometheus.number(
                                    "sum(transaction_commits_total{result!~\"committed|retried\"})"))
                    .isZero();

            run.serveOnAllKindsOfRoutes();
            assertThat(prometheus.number("sum(up)")).isEqualTo(2);
            assertDashboardHasData(run, prometheus);
            assertRulesAreWell(prometheus);
            assertThat(Scrape.of(run.flinkPort()).names()).anyMatch(PrometheusITCase::isOurs);
            run.stop();
            // Flink says that a job has ended before it takes back what its tasks had registered.
            Pipeline.await(
                    "Flink shows no meter of ours",
                    () ->
                            Scrape.of(run.flinkPort()).names().stream()
                                    .noneMatch(PrometheusITCase::isOurs));
            assertThatThrownBy(() -> Scrape.of(run.port())).isInstanceOf(IOException.class);
        }
    }

    /** A meter of ours among Flink's metrics, whose name has that of the group. */
    private static boolean isOurs(String name) {
        return name.contains("_psconv_");
    }

    private static Map<String, Double> rejections(PrometheusServer prometheus) throws Exception {
        Map<String, Double> rejections = new TreeMap<>();
        for (JsonNode series :
                prometheus.query("sum by (reason) (inference_rejected_frames_total) > 0")) {
            rejections.put(
                    series.path("metric").path("reason").asText(),
                    Double.parseDouble(series.path("value").get(1).asText()));
        }
        return rejections;
    }

    private static Map<String, Double> rejections(MeteredRun run) {
        return run.results().rejected().values().stream()
                .map(RejectedFrame::reason)
                .collect(
                        Collectors.groupingBy(
                                reason -> reason.name().toLowerCase(Locale.ROOT),
                                TreeMap::new,
                                Collectors.summingDouble(reason -> 1)));
    }

    /** Records have times in microseconds; a batch's time is in each of its frames' records. */
    private static void assertTimesAndEnergy(
            PrometheusServer prometheus, Collection<Classification> answers) throws Exception {
        double micros = 1e-6 * answers.size();
        assertThat(prometheus.number("sum(inference_latency_seconds_sum)"))
                .isCloseTo(
                        sum(
                                answers,
                                answer ->
                                        1e-9
                                                * answer.timing().inferenceNanos()
                                                / answer.timing().batchSize()),
                        within(micros));
        assertThat(prometheus.number("sum(frame_decode_time_seconds_sum)"))
                .isCloseTo(
                        sum(answers, answer -> 1e-9 * answer.timing().decodeNanos()),
                        within(micros));
        assertThat(prometheus.number("sum(inference_latency_seconds_count)"))
                .isCloseTo(sum(answers, answer -> 1.0 / answer.timing().batchSize()), within(1e-6));
        assertThat(prometheus.number("sum(inference_batch_size_frames_sum)"))
                .isEqualTo(answers.size());
        double joules = sum(answers, answer -> answer.energy().joules());
        assertThat(joules).isPositive();
        assertThat(
                        prometheus.number(
                                "sum(inference_energy_joules_sum{energy_source=\"modelled\"})"))
                .isCloseTo(joules, within(1e-6 * joules));
        assertThat(
                        prometheus.number(
                                "histogram_quantile(0.95, sum by (le) (frame_latency_seconds_bucket))"))
                .isBetween(1e-4, 60.0);
        assertThat(prometheus.number("sum(frame_latency_seconds_count)")).isEqualTo(answers.size());
    }

    private static double sum(
            Collection<Classification> answers, ToDoubleFunction<Classification> value) {
        return answers.stream().mapToDouble(value).sum();
    }

    /** Each panel, while frames of every kind come. */
    private static void assertDashboardHasData(MeteredRun run, PrometheusServer prometheus)
            throws Exception {
        Map<String, String> empty = new TreeMap<>(MonitoringFiles.panels());
        empty.keySet().removeAll(WITHOUT_DATA);
        try {
            Pipeline.await(
                    "all panels have data",
                    () -> {
                        run.send(2);
                        run.sendBad(1, 1);
                        for (String panel : new TreeSet<>(empty.keySet())) {
                            if (!prometheus.query(empty.get(panel)).isEmpty()) {
                                empty.remove(panel);
                            }
                        }
                        return empty.isEmpty();
                    });
        } catch (AssertionError e) {
            throw new AssertionError("no data for " + empty, e);
        }
        for (String panel : WITHOUT_DATA) {
            // Prometheus understands it.
            prometheus.query(MonitoringFiles.panels().get(panel));
        }
    }

    private static void assertRulesAreWell(PrometheusServer prometheus) throws Exception {
        int rules = 0;
        for (JsonNode group : prometheus.rules()) {
            for (JsonNode rule : group.path("rules")) {
                rules++;
                assertThat(rule.path("health").asText()).as(rule.toString()).isEqualTo("ok");
            }
        }
        assertThat(rules).isEqualTo(MonitoringFiles.alerts().size());
    }
}
