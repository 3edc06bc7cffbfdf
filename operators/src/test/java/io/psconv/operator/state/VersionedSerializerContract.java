package io.psconv.operator.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.operator.record.Frame;
import io.psconv.operator.record.RejectedFrame;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SerializerTestBase;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.testutils.DeeplyEqualsChecker;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

/** What holds for every versioned serializer, beside Flink's own contract of serializers. */
abstract class VersionedSerializerContract<T> extends SerializerTestBase<T> {
    private final VersionedSerializer<T> serializer;
    private final TypeInformation<T> type;

    VersionedSerializerContract(VersionedSerializer<T> serializer, TypeInformation<T> type) {
        super(comparingPayloads());
        this.serializer = serializer;
        this.type = type;
    }

    @Override
    protected final VersionedSerializer<T> createSerializer() {
        return serializer;
    }

    @Override
    protected final int getLength() {
        return -1;
    }

    @Override
    protected final Class<T> getTypeClass() {
        return type.getTypeClass();
    }

    @Test
    void typeInformationMakesTheSerializerAndSurvivesShipping() throws Exception {
        TypeInformation<T> shipped =
                InstantiationUtil.deserializeObject(
                        InstantiationUtil.serializeObject(type), getClass().getClassLoader());

        assertThat(shipped).isEqualTo(type).hasSameHashCodeAs(type);
        assertThat(shipped.createSerializer(new ExecutionConfig().getSerializerConfig()))
                .isEqualTo(serializer);
        assertThat(type.isKeyType()).isFalse();
        assertThat(type.toString()).isEqualTo(getTypeClass().getSimpleName());
    }

    @Test
    void savepointOfEveryVersionIsReadAsItIs() throws IOException {
        for (int version = 1; version <= serializer.version(); version++) {
            TypeSerializerSnapshot<T> restored = readSnapshot(snapshotOf(version));

            assertThat(restored.restoreSerializer()).isEqualTo(serializer);
            assertThat(
                            serializer
                                    .snapshotConfiguration()
                                    .resolveSchemaCompatibility(restored)
                                    .isCompatibleAsIs())
                    .isTrue();
        }
    }

    @Test
    void refusesSavepointOfNewerVersion() throws IOException {
        int newer = serializer.version() + 1;
        byte[] snapshot = snapshotOf(newer);

        assertThatThrownBy(() -> readSnapshot(snapshot))
                .isInstanceOf(IOException.class)
                .hasMessage(newerMessage(newer));
    }

    @Test
    void refusesUnknownFormOfSnapshot() {
        assertThatThrownBy(
                        () ->
                                serializer
                                        .snapshotConfiguration()
                                        .readSnapshot(
                                                2,
                                                new DataInputDeserializer(new byte[] {1}),
                                                getClass().getClassLoader()))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "snapshot of the "
                                + serializer.typeName()
                                + " serializer was of form '2' but this program reads form 1;"
                                + " restore with the program that wrote it, or a newer one");
    }

    @Test
    void refusesValueOfNewerVersion() throws IOException {
        byte[] bytes = bytesOf(getTestData()[0]);
        bytes[0]++;

        assertThatThrownBy(() -> serializer.deserialize(new DataInputDeserializer(bytes)))
                .isInstanceOf(IOException.class)
                .hasMessage(newerMessage(serializer.version() + 1));
    }

    @Test
    void refusesValueWithoutVersion() throws IOException {
        byte[] bytes = bytesOf(getTestData()[0]);
        bytes[0] = 0;

        assertThatThrownBy(() -> serializer.deserialize(new DataInputDeserializer(bytes)))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        serializer.typeName()
                                + " was written in version '0' but versions start at 1; the bytes"
                                + " are not those of a "
                                + serializer.typeName());
    }

    @Test
    void failsAtEveryTruncation() throws IOException {
        byte[] bytes = bytesOf(getTestData()[0]);

        for (int length = 0; length < bytes.length; length++) {
            var input = new DataInputDeserializer(bytes, 0, length);
            assertThatThrownBy(() -> serializer.deserialize(input))
                    .as("first %d of %d bytes", length, bytes.length)
                    .isInstanceOf(EOFException.class);
        }
    }

    @Test
    void readsExactlyWhatItWrote() throws IOException {
        for (T value : getTestData()) {
            var input = new DataInputDeserializer(bytesOf(value));
            serializer.deserialize(input);
            assertThat(input.available()).isZero();
        }
    }

    @Test
    void copiesAreTheSameInstance() {
        T value = getTestData()[0];

        assertThat(serializer.copy(value)).isSameAs(value);
        assertThat(serializer.isImmutableType()).isTrue();
    }

    /** The bytes of a value as they are written. */
    protected final byte[] bytesOf(T value) throws IOException {
        var output = new DataOutputSerializer(64);
        serializer.serialize(value, output);
        return output.getCopyOfBuffer();
    }

    protected final T roundTrip(T value) throws IOException {
        return serializer.deserialize(new DataInputDeserializer(bytesOf(value)));
    }

    private byte[] snapshotOf(int version) throws IOException {
        var output = new DataOutputSerializer(64);
        TypeSerializerSnapshot.writeVersionedSnapshot(output, serializer.snapshotConfiguration());
        byte[] bytes = output.getCopyOfBuffer();
        bytes[bytes.length - 1] = (byte) version;
        return bytes;
    }

    private TypeSerializerSnapshot<T> readSnapshot(byte[] bytes) throws IOException {
        return TypeSerializerSnapshot.readVersionedSnapshot(
                new DataInputDeserializer(bytes), getClass().getClassLoader());
    }

    private String newerMessage(int newer) {
        return serializer.typeName()
                + " was written in version '"
                + newer
                + "' but this program reads versions 1 to "
                + serializer.version()
                + "; restore with the program that wrote it, or a newer one";
    }

    /** Records compare arrays by identity, so payloads are compared apart. */
    private static DeeplyEqualsChecker comparingPayloads() {
        return new DeeplyEqualsChecker()
                .withCustomCheck(
                        (one, other) -> one instanceof Frame && other instanceof Frame,
                        (one, other, checker) -> sameFrame((Frame) one, (Frame) other))
                .withCustomCheck(
                        (one, other) ->
                                one instanceof RejectedFrame && other instanceof RejectedFrame,
                        (one, other, checker) ->
                                sameRejected((RejectedFrame) one, (RejectedFrame) other));
    }

    private static boolean sameFrame(Frame one, Frame other) {
        return one.id().equals(other.id())
                && one.camera().equals(other.camera())
                && one.timestampMillis() == other.timestampMillis()
                && Objects.equals(one.contentType(), other.contentType())
                && Arrays.equals(one.payload(), other.payload());
    }

    private static boolean sameRejected(RejectedFrame one, RejectedFrame other) {
        return one.frame().equals(other.frame())
                && one.camera().equals(other.camera())
                && one.timestampMillis() == other.timestampMillis()
                && one.reason() == other.reason()
                && one.message().equals(other.message())
                && one.payloadLength() == other.payloadLength()
                && one.payloadDigest().equals(other.payloadDigest())
                && Arrays.equals(one.payload(), other.payload());
    }
}
