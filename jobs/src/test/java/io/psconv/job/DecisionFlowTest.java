package io.psconv.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.job.kafka.DecisionJson;
import io.psconv.job.kafka.KafkaProperties;
import io.psconv.job.kafka.TopicCheck;
import io.psconv.job.options.ClassifyOptions;
import io.psconv.job.options.JobArguments;
import io.psconv.local.EmbeddedBroker;
import io.psconv.local.EmbeddedCluster;
import io.psconv.operator.record.AcceptedCrop;
import io.psconv.operator.record.AcceptedPlan;
import io.psconv.operator.record.Decision;
import io.psconv.operator.record.DecisionEntry;
import io.psconv.operator.record.DecisionTick;
import io.psconv.operator.record.Refusal;
import io.psconv.operator.record.RequestedTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class DecisionFlowTest {
    /** What arrived; the cluster is in this JVM. */
    private static final Queue<Arrival> ARRIVED = new ConcurrentLinkedQueue<>();

    @Test
    void ticksMoveTheWatermarkAtOnceAndOfEachRequestTheFirstDecisionArrives() throws Exception {
        RequestedTime now = new RequestedTime(0, 5000);
        AcceptedPlan plan = new AcceptedPlan("model-control-0@1", "day", null, now);
        AcceptedCrop crop = new AcceptedCrop("model-control-0@2", "gate", null, now);
        ARRIVED.clear();
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                EmbeddedCluster cluster = EmbeddedCluster.start(1)) {
            try (TopicCheck check = new TopicCheck(KafkaProperties.of(broker.bootstrapServers()))) {
                check.createMissingControl(null, "model-decisions");
            }
            List<Long> times =
                    append(
                            broker,
                            new Refusal("model-control-0@0", "why"),
                            new AcceptedPlan("model-control-0@0", "night", null, now),
                            new DecisionTick(1000),
                            plan,
                            plan,
                            new DecisionTick(5000),
                            crop);

            StreamExecutionEnvironment environment =
                    StreamExecutionEnvironment.getExecutionEnvironment().setParallelism(1);
            DecisionFlow.of(environment, new KafkaEndpoints(options(broker)).decisions())
                    .process(new Arrivals())
                    .sinkTo(new DiscardingSink<>());
            cluster.await(cluster.submit(environment.getStreamGraph()));

            assertThat(ARRIVED)
                    .containsExactly(
                            new Arrival(new Refusal("model-control-0@0", "why"), Long.MIN_VALUE),
                            new Arrival(plan.at(times.get(3)), times.get(2) + 999),
                            new Arrival(crop.at(times.get(6)), times.get(5) + 4999));
        }
    }

    /** A run that ends by itself, since the source does then. */
    private static ClassifyOptions options(EmbeddedBroker broker) {
        return ClassifyOptions.of(
                JobArguments.parse(
                        "-Dkafka.bootstrap-servers=" + broker.bootstrapServers(),
                        "-Dclassify.store=models",
                        "-Dclassify.model=resnet18",
                        "-Dframes.until=latest",
                        "-Ddecisions.topic=model-decisions"));
    }

    /** Appends to the log, and says at which times Kafka took it. */
    private static List<Long> append(EmbeddedBroker broker, DecisionEntry... entries)
            throws Exception {
        List<Long> times = new ArrayList<>();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker.bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            for (DecisionEntry entry : entries) {
                byte[] key = {(byte) times.size()};
                times.add(
                        producer.send(
                                        new ProducerRecord<>(
                                                "model-decisions", key, DecisionJson.write(entry)))
                                .get()
                                .timestamp());
            }
        }
        return times;
    }

    private record Arrival(Decision decision, long watermark) {}

    private static final class Arrivals extends ProcessFunction<Decision, Integer> {
        private static final long serialVersionUID = 1;

        @Override
        public void processElement(Decision decision, Context context, Collector<Integer> out) {
            ARRIVED.add(new Arrival(decision, context.timerService().currentWatermark()));
        }
    }
}
