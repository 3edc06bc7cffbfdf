package io.psconv.operator.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.operator.record.ClassScore;
import io.psconv.operator.record.Classification;
import io.psconv.operator.record.FrameEnergy;
import io.psconv.operator.record.FrameId;
import io.psconv.operator.record.FrameTiming;
import io.psconv.operator.record.ModelDecision;
import io.psconv.operator.record.ModelIdentity;
import io.psconv.operator.record.PairedResult;
import io.psconv.operator.record.RoutePlan;
import io.psconv.operator.record.RouteResult;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.types.StringValue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ClassificationSerializerTest extends VersionedSerializerContract<Classification> {
    private static final List<ClassScore> TOP =
            List.of(new ClassScore("cat", 0.75f), new ClassScore("dog", 0.125f));
    private static final FrameEnergy ENERGY =
            new FrameEnergy(0.0125, "rapl", 41, 0.0006, "0123456789abcdef", 42, 625_000);

    ClassificationSerializerTest() {
        super(ClassificationSerializer.INSTANCE, RecordTypes.CLASSIFICATION);
    }

    @Override
    protected Classification[] getTestData() {
        return new Classification[] {
            classification("cat", TOP, ENERGY),
            classification(Classification.UNKNOWN, TOP.subList(0, 1), null)
        };
    }

    @Test
    void everyFieldComesBack() throws IOException {
        Classification given = classification("cat", TOP, ENERGY);

        assertThat(roundTrip(given)).isEqualTo(given);
    }

    @Test
    void everyWayOfAFrameComesBack() throws IOException {
        Classification plain = classification("cat", TOP, ENERGY);
        for (RouteResult route :
                List.of(
                        RouteResult.of("yard", "b"),
                        new RouteResult("yard", RoutePlan.ESCALATED_ARM, 0.125f, null),
                        new RouteResult(
                                "yard",
                                RoutePlan.PRIMARY_ARM,
                                null,
                                new PairedResult(plain.model(), TOP.get(1), false, Float.NaN)))) {
            Classification given =
                    new Classification(
                            plain.frame(),
                            plain.camera(),
                            plain.timestampMillis(),
                            plain.label(),
                            plain.top(),
                            plain.model(),
                            route,
                            -1,
                            true,
                            plain.timing(),
                            null);

            assertThat(roundTrip(given)).isEqualTo(given);
        }
    }

    @Test
    void readsVersionOneAsTheDefaultRouteAndALedgerWithoutName() throws IOException {
        Classification given = classification("cat", TOP, null);
        DataOutputSerializer output = new DataOutputSerializer(64);
        output.writeByte(1);
        StringValue.writeString("frames", output);
        output.writeInt(3);
        output.writeLong(1234);
        StringValue.writeString("gate", output);
        output.writeLong(1_750_000_000_123L);
        StringValue.writeString("cat", output);
        output.writeInt(1);
        StringValue.writeString("cat", output);
        output.writeFloat(0.75f);
        StringValue.writeString("resnet18-psd1_p16", output);
        output.writeInt(2);
        StringValue.writeString("0f".repeat(32), output);
        StringValue.writeString("PSD1_P16", output);
        StringValue.writeString("jvm", output);
        output.writeLong(1_000_001);
        output.writeLong(52_003);
        output.writeLong(9_000_007);
        output.writeInt(16);
        output.writeBoolean(true);
        output.writeDouble(0.0125);
        StringValue.writeString("rapl", output);
        output.writeLong(41);
        output.writeDouble(0.0006);

        Classification read =
                ClassificationSerializer.INSTANCE.deserialize(
                        new DataInputDeserializer(output.getCopyOfBuffer()));

        assertThat(read)
                .isEqualTo(
                        new Classification(
                                given.frame(),
                                given.camera(),
                                given.timestampMillis(),
                                "cat",
                                TOP.subList(0, 1),
                                given.model(),
                                RouteResult.of("default", "single"),
                                0,
                                false,
                                given.timing(),
                                new FrameEnergy(0.0125, "rapl", 41, 0.0006, "", 0, 0)));
    }

    @Test
    void unknownEnergyStaysUnknown() throws IOException {
        assertThat(roundTrip(classification("cat", TOP, null)).energy()).isNull();
    }

    @Test
    void refusesClassificationWithoutClasses() throws IOException {
        byte[] bytes = bytesOf(classification("cat", TOP, null));
        int sizeAt = indexOf(bytes, new byte[] {0, 0, 0, 2, 4, 'c', 'a', 't'});
        bytes[sizeAt + 3] = 0;

        assertThatThrownBy(
                        () ->
                                ClassificationSerializer.INSTANCE.deserialize(
                                        new DataInputDeserializer(bytes)))
                .isInstanceOf(IOException.class)
                .hasMessage("top was empty but a classification has a class");
    }

    @Test
    void damagedNumberOfClassesEndsWithTheInput() throws IOException {
        byte[] bytes = bytesOf(classification("cat", TOP, null));
        int sizeAt = indexOf(bytes, new byte[] {0, 0, 0, 2, 4, 'c', 'a', 't'});
        bytes[sizeAt] = 0x7f;

        assertThatThrownBy(
                        () ->
                                ClassificationSerializer.INSTANCE.deserialize(
                                        new DataInputDeserializer(bytes)))
                .isInstanceOf(IOException.class);
    }

    private static int indexOf(byte[] bytes, byte[] part) {
        for (int at = 0; at + part.length <= bytes.length; at++) {
            if (Arrays.equals(bytes, at, at + part.length, part, 0, part.length)) {
                return at;
            }
        }
        throw new AssertionError("not among the bytes");
    }

    private static Classification classification(
            String label, List<ClassScore> top, @Nullable FrameEnergy energy) {
        return new Classification(
                new FrameId("frames", 3, 1234),
                "gate",
                1_750_000_000_123L,
                label,
                top,
                new ModelIdentity("resnet18-psd1_p16", 2, "0f".repeat(32), "PSD1_P16", "jvm"),
                RouteResult.of(ModelDecision.DEFAULT_ROUTE, RoutePlan.SINGLE_ARM),
                0x0123456789abcdefL,
                false,
                new FrameTiming(1_000_001, 52_003, 9_000_007, 16),
                energy);
    }
}
