package io.psconv.job.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.operator.record.AcceptedPlan;
import io.psconv.operator.record.CameraEvent;
import io.psconv.operator.record.CameraEventDetails.Lateness;
import io.psconv.operator.record.CameraEventKind;
import io.psconv.operator.record.DeactivationRequest;
import io.psconv.operator.record.Decision;
import io.psconv.operator.record.DecisionEntry;
import io.psconv.operator.record.DecisionTick;
import io.psconv.operator.record.Frame;
import io.psconv.operator.record.FrameId;
import io.psconv.operator.record.FrameReplay;
import io.psconv.operator.record.MalformedRequest;
import io.psconv.operator.record.ModelDecision;
import io.psconv.operator.record.Refusal;
import io.psconv.operator.record.RequestedTime;
import io.psconv.operator.state.RecordTypes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.flink.api.common.serialization.DeserializationSchema.InitializationContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.typeutils.GenericTypeInfo;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.util.Collector;
import org.apache.flink.util.UserCodeClassLoader;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemasTest {
    private static final long TIME = 1_780_000_000_123L;

    @Test
    void readsAFrameFromKeyValueHeaderAndTimestamp() throws Exception {
        byte[] payload = {1, 2, 3};
        ConsumerRecord<byte[], byte[]> record = record(Records.bytes("Süd"), payload);
        record.headers().add("content-type", Records.bytes("image/png"));

        assertThat(read(new FrameDeserializationSchema(), record))
                .containsExactly(
                        new Frame(
                                new FrameId("frames", 3, 1234), "Süd", TIME, "image/png", payload));
    }

    @Test
    void readsAFrameWithoutKeyValueOrHeader() throws Exception {
        Frame frame = read(new FrameDeserializationSchema(), record(null, null)).get(0);

        assertThat(frame.camera()).isEmpty();
        assertThat(frame.payload()).isNull();
        assertThat(frame.payloadLength()).isZero();
        assertThat(frame.contentType()).isNull();
    }

    @Test
    void takesTheLastOfSeveralHeadersAndOneWithoutValueAsNone() throws Exception {
        ConsumerRecord<byte[], byte[]> record = record(null, null);
        record.headers().add("content-type", Records.bytes("image/png"));
        record.headers().add("content-type", Records.bytes("image/jpeg"));
        assertThat(read(new FrameDeserializationSchema(), record).get(0).contentType())
                .isEqualTo("image/jpeg");

        record.headers().add(new EmptyHeader());
        assertThat(read(new FrameDeserializationSchema(), record).get(0).contentType()).isNull();
    }

    @Test
    void readsWhatAFrameIsSentAgainFor() throws Exception {
        ConsumerRecord<byte[], byte[]> record = record(null, null);
        FrameReplay replay = new FrameReplay("frames-1@7", 2);
        ReplayHeaders.write(new FrameReplay("frames-1@7", 1), record.headers());
        ReplayHeaders.write(replay, record.headers());

        assertThat(record.headers().toArray()).hasSize(2);
        assertThat(read(new FrameDeserializationSchema(), record).get(0).replay())
                .isEqualTo(replay);
    }

    @ParameterizedTest
    @CsvSource({"'',1", "frames-1@7,0", "frames-1@7,-1", "frames-1@7,9999999999", "frames-1@7,''"})
    void takesOtherHeadersOfAReplayForNone(String original, String attempt) throws Exception {
        ConsumerRecord<byte[], byte[]> record = record(null, null);
        record.headers().add(ReplayHeaders.ORIGINAL, Records.bytes(original));
        assertThat(read(new FrameDeserializationSchema(), record).get(0).replay()).isNull();
        record.headers().add(ReplayHeaders.ATTEMPT, Records.bytes(attempt));

        assertThat(read(new FrameDeserializationSchema(), record).get(0).replay()).isNull();
    }

    @Test
    void takesALongOriginalForNone() throws Exception {
        ConsumerRecord<byte[], byte[]> record = record(null, null);
        record.headers().add(ReplayHeaders.ORIGINAL, new byte[1 << 20]);
        record.headers().add(ReplayHeaders.ATTEMPT, Records.bytes("1"));

        assertThat(read(new FrameDeserializationSchema(), record).get(0).replay()).isNull();
    }

    @Test
    void replacesBytesThatAreNoText() throws Exception {
        Frame frame =
                read(new FrameDeserializationSchema(), record(new byte[] {'a', -1}, null)).get(0);

        assertThat(frame.camera()).isEqualTo("a\uFFFD");
    }

    @Test
    void shortensALongKeyButKeepsCamerasApart() throws Exception {
        String longest = "c".repeat(FrameDeserializationSchema.MAX_CAMERA_BYTES);
        List<String> cameras = new ArrayList<>();
        for (String key : List.of(longest, longest + "1", longest + "2")) {
            cameras.add(
                    read(new FrameDeserializationSchema(), record(Records.bytes(key), null))
                            .get(0)
                            .camera());
        }

        assertThat(cameras).doesNotHaveDuplicates();
        assertThat(cameras.get(0)).isEqualTo(longest);
        assertThat(cameras.get(1)).startsWith("c".repeat(64) + "...sha256:").hasSize(64 + 74);
    }

    @Test
    void framesAndDecisionsTravelWithoutKryo() {
        assertThat(new FrameDeserializationSchema().getProducedType())
                .isNotInstanceOf(GenericTypeInfo.class)
                .isEqualTo(TypeInformation.of(Frame.class));
        assertThat(new DecisionDeserializationSchema().getProducedType())
                .isEqualTo(RecordTypes.DECISION);
        assertThat(new ControlRequestDeserializationSchema().getProducedType())
                .isEqualTo(RecordTypes.CONTROL_REQUEST);
    }

    @Test
    void writesAClassificationUnderItsCameraAndTime() {
        ProducerRecord<byte[], byte[]> record =
                Objects.requireNonNull(
                        new ClassificationSerializationSchema(
                                        "classifications", ClassificationFormat.JSON, 3)
                                .serialize(Records.classification(null), new NoContext(), 7L));

        assertThat(record.topic()).isEqualTo("classifications");
        assertThat(new String(record.key(), StandardCharsets.UTF_8)).isEqualTo("gate \"7\" – Süd");
        assertThat(record.timestamp()).isEqualTo(TIME);
        assertThat(record.headers().lastHeader("psconv-frame").value())
                .isEqualTo(Records.bytes("frames-3@1234"));
        assertThat(ClassificationJson.read(record.value())).isEqualTo(Records.classification(null));
    }

    @Test
    void writesNoMoreClassesThanAreWanted() {
        ProducerRecord<byte[], byte[]> record =
                Objects.requireNonNull(
                        new ClassificationSerializationSchema(
                                        "classifications", ClassificationFormat.JSON, 1)
                                .serialize(Records.classification(null), new NoContext(), 7L));

        assertThat(ClassificationJson.read(record.value()).top())
                .isEqualTo(Records.classification(null).top().subList(0, 1));
    }

    @Test
    void writesAnEventUnderItsCameraAndTime() {
        CameraEvent event =
                new CameraEvent(
                        "Süd", CameraEventKind.FRAME_LATE, TIME, Records.FRAME, new Lateness(5, 1));
        ProducerRecord<byte[], byte[]> record =
                Objects.requireNonNull(
                        new CameraEventSerializationSchema("camera-events")
                                .serialize(event, new NoContext(), 7L));

        assertThat(record.topic()).isEqualTo("camera-events");
        assertThat(new String(record.key(), StandardCharsets.UTF_8)).isEqualTo("Süd");
        assertThat(record.timestamp()).isEqualTo(TIME);
        assertThat(CameraEventJson.read(record.value())).isEqualTo(event);
    }

    @Test
    void writesAWindowUnderItsLedgerAndItsEnd() {
        ProducerRecord<byte[], byte[]> record =
                Objects.requireNonNull(
                        new EnergyWindowSerializationSchema("energy-windows")
                                .serialize(Records.window(), new NoContext(), 7L));

        assertThat(record.topic()).isEqualTo("energy-windows");
        assertThat(new String(record.key(), StandardCharsets.UTF_8)).isEqualTo("0123456789abcdef");
        assertThat(record.timestamp()).isEqualTo(1_780_000_001_140L);
        assertThat(EnergyWindowJson.read(record.value())).isEqualTo(Records.window());
    }

    @Test
    void leavesTheTimeOfAFrameWithoutOneToTheProducer() {
        assertThat(RecordTimestamp.of(-1)).isNull();
        assertThat(RecordTimestamp.of(0)).isZero();
    }

    @Test
    void aDecisionCountsFromItsAppendTimeAndLead() throws Exception {
        AcceptedPlan late =
                new AcceptedPlan("c-0@1", "day", null, new RequestedTime(TIME + 9999, 5000));
        AcceptedPlan now = new AcceptedPlan("c-0@2", "day", null, new RequestedTime(0, 5000));

        assertThat(read(new DecisionDeserializationSchema(), logged(late)))
                .containsExactly(new ModelDecision("c-0@1", "day", null, TIME + 9999));
        assertThat(read(new DecisionDeserializationSchema(), logged(now)))
                .containsExactly(new ModelDecision("c-0@2", "day", null, TIME + 5000));
    }

    @Test
    void ticksAndRefusalsAreReadToo() throws Exception {
        DecisionTick tick = new DecisionTick(5000);
        Refusal refusal = new Refusal("c-0@3", "why");

        assertThat(read(new DecisionDeserializationSchema(), logged(tick))).containsExactly(tick);
        assertThat(read(new DecisionDeserializationSchema(), logged(refusal)))
                .containsExactly(refusal);
    }

    @Test
    void countsAndSkipsMalformedDecisions() throws Exception {
        DecisionDeserializationSchema schema = new DecisionDeserializationSchema();
        Metrics metrics = new Metrics();
        schema.open(new Initialization(metrics));

        List<Decision> read = new ArrayList<>();
        for (byte @Nullable [] value :
                new byte[] @Nullable [] {null, new byte[0], Records.bytes("{}"), {(byte) 0xff}}) {
            read.addAll(read(schema, record(TimestampType.LOG_APPEND_TIME, null, value)));
        }
        byte[] sound = DecisionJson.write(Records.accepted());
        // Under the writer's clock instead of the broker's.
        read.addAll(read(schema, record(TimestampType.CREATE_TIME, null, sound)));
        read.addAll(read(schema, record(TimestampType.LOG_APPEND_TIME, null, sound)));

        assertThat(read).containsExactly(Records.accepted().at(TIME));
        assertThat(metrics.counter("unused").getCount()).isZero();
        assertThat(Objects.requireNonNull(metrics.malformed).getCount()).isEqualTo(5);
    }

    @Test
    void everyRecordOfTheControlTopicIsARequest() throws Exception {
        ControlRequestDeserializationSchema schema = new ControlRequestDeserializationSchema();

        assertThat(
                        read(
                                schema,
                                record(
                                        null,
                                        Records.bytes(
                                                "{\"action\":\"deactivate\",\"route\":\"day\"}"))))
                .containsExactly(
                        new DeactivationRequest("frames-3@1234", "day", new RequestedTime(0, 0)));
        assertThat(read(schema, record(null, null)))
                .containsExactly(new MalformedRequest("frames-3@1234", "record has no value"));
    }

    @Test
    void everyDecisionHasItsOwnKeyAndTicksShareOne() {
        DecisionSerializationSchema schema = new DecisionSerializationSchema("decisions");
        List<ProducerRecord<byte[], byte[]>> written = new ArrayList<>();
        for (DecisionEntry entry :
                List.of(
                        Records.accepted(),
                        Records.accepted(),
                        new DecisionTick(5000),
                        new DecisionTick(6000))) {
            written.add(Objects.requireNonNull(schema.serialize(entry, new NoContext(), 7L)));
        }

        List<String> keys =
                written.stream()
                        .map(record -> new String(record.key(), StandardCharsets.UTF_8))
                        .toList();
        assertThat(keys.get(0)).startsWith("model-control-0@12/").isNotEqualTo(keys.get(1));
        assertThat(keys.get(1)).startsWith("model-control-0@12/");
        assertThat(keys.subList(2, 4)).containsExactly("tick", "tick");
        assertThat(written)
                .allSatisfy(
                        record -> {
                            assertThat(record.topic()).isEqualTo("decisions");
                            assertThat(record.partition()).isZero();
                            // Kafka has its own time for them.
                            assertThat(record.timestamp()).isNull();
                        });
    }

    private static ConsumerRecord<byte[], byte[]> logged(DecisionEntry entry) {
        return record(TimestampType.LOG_APPEND_TIME, null, DecisionJson.write(entry));
    }

    private static <T> List<T> read(
            KafkaRecordDeserializationSchema<T> schema, ConsumerRecord<byte[], byte[]> record)
            throws Exception {
        List<T> collected = new ArrayList<>();
        schema.deserialize(
                record,
                new Collector<T>() {
                    @Override
                    public void collect(T value) {
                        collected.add(value);
                    }

                    @Override
                    public void close() {}
                });
        return collected;
    }

    private static ConsumerRecord<byte[], byte[]> record(
            byte @Nullable [] key, byte @Nullable [] value) {
        return record(TimestampType.CREATE_TIME, key, value);
    }

    @SuppressWarnings("NullAway") // Kafka's own annotations do not say that both may be null.
    private static ConsumerRecord<byte[], byte[]> record(
            TimestampType timestampType, byte @Nullable [] key, byte @Nullable [] value) {
        return new ConsumerRecord<>(
                "frames",
                3,
                1234,
                TIME,
                timestampType,
                0,
                0,
                key,
                value,
                new RecordHeaders(),
                Optional.empty());
    }

    private static final class EmptyHeader implements org.apache.kafka.common.header.Header {
        @Override
        public String key() {
            return "content-type";
        }

        @Override
        @SuppressWarnings("NullAway") // As Kafka does for a header without value.
        public byte[] value() {
            return null;
        }
    }

    private static final class Metrics extends UnregisteredMetricsGroup {
        private @Nullable Counter malformed;

        @Override
        public <C extends Counter> C counter(String name, C counter) {
            assertThat(name).isEqualTo(DecisionDeserializationSchema.MALFORMED);
            malformed = counter;
            return counter;
        }
    }

    private record Initialization(MetricGroup group) implements InitializationContext {
        @Override
        public MetricGroup getMetricGroup() {
            return group;
        }

        @Override
        public UserCodeClassLoader getUserCodeClassLoader() {
            throw new UnsupportedOperationException(
                    "a schema that is tested here loads no classes");
        }
    }
}
