package io.psconv.tests.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.bench.ResultReader;
import io.psconv.job.kafka.FrameHeader;
import io.psconv.job.kafka.KafkaProperties;
import io.psconv.job.options.ClassifyConfigOptions;
import io.psconv.job.options.DeliveryOptions.Guarantee;
import io.psconv.operator.record.Classification;
import io.psconv.operator.record.FrameId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What holds where results are written at least once. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class AtLeastOnceITCase {
    private static final int FRAMES = 600;

    @Test
    void losesNothingAndRepeatsTheSameUnderTheSameIdentity() throws Exception {
        List<String> headers = new ArrayList<>();
        RecordSchemas schemas = new RecordSchemas();
        try (Pipeline pipeline = new Pipeline(2)) {
            Configuration configuration = pipeline.configuration();
            configuration.set(ClassifyConfigOptions.DELIVERY_GUARANTEE, Guarantee.AT_LEAST_ONCE);
            // What is written between the last checkpoint and the kill is written again.
            configuration.set(ClassifyConfigOptions.CHECKPOINT_INTERVAL, Duration.ofMinutes(1));
            JobID job = pipeline.start(configuration, 2);
            CompletableFuture<Map<FrameId, Integer>> sending =
                    CompletableFuture.supplyAsync(() -> send(pipeline));
            try (ResultReader results =
                    new ResultReader(
                            KafkaProperties.of(pipeline.broker().bootstrapServers()),
                            "classifications",
                            "rejected-frames",
                            record -> {
                                schemas.check(record);
                                headers.add(
                                        new String(
                                                record.headers()
                                                        .lastHeader(FrameHeader.NAME)
                                                        .value(),
                                                StandardCharsets.UTF_8));
                            })) {
                pipeline.read(results, 100);

                pipeline.cluster().miniCluster().terminateTaskManager(0).get();
                pipeline.cluster().miniCluster().startTaskManager();
                pipeline.read(results, FRAMES);
                pipeline.stop(job);
                results.pollToEnd();

                assertThat(results.classified().keySet()).isEqualTo(sending.get().keySet());
                assertThat(results.duplicates()).isPositive();
                assertThat(headers)
                        .containsExactlyElementsOf(
                                results.inOrderOfArrival().stream()
                                        .map(result -> result.frame().toString())
                                        .toList());
                Map<FrameId, Classification> first = new HashMap<>();
                for (Classification result : results.inOrderOfArrival()) {
                    Classification before =
                            Objects.requireNonNullElse(
                                    first.putIfAbsent(result.frame(), result), result);
                    assertThat(result)
                            .usingRecursiveComparison()
                            .ignoringFields("timing", "energy")
                            .isEqualTo(before);
                }
            }
        }
    }

    private static Map<FrameId, Integer> send(Pipeline pipeline) {
        try {
            return pipeline.send(FRAMES, 150);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
