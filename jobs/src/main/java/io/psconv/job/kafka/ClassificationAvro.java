package io.psconv.job.kafka;

import io.psconv.operator.record.ClassScore;
import io.psconv.operator.record.Classification;
import io.psconv.operator.record.FrameEnergy;
import io.psconv.operator.record.FrameId;
import io.psconv.operator.record.FrameTiming;
import io.psconv.operator.record.ModelIdentity;
import io.psconv.operator.record.PairedResult;
import io.psconv.operator.record.RouteResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.SchemaParser;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.message.BinaryMessageEncoder;
import org.jspecify.annotations.Nullable;

/**
 * A classification in Avro, as {@code classification.avsc} beside this class describes it.
 *
 * <p>Values are in Avro's single-object encoding (Avro 1.12 specification, "Single-object
 * encoding"): bytes C3 01, the schema's 64-bit fingerprint, the record. So a reader knows the
 * schema of each without a registry.
 */
public final class ClassificationAvro {
    private static final byte[] MARKER = {(byte) 0xC3, 1};
    private static final int HEADER_BYTES = MARKER.length + Long.BYTES;
    private static final String RESOURCE = "classification.avsc";
    private static final Schema SCHEMA = parseSchema();
    private static final byte[] HEADER =
            ByteBuffer.allocate(HEADER_BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .put(MARKER)
                    .putLong(SchemaNormalization.parsingFingerprint64(SCHEMA))
                    .array();
    private static final Schema SCORE = SCHEMA.getField("top").schema().getElementType();
    private static final Schema MODEL = SCHEMA.getField("model").schema();
    private static final Schema PAIRED = SCHEMA.getField("paired").schema().getTypes().get(1);
    private static final BinaryMessageEncoder<GenericRecord> ENCODER =
            new BinaryMessageEncoder<>(GenericData.get(), SCHEMA);

    private ClassificationAvro() {}

    /** The schema of what is written. */
    public static Schema schema() {
        return SCHEMA;
    }

    /**
     * One record in single-object encoding.
     *
     * @param topK best classes listed at most
     */
    public static byte[] write(Classification classification, int topK) {
        try {
            return ENCODER.encode(record(classification, topK)).array();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
    }

    /** Whether a value begins as the single-object encoding does, which JSON cannot. */
    static boolean isAvro(byte[] value) {
        return value.length >= MARKER.length && value[0] == MARKER[0] && value[1] == MARKER[1];
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IllegalArgumentException if the value is not in that encoding, of another schema, or
     *     cut short
     */
    public static Classification read(byte[] value) {
        if (value.length < HEADER_BYTES || !Arrays.equals(header(value), HEADER)) {
            throw new IllegalArgumentException(
                    "record of "
                            + value.length
                            + " bytes begins with "
                            + HexFormat.of().formatHex(header(value))
                            + " but this schema's begin with "
                            + HexFormat.of().formatHex(HEADER));
        }
        try {
            // Lengths that declare more than there is: found here, before memory is taken for them.
            GenericDatumReader.skip(SCHEMA, body(value));
            BinaryDecoder body = body(value);
            Classification read =
                    classification(
                            new GenericDatumReader<GenericRecord>(SCHEMA, SCHEMA, new SmallArrays())
                                    .read(null, body));
            if (!body.isEnd()) {
                throw new IllegalArgumentException("there are bytes behind its end");
            }
            return read;
        } catch (IOException
                | AvroRuntimeException
                | IllegalArgumentException
                | IndexOutOfBoundsException
                | UnsupportedOperationException e) {
            throw new IllegalArgumentException(
                    "record of " + value.length + " bytes is no Avro classification: " + e, e);
        }
    }

    private static byte[] header(byte[] value) {
        return Arrays.copyOf(value, Math.min(HEADER_BYTES, value.length));
    }

    private static BinaryDecoder body(byte[] value) {
        return DecoderFactory.get()
                .binaryDecoder(value, HEADER_BYTES, value.length - HEADER_BYTES, null);
    }

    /** Arrays grow with what is read: blocks may declare any number of items. */
    private static final class SmallArrays extends GenericData {
        private static final int CAPACITY = 16;

        @Override
        public Object newArray(Object old, int size, Schema schema) {
            return super.newArray(old, Math.min(size, CAPACITY), schema);
        }
    }

    private static GenericRecord record(Classification made, int topK) {
        GenericRecord record = new GenericData.Record(SCHEMA);
        record.put("frame", made.frame().toString());
        record.put("topic", made.frame().topic());
        record.put("partition", made.frame().partition());
        record.put("offset", made.frame().offset());
        record.put("camera", made.camera());
        record.put("timestampMillis", made.timestampMillis());
        record.put("label", made.label());
        record.put("top", scores(made.top(), topK));
        record.put("model", model(new GenericData.Record(MODEL), made.model()));
        putRoute(record, made.route());
        record.put("imageHash", HexFormat.of().toHexDigits(made.imageHash()));
        record.put("late", made.late());
        FrameTiming timing = made.timing();
        record.put("queueMicros", Micros.of(timing.queueNanos()));
        record.put("decodeMicros", Micros.of(timing.decodeNanos()));
        record.put("inferenceMicros", Micros.of(timing.inferenceNanos()));
        record.put("batchSize", timing.batchSize());
        if (made.energy() != null) {
            putEnergy(record, made.energy());
        }
        return record;
    }

    private static List<GenericRecord> scores(List<ClassScore> top, int topK) {
        List<GenericRecord> scores = new ArrayList<>();
        for (ClassScore score : top.subList(0, Math.min(topK, top.size()))) {
            GenericRecord record = new GenericData.Record(SCORE);
            record.put("label", score.label());
            record.put("probability", score.probability());
            scores.add(record);
        }
        return scores;
    }

    private static GenericRecord model(GenericRecord record, ModelIdentity model) {
        record.put("name", model.name());
        record.put("version", model.version());
        record.put("digest", model.digest());
        record.put("variant", model.variant());
        record.put("engine", model.engine());
        return record;
    }

    private static void putRoute(GenericRecord record, RouteResult route) {
        record.put("route", route.route());
        record.put("arm", route.arm());
        record.put("margin", route.margin());
        PairedResult result = route.paired();
        if (result != null) {
            GenericRecord paired = model(new GenericData.Record(PAIRED), result.model());
            paired.put("label", result.best().label());
            paired.put("probability", result.best().probability());
            paired.put("agrees", result.agrees());
            float difference = result.maxLogitDifference();
            paired.put("maxLogitDifference", Float.isNaN(difference) ? null : difference);
            record.put("paired", paired);
        }
    }

    private static void putEnergy(GenericRecord record, FrameEnergy energy) {
        record.put("joules", energy.joules());
        record.put("energySource", energy.source());
        record.put("energyWindow", energy.window());
        record.put("energyErrorJoules", energy.errorJoules());
        if (!energy.ledger().isEmpty()) {
            record.put("energyLedger", energy.ledger());
            record.put("energyWorkWindow", energy.workWindow());
            record.put("energyBusyNanos", energy.busyNanos());
        }
    }

    private static Classification classification(GenericRecord record) {
        List<ClassScore> top = new ArrayList<>();
        for (Object score : (List<?>) record.get("top")) {
            top.add(score((GenericRecord) score));
        }
        return new Classification(
                new FrameId(
                        text(record, "topic"),
                        (int) record.get("partition"),
                        (long) record.get("offset")),
                text(record, "camera"),
                (long) record.get("timestampMillis"),
                text(record, "label"),
                top,
                model((GenericRecord) record.get("model")),
                new RouteResult(
                        text(record, "route"),
                        text(record, "arm"),
                        (Float) record.get("margin"),
                        paired((GenericRecord) record.get("paired"))),
                HexFormat.fromHexDigitsToLong(text(record, "imageHash")),
                (boolean) record.get("late"),
                new FrameTiming(
                        Micros.toNanos((long) record.get("queueMicros")),
                        Micros.toNanos((long) record.get("decodeMicros")),
                        Micros.toNanos((long) record.get("inferenceMicros")),
                        (int) record.get("batchSize")),
                energy(record));
    }

    private static ClassScore score(GenericRecord record) {
        return new ClassScore(text(record, "label"), (float) record.get("probability"));
    }

    private static ModelIdentity model(GenericRecord record) {
        return new ModelIdentity(
                text(record, "name"),
                (int) record.get("version"),
                text(record, "digest"),
                text(record, "variant"),
                text(record, "engine"));
    }

    private static @Nullable PairedResult paired(@Nullable GenericRecord record) {
        if (record == null) {
            return null;
        }
        Float difference = (Float) record.get("maxLogitDifference");
        return new PairedResult(
                model(record),
                score(record),
                (boolean) record.get("agrees"),
                difference == null ? Float.NaN : difference);
    }

    private static @Nullable FrameEnergy energy(GenericRecord record) {
        if (record.get("joules") == null) {
            return null;
        }
        boolean hasLedger = record.get("energyLedger") != null;
        return new FrameEnergy(
                (double) required(record, "joules"),
                text(record, "energySource"),
                (long) required(record, "energyWindow"),
                (double) required(record, "energyErrorJoules"),
                hasLedger ? text(record, "energyLedger") : "",
                hasLedger ? (long) required(record, "energyWorkWindow") : 0,
                hasLedger ? (long) required(record, "energyBusyNanos") : 0);
    }

    private static String text(GenericRecord record, String name) {
        return required(record, name).toString();
    }

    private static Object required(GenericRecord record, String name) {
        Object value = record.get(name);
        if (value == null) {
            throw new IllegalArgumentException("'" + name + "' is null but others need it");
        }
        return value;
    }

    private static Schema parseSchema() {
        try (InputStream in = ClassificationAvro.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(
                        "'" + RESOURCE + "' is not on the class path but it comes with this class");
            }
            return new SchemaParser().parse(in).mainSchema();
        } catch (IOException e) {
            throw new UncheckedIOException("reading '" + RESOURCE + "' failed", e);
        }
    }
}
