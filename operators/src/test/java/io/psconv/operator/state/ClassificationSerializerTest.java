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
import io.psconv.operator.record.RoutePlan;
import io.psconv.operator.record.RouteResult;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ClassificationSerializerTest extends VersionedSerializerContract<Classification> {
    private static final List<ClassScore> TOP =
            List.of(new ClassScore("cat", 0.75f), new ClassScore("dog", 0.125f));
    private static final FrameEnergy ENERGY = new FrameEnergy(0.0125, "rapl", 41, 0.0006);

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
