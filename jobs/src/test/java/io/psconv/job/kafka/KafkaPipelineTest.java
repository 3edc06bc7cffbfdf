package io.psconv.job.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.local.EmbeddedBroker;
import io.psconv.local.EmbeddedCluster;
import io.psconv.operator.record.Classification;
import io.psconv.operator.record.Frame;
import io.psconv.operator.record.RejectedFrame;
import io.psconv.operator.record.RejectionReason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The schemas inside Flink's own source and sink, from Kafka to Kafka, exactly once. */
class KafkaPipelineTest {
    private static final long TIME = 1_780_000_000_000L;
    private static final int MAX_PAYLOAD =
            RejectedFrameJson.maxPayloadBytes(KafkaProperties.DEFAULT_MAX_REQUEST_BYTES);

    @Test
    void carriesFramesInAndAnswersOut() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(2_000_000);
                EmbeddedCluster cluster = EmbeddedCluster.start(1)) {
            KafkaProperties kafka =
                    KafkaProperties.of(broker.bootstrapServers()).with("client.id=test");
            for (String topic : List.of("frames", "classifications", "rejected-frames")) {
                broker.createTopic(topic, 1);
            }
            produce(broker);

            cluster.await(cluster.submit(graph(kafka)));

            List<ConsumerRecord<byte[], byte[]>> answers = read(broker, "classifications", 4);
            assertThat(answers)
                    .extracting(r -> ClassificationJson.read(r.value()).frame().toString())
                    .containsExactly("frames-0@0", "frames-0@1", "frames-0@2", "frames-0@3");
            assertThat(answers)
                    .extracting(r -> new String(r.key(), StandardCharsets.UTF_8))
                    .containsExactly("gate", "", "gate", "gate");
            assertThat(answers)
                    .extracting(ConsumerRecord::timestamp)
                    .containsExactly(TIME, TIME + 1, TIME + 2, TIME + 3);
            assertThat(read(broker, "rejected-frames", 4))
                    .extracting(r -> RejectedFrameJson.read(r.value()))
                    .extracting(r -> r.payload() == null ? -1 : r.payload().length)
                    .containsExactly(3, 2, -1, MAX_PAYLOAD);
        }
    }

    private static StreamGraph graph(KafkaProperties kafka) {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment().setParallelism(1);
        environment.enableCheckpointing(200);
        KafkaSource<Frame> source =
                KafkaSource.<Frame>builder()
                        .setProperties(kafka.toProperties())
                        .setTopics("frames")
                        .setGroupId("test")
                        .setStartingOffsets(
                                StreamPosition.parseStart("frames.from", "committed").toOffsets())
                        .setBounded(StreamPosition.parseStop("frames.until", "latest").toOffsets())
                        .setDeserializer(new FrameDeserializationSchema())
                        .build();
        DataStream<Frame> frames =
                environment.fromSource(source, WatermarkStrategy.noWatermarks(), "frames");
        frames.map(KafkaPipelineTest::classification)
                .returns(Classification.class)
                .sinkTo(
                        sink(
                                kafka,
                                "classifications",
                                new ClassificationSerializationSchema(
                                        "classifications", ClassificationFormat.JSON, 3)));
        frames.map(KafkaPipelineTest::rejected)
                .returns(RejectedFrame.class)
                .sinkTo(
                        sink(
                                kafka,
                                "rejected",
                                new RejectedFrameSerializationSchema(
                                        "rejected-frames", MAX_PAYLOAD)));
        return environment.getStreamGraph();
    }

    private static Classification classification(Frame frame) {
        Classification plain = Records.classification(null);
        return new Classification(
                frame.id(),
                frame.camera(),
                frame.timestampMillis(),
                plain.label(),
                plain.top(),
                plain.model(),
                plain.route(),
                plain.imageHash(),
                plain.late(),
                plain.timing(),
                null);
    }

    private static RejectedFrame rejected(Frame frame) {
        return new RejectedFrame(
                frame.id(),
                frame.camera(),
                frame.timestampMillis(),
                RejectionReason.CORRUPT_IMAGE,
                "m",
                frame.payloadLength(),
                Records.DIGEST,
                frame.payload());
    }

    private static <T> KafkaSink<T> sink(
            KafkaProperties kafka, String prefix, KafkaRecordSerializationSchema<T> schema) {
        return KafkaSink.<T>builder()
                .setKafkaProducerConfig(kafka.toProperties())
                .setRecordSerializer(schema)
                .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
                .setTransactionalIdPrefix(prefix)
                .setProperty("transaction.timeout.ms", "60000")
                .build();
    }

    private static void produce(EmbeddedBroker broker) throws Exception {
        Map<String, Object> properties = new HashMap<>();
        properties.put("bootstrap.servers", broker.bootstrapServers());
        properties.put("max.request.size", "2000000");
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            byte @Nullable [][] payloads = {new byte[3], new byte[2], null, new byte[MAX_PAYLOAD]};
            for (int i = 0; i < payloads.length; i++) {
                producer.send(frame(i, payloads[i])).get();
            }
        }
    }

    @SuppressWarnings("NullAway") // Kafka's own annotations do not say that both may be null.
    private static ProducerRecord<byte[], byte[]> frame(int index, byte @Nullable [] payload) {
        byte[] key = index == 1 ? null : Records.bytes("gate");
        return new ProducerRecord<>("frames", 0, TIME + index, key, payload);
    }

    private static List<ConsumerRecord<byte[], byte[]>> read(
            EmbeddedBroker broker, String topic, int count) {
        Map<String, Object> properties =
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "isolation.level",
                        "read_committed",
                        "auto.offset.reset",
                        "earliest");
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(new TopicPartition(topic, 0)));
            while (records.size() < count) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
        }
        return records;
    }
}
