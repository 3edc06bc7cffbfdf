package io.psconv.tests.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.bench.ResultReader;
import io.psconv.job.options.CameraOptions;
import io.psconv.job.options.ClassifyConfigOptions;
import io.psconv.operator.record.CameraEvent;
import io.psconv.operator.record.CameraEventDetails.LabelChange;
import io.psconv.operator.record.CameraEventKind;
import io.psconv.operator.record.Classification;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of cameras, between a real broker and a real cluster. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class CameraEventsITCase {
    private static final String TOPIC = "camera-events";
    private static final String GATE = "gate";
    private static final String STILL = "still";
    private static final String QUIET = "quiet";
    private static final String FAST = "fast";

    private Pipeline pipeline;
    private KafkaProducer<byte[], byte[]> producer;

    @BeforeEach
    void start() throws Exception {
        pipeline = new Pipeline(2);
        pipeline.broker().createTopic(TOPIC, 2);
        producer = pipeline.producer();
    }

    @AfterEach
    void stop() {
        producer.close();
        pipeline.close();
    }

    @Test
    void tellsWhatBecomesOfEachCamera() throws Exception {
        JobID job = pipeline.start(configuration(), 2);
        long captured = System.currentTimeMillis() - 20_000;
        sendFast(captured);
        sendGate(captured);
        sendStill(captured);
        send(QUIET, 3, image("dog", 0), captured);
        try (CameraEventReader events = events();
                ResultReader results = pipeline.results()) {
            Pipeline.await(
                    "all cameras are silent",
                    () -> count(events.poll(), CameraEventKind.CAMERA_SILENT) == 4);
            send(QUIET, 3, image("dog", 1), captured + 100);
            Pipeline.await(
                    "a camera is back",
                    () -> count(events.poll(), CameraEventKind.CAMERA_BACK) == 1);
            pipeline.read(results, 10 + 1 + 6 + 5 + 2);
            pipeline.stop(job);
            results.pollToEnd();
            Map<String, Map<Long, Classification>> classified = byCamera(results);

            // The fast clock is in the gate's own partition.
            assertThat(without(events.of(FAST), "camera-silent", "label-changed")).isEmpty();
            assertThat(without(events.of(GATE), "camera-silent", "label-changed"))
                    .containsExactly("frame-late 15");
            assertThat(changes(events.poll(), GATE))
                    .isEqualTo(expectedChanges(classified.get(GATE), 15))
                    .hasSizeGreaterThanOrEqualTo(2);
            assertThat(without(events.of(STILL), "camera-silent", "label-changed"))
                    .containsExactly("camera-frozen 3", "camera-moving 5");
            assertThat(without(events.of(QUIET), "label-changed"))
                    .containsExactly("camera-silent 0", "camera-back 1");
        }
    }

    @Test
    void smoothsAllProbabilitiesAndListsNoMoreThanWanted() throws Exception {
        Configuration configuration = configuration();
        configuration.set(
                ClassifyConfigOptions.CAMERA_SMOOTHING, CameraOptions.Smoothing.EXPONENTIAL);
        configuration.set(ClassifyConfigOptions.CLASSIFY_TOP_K, 1);
        configuration.set(ClassifyConfigOptions.FRAMES_UNTIL, "latest");
        long captured = System.currentTimeMillis() - 20_000;
        for (int number = 0; number < 6; number++) {
            String label = number < 3 ? "ship" : "frog";
            send(GATE, 0, image(label, number), captured + 100L * number);
        }

        pipeline.cluster().await(pipeline.submit(configuration, 2, null));

        try (CameraEventReader events = events();
                ResultReader results = pipeline.results()) {
            results.pollToEnd();
            Pipeline.await("both answers", () -> changes(events.poll(), GATE).size() >= 2);
            assertThat(results.inOrderOfArrival())
                    .hasSize(6)
                    .allSatisfy(made -> assertThat(made.top()).hasSize(1));
            List<CameraEvent> changes =
                    events.poll().stream()
                            .filter(event -> event.kind() == CameraEventKind.LABEL_CHANGED)
                            .toList();
            // The last frame waits no longer when the input ends.
            assertThat(changes.get(0).details())
                    .isInstanceOfSatisfying(
                            LabelChange.class, change -> assertThat(change.from()).isNull());
            assertThat(changes.get(changes.size() - 1).details())
                    .isInstanceOfSatisfying(
                            LabelChange.class,
                            change -> {
                                assertThat(change.to()).isEqualTo("frog");
                                assertThat(change.support()).isBetween(0.3, 1.0);
                            });
        }
    }

    /** Half a minute ahead of the others. */
    private void sendFast(long captured) throws Exception {
        for (int number = 0; number < 5; number++) {
            send(FAST, 0, image("truck", number), captured + 30_000 + 100L * number);
        }
    }

    /** Another picture class behind the fifth frame, two frames out of order, one far too late. */
    private void sendGate(long captured) throws Exception {
        for (int number : new int[] {0, 1, 2, 3, 4, 5, 7, 6, 8, 9}) {
            String label = number < 5 ? "ship" : "frog";
            send(GATE, 0, image(label, number), captured + 100L * number);
        }
        send(GATE, 0, image("ship", 0), captured - 5_000);
    }

    /** Five times the same picture, then another. */
    private void sendStill(long captured) throws Exception {
        for (int number = 0; number < 6; number++) {
            send(STILL, 1, image("bird", number < 5 ? 0 : 1), captured + 100L * number);
        }
    }

    private void send(String camera, int partition, byte[] image, long timestamp) throws Exception {
        producer.send(
                        new ProducerRecord<>(
                                "frames",
                                partition,
                                timestamp,
                                camera.getBytes(StandardCharsets.UTF_8),
                                image))
                .get();
    }

    /** The n-th bundled image of a class. */
    private static byte[] image(String label, int number) {
        return Samples.png(
                IntStream.range(0, 2000)
                        .filter(image -> Samples.label(image).equals(label))
                        .skip(number)
                        .findFirst()
                        .orElseThrow());
    }

    private CameraEventReader events() throws Exception {
        return new CameraEventReader(pipeline.broker().bootstrapServers(), TOPIC);
    }

    private Configuration configuration() {
        Configuration configuration = pipeline.configuration();
        configuration.set(ClassifyConfigOptions.CAMERA_EVENTS_TOPIC, TOPIC);
        configuration.set(ClassifyConfigOptions.CAMERA_SMOOTHING_FRAMES, 3);
        configuration.set(ClassifyConfigOptions.CAMERA_SMOOTHING_VOTES, 2);
        configuration.set(ClassifyConfigOptions.CAMERA_OUT_OF_ORDERNESS, Duration.ofMillis(250));
        configuration.set(ClassifyConfigOptions.CAMERA_SILENT_AFTER, Duration.ofSeconds(3));
        configuration.set(ClassifyConfigOptions.CAMERA_FROZEN_FRAMES, 4);
        configuration.set(ClassifyConfigOptions.CAMERA_FROZEN_DURATION, Duration.ZERO);
        return configuration;
    }

    private static long count(List<CameraEvent> events, CameraEventKind kind) {
        return events.stream().filter(event -> event.kind() == kind).count();
    }

    private static List<String> without(List<String> events, String... kinds) {
        return events.stream()
                .filter(event -> List.of(kinds).stream().noneMatch(event::startsWith))
                .toList();
    }

    private static List<String> changes(List<CameraEvent> events, String camera) {
        return events.stream()
                .filter(event -> event.camera().equals(camera))
                .filter(event -> event.kind() == CameraEventKind.LABEL_CHANGED)
                .map(
                        event -> {
                            LabelChange change = (LabelChange) event.details();
                            return event.frame().offset() + " " + change.from() + " " + change.to();
                        })
                .toList();
    }

    private static Map<String, Map<Long, Classification>> byCamera(ResultReader results) {
        Map<String, Map<Long, Classification>> classified = new HashMap<>();
        for (Classification made : results.inOrderOfArrival()) {
            classified
                    .computeIfAbsent(made.camera(), camera -> new HashMap<>())
                    .put(made.frame().offset(), made);
        }
        return classified;
    }

    /** Two of the last three by hand, from the answers themselves. */
    private static List<String> expectedChanges(
            @Nullable Map<Long, Classification> classified, long late) {
        List<Classification> sorted = new ArrayList<>(Objects.requireNonNull(classified).values());
        sorted.removeIf(made -> made.frame().offset() == late);
        sorted.sort(Comparator.comparingLong(Classification::timestampMillis));
        List<String> changes = new ArrayList<>();
        String answer = null;
        for (int frame = 0; frame < sorted.size(); frame++) {
            String label = sorted.get(frame).label();
            long votes =
                    sorted.subList(Math.max(0, frame - 2), frame + 1).stream()
                            .filter(made -> made.label().equals(label))
                            .count();
            if (votes >= 2 && !label.equals(answer)) {
                changes.add(sorted.get(frame).frame().offset() + " " + answer + " " + label);
                answer = label;
            }
        }
        return changes;
    }
}
