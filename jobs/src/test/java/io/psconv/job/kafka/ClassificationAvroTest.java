package io.psconv.job.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.operator.record.ClassScore;
import io.psconv.operator.record.Classification;
import io.psconv.operator.record.FrameEnergy;
import io.psconv.operator.record.FrameId;
import io.psconv.operator.record.FrameTiming;
import io.psconv.operator.record.ModelIdentity;
import io.psconv.operator.record.PairedResult;
import io.psconv.operator.record.RouteResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

class ClassificationAvroTest {
    private static final int ALL = Integer.MAX_VALUE;
    private static final FrameEnergy ENERGY =
            new FrameEnergy(0.0125, "rapl", 42, 0.001, "1f2e", 43, 312_500);

    /** Byte by byte, as Avro's specification has it. */
    @Test
    void writesTheSingleObjectEncoding() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        BinaryEncoder avro = EncoderFactory.get().directBinaryEncoder(body, null);
        avro.writeString("frames-3@1234");
        avro.writeString("frames");
        avro.writeInt(3);
        avro.writeLong(1234);
        avro.writeString("gate \"7\" – Süd");
        avro.writeLong(1_780_000_000_123L);
        avro.writeString("automobile");
        avro.writeArrayStart();
        avro.setItemCount(1);
        avro.writeString("automobile");
        avro.writeFloat(0.875f);
        avro.writeArrayEnd();
        for (String text : List.of("resnet18-psd1_p16", "2", Records.DIGEST, "PSD1_P16", "jvm")) {
            if (text.equals("2")) {
                avro.writeInt(2);
            } else {
                avro.writeString(text);
            }
        }
        avro.writeString("default");
        avro.writeString("single");
        avro.writeIndex(0);
        avro.writeIndex(0);
        avro.writeString("0123456789abcdef");
        avro.writeBoolean(false);
        avro.writeLong(1234);
        avro.writeLong(56);
        avro.writeLong(9876);
        avro.writeInt(32);
        avro.writeIndex(1);
        avro.writeDouble(0.0125);
        avro.writeIndex(1);
        avro.writeString("rapl");
        avro.writeIndex(1);
        avro.writeLong(42);
        avro.writeIndex(1);
        avro.writeDouble(0.001);
        avro.writeIndex(1);
        avro.writeString("1f2e");
        avro.writeIndex(1);
        avro.writeLong(43);
        avro.writeIndex(1);
        avro.writeLong(312_500);
        avro.flush();

        long fingerprint = SchemaNormalization.parsingFingerprint64(ClassificationAvro.schema());
        byte[] expected =
                ByteBuffer.allocate(10 + body.size())
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .put((byte) 0xC3)
                        .put((byte) 1)
                        .putLong(fingerprint)
                        .put(body.toByteArray())
                        .array();

        assertThat(ClassificationAvro.write(Records.classification(ENERGY), 1)).isEqualTo(expected);
    }

    /** Readers keep a schema by its fingerprint: beside another one, this one must stay known. */
    @Test
    void theSchemaHasTheFingerprintThatItsReadersKnow() {
        // By a script of its own after Avro's specification, "Schema Fingerprints".
        assertThat(SchemaNormalization.parsingFingerprint64(ClassificationAvro.schema()))
                .isEqualTo(0xd572_0cbd_a94d_dc22L);
    }

    @Test
    void everyFormReadsBackAsItDoesFromJson() {
        Classification plain = Records.classification(null);
        for (Classification original :
                List.of(
                        plain,
                        Records.classification(ENERGY),
                        // As an older job left it in flight.
                        Records.classification(new FrameEnergy(1e-9, "modelled", 0, 0, "", 0, 0)),
                        with(plain, new RouteResult("night", "escalated", 0.25f, null)),
                        with(plain, new RouteResult("day", "primary", null, paired(plain, 1.5f))),
                        with(
                                plain,
                                new RouteResult(
                                        "day", "primary", null, paired(plain, Float.NaN))))) {
            byte[] avro = ClassificationFormat.AVRO.write(original, ALL);
            byte[] json = ClassificationFormat.JSON.write(original, ALL);

            assertThat(ClassificationFormat.read(avro)).isEqualTo(original);
            assertThat(ClassificationFormat.read(json)).isEqualTo(original);
            assertThat(avro.length).isLessThan(json.length);
        }
    }

    @Test
    void extremesReadBack() {
        Classification plain = Records.classification(null);
        Classification original =
                new Classification(
                        new FrameId("a.b_c-7", 0, Long.MAX_VALUE),
                        "",
                        -1,
                        Classification.UNKNOWN,
                        List.of(new ClassScore("", Float.MIN_VALUE), new ClassScore("\0", 0)),
                        plain.model(),
                        plain.route(),
                        -1,
                        true,
                        new FrameTiming(0, 0, 0, 1),
                        null);

        assertThat(ClassificationAvro.read(ClassificationAvro.write(original, ALL)))
                .isEqualTo(original);
    }

    @Test
    void listsNoMoreClassesThanAreWanted() {
        Classification original = Records.classification(ENERGY);

        assertThat(ClassificationAvro.read(ClassificationAvro.write(original, 1)).top())
                .isEqualTo(original.top().subList(0, 1));
    }

    @Test
    void refusesEveryTruncation() {
        byte[] whole = ClassificationAvro.write(Records.classification(ENERGY), ALL);
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> ClassificationFormat.read(cut))
                    .as("%d of %d bytes", length, whole.length)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    /** Also with lengths in it that declare more than there is memory. */
    @Test
    void readsOrRefusesWhateverBytesFollowTheMarker(TestReporter reporter) {
        long seed = new Random().nextLong();
        reporter.publishEntry("seed", Long.toString(seed));
        Random random = new Random(seed);
        byte[] whole = ClassificationAvro.write(Records.classification(ENERGY), ALL);
        for (int round = 0; round < 20_000; round++) {
            byte[] bad = whole.clone();
            int at = 10 + random.nextInt(bad.length - 10);
            int count = Math.min(1 + random.nextInt(6), bad.length - at);
            for (int index = 0; index < count; index++) {
                bad[at + index] = (byte) (random.nextBoolean() ? 0xFF : random.nextInt());
            }
            try {
                ClassificationFormat.read(bad);
            } catch (IllegalArgumentException expected) {
                assertThat(expected).hasMessageStartingWith("record of " + bad.length + " bytes");
            }
        }
    }

    @Test
    void saysWhenTheSchemaIsAnother() {
        byte[] other = ClassificationAvro.write(Records.classification(null), ALL);
        other[5] ^= 1;

        assertThatThrownBy(() -> ClassificationFormat.read(other))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching(
                        "record of \\d+ bytes begins with c301[0-9a-f]{16} but this schema's"
                                + " begin with c30122dc4da9bd0c72d5");
    }

    private static PairedResult paired(Classification plain, float difference) {
        ModelIdentity model = plain.model();
        return new PairedResult(model, new ClassScore("truck", 0.5f), false, difference);
    }

    private static Classification with(Classification plain, RouteResult route) {
        return new Classification(
                plain.frame(),
                plain.camera(),
                plain.timestampMillis(),
                plain.label(),
                plain.top(),
                plain.model(),
                route,
                plain.imageHash(),
                plain.late(),
                plain.timing(),
                plain.energy());
    }
}
