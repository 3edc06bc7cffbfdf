package io.psconv.tests.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.bench.ResultReader;
import io.psconv.cli.Psconv;
import io.psconv.job.options.ClassifyConfigOptions;
import io.psconv.operator.record.Classification;
import io.psconv.operator.record.FrameId;
import io.psconv.operator.record.RejectedFrame;
import io.psconv.tests.hostile.HostileFrame;
import io.psconv.tests.hostile.HostileFrames;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Hostile frames among good ones, through the job between a real broker and a real cluster. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class HostileFramesITCase {
    private static final int HOSTILE = 600;
    private static final int LARGEST = 200_000;
    private static final int GOOD_EVERY = 3;

    @Test
    void everyFrameIsClassifiedOrRejectedAndTheJobRunsOn() throws Exception {
        long seed = System.nanoTime();
        try (Pipeline pipeline = new Pipeline(2)) {
            Configuration configuration = pipeline.configuration();
            configuration.set(
                    ClassifyConfigOptions.DECODE_MAX_PIXELS, (long) HostileFrames.MAX_PIXELS);
            // A restart would end the job, and so show.
            configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "disable");
            JobID job = pipeline.start(configuration, 2);
            Map<FrameId, Integer> good = new HashMap<>();
            Map<FrameId, HostileFrame> hostile = new HashMap<>();
            send(pipeline, sample(seed), good, hostile);
            try (ResultReader results = pipeline.results()) {
                pipeline.read(results, good.size() + hostile.size());
                pipeline.stop(job);
                results.pollToEnd();

                assertThat(results.duplicates()).as("seed %d", seed).isZero();
                Set<FrameId> answered = new HashSet<>(results.classified().keySet());
                answered.addAll(results.rejected().keySet());
                Set<FrameId> sent = new HashSet<>(good.keySet());
                sent.addAll(hostile.keySet());
                assertThat(answered).as("seed %d", seed).isEqualTo(sent);
                assertThat(results.classified().keySet()).containsAll(good.keySet());
                hostile.forEach(
                        (id, frame) -> {
                            @Nullable RejectedFrame rejected = results.rejected().get(id);
                            assertThat(frame.allows(rejected == null ? null : rejected.reason()))
                                    .as("%s was %s, seed %d", frame, rejected, seed)
                                    .isTrue();
                        });
                long right =
                        good.entrySet().stream()
                                .filter(
                                        frame ->
                                                label(results, frame.getKey())
                                                        .equals(Samples.label(frame.getValue())))
                                .count();
                // 91.73 % over the whole test set.
                assertThat((double) right / good.size()).as("seed %d", seed).isGreaterThan(0.8);
            }
        }
    }

    @Test
    void framesRejectedForALimitAreClassifiedOnceItIsRaised() throws Exception {
        try (Pipeline pipeline = new Pipeline(2)) {
            Configuration strict = pipeline.configuration();
            strict.set(ClassifyConfigOptions.DECODE_MAX_PIXELS, 1000L);
            // So that every original has to be read back.
            strict.set(ClassifyConfigOptions.REJECTED_MAX_PAYLOAD_BYTES, MemorySize.ZERO);
            strict.set(ClassifyConfigOptions.FRAMES_UNTIL, "latest");
            Map<FrameId, Integer> sent = pipeline.send(40, 100_000);
            pipeline.cluster().await(pipeline.submit(strict, 2, null));
            Configuration lenient = pipeline.configuration();
            lenient.set(ClassifyConfigOptions.FRAMES_UNTIL, "latest");

            assertThat(replay(pipeline)).contains("40  sent again");
            assertThat(replay(pipeline)).contains("0  sent again");
            pipeline.cluster().await(pipeline.submit(lenient, 2, null));

            try (ResultReader results = pipeline.results()) {
                results.pollToEnd();
                assertThat(results.rejected().keySet()).isEqualTo(sent.keySet());
                assertThat(results.duplicates()).isZero();
                assertThat(results.classified()).hasSize(40);
                assertThat(results.classified().values())
                        .extracting(Classification::timestampMillis)
                        .containsExactlyInAnyOrderElementsOf(
                                results.rejected().values().stream()
                                        .map(RejectedFrame::timestampMillis)
                                        .toList());
            }
        }
    }

    private static String replay(Pipeline pipeline) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status =
                Psconv.run(
                        new PrintWriter(out, true),
                        new PrintWriter(err, true),
                        "replay-rejected",
                        "--bootstrap-servers",
                        pipeline.broker().bootstrapServers());
        assertThat(status).as(err.toString()).isZero();
        return out.toString();
    }

    /** Of every kind, as many as the broker takes. */
    private static List<HostileFrame> sample(long seed) {
        List<HostileFrame> corpus =
                new ArrayList<>(
                        HostileFrames.of(seed).stream()
                                .filter(frame -> frame.payload().length < LARGEST)
                                .toList());
        Collections.shuffle(corpus, new Random(seed));
        return corpus.subList(0, HOSTILE);
    }

    private static void send(
            Pipeline pipeline,
            List<HostileFrame> frames,
            Map<FrameId, Integer> good,
            Map<FrameId, HostileFrame> hostile)
            throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = pipeline.producer()) {
            for (int number = 0; number < frames.size(); number++) {
                HostileFrame frame = frames.get(number);
                byte[] payload = frame.payload().length == 0 ? null : frame.payload();
                hostile.put(send(producer, number, payload, frame.contentType()), frame);
                if (number % GOOD_EVERY == 0) {
                    int sample = number / GOOD_EVERY;
                    good.put(send(producer, number, Samples.png(sample), null), sample);
                }
            }
        }
    }

    private static FrameId send(
            KafkaProducer<byte[], byte[]> producer,
            int number,
            byte @Nullable [] payload,
            @Nullable String contentType)
            throws Exception {
        int partition = number % Pipeline.PARTITIONS;
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(
                        "frames",
                        partition,
                        ("camera-" + partition).getBytes(StandardCharsets.UTF_8),
                        payload);
        if (contentType != null) {
            record.headers().add("content-type", contentType.getBytes(StandardCharsets.UTF_8));
        }
        return new FrameId("frames", partition, producer.send(record).get().offset());
    }

    private static String label(ResultReader results, FrameId frame) {
        return results.classified().get(frame).label();
    }
}
