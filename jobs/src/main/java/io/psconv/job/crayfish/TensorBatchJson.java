package io.psconv.job.crayfish;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.NumberInput;
import com.fasterxml.jackson.core.io.NumberOutput;
import io.psconv.operator.record.TensorBatch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The records of the Crayfish benchmark, before and after scoring.
 *
 * <pre>{@code
 * {"creationTimestamp": 1700000000000, "dataPointSz1": 1, "dataPointSz2": 784,
 *  "dataPoint": "0.25,0.5,…,", "prediction": null}
 * }</pre>
 *
 * <p>{@code dataPointSz1} inputs of {@code dataPointSz2} values each, a comma behind every value.
 * {@code prediction} is null, or scores as {@code [[0.1, 0.9], [0.7, 0.3]]} in a string; a scored
 * record still carries its inputs. As the code of Horchidan et al., EDBT 2024, writes and reads
 * them; unlike there numbers are the shortest that read back as the same float.
 */
public final class TensorBatchJson {
    private static final JsonFactory JSON = new JsonFactory();
    private static final String CREATED = "creationTimestamp";
    private static final String COUNT = "dataPointSz1";
    private static final String LENGTH = "dataPointSz2";
    private static final String VALUES = "dataPoint";
    private static final String SCORES = "prediction";

    /** What a value takes about, the comma included. */
    private static final int VALUE_CHARACTERS = 11;

    private TensorBatchJson() {}

    /** Writes a record. */
    public static byte[] write(TensorBatch batch) {
        ByteArrayOutputStream out =
                new ByteArrayOutputStream(VALUE_CHARACTERS * batch.values().length + 512);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeNumberField(CREATED, batch.createdMillis());
            json.writeNumberField(COUNT, batch.count());
            json.writeNumberField(LENGTH, batch.length());
            json.writeStringField(VALUES, values(batch.values()));
            if (batch.isScored()) {
                json.writeStringField(SCORES, scores(batch));
            } else {
                json.writeNullField(SCORES);
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return out.toByteArray();
    }

    private static String values(float[] values) {
        StringBuilder text = new StringBuilder(VALUE_CHARACTERS * values.length);
        for (float value : values) {
            text.append(NumberOutput.toString(value, true)).append(',');
        }
        return text.toString();
    }

    private static String scores(TensorBatch batch) {
        int classes = batch.scores().length / batch.count();
        StringBuilder text = new StringBuilder("[");
        for (int input = 0; input < batch.count(); input++) {
            text.append(input == 0 ? "[" : ", [");
            for (int index = 0; index < classes; index++) {
                float score = batch.scores()[input * classes + index];
                text.append(index == 0 ? "" : ", ").append(NumberOutput.toString(score, true));
            }
            text.append(']');
        }
        return text.append(']').toString();
    }

    /**
     * Reads a record to be scored; what it was scored before is left out.
     *
     * @throws IllegalArgumentException if it is not in this form
     */
    public static TensorBatch read(byte[] value) {
        long created = -1;
        int count = -1;
        int length = -1;
        @Nullable String values = null;
        try (JsonParser json = JSON.createParser(value)) {
            start(json);
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                switch (name) {
                    case CREATED -> created = json.getLongValue();
                    case COUNT -> count = json.getIntValue();
                    case LENGTH -> length = json.getIntValue();
                    case VALUES -> values = json.getText();
                    default -> json.skipChildren();
                }
            }
        } catch (JsonProcessingException e) {
            throw noJson(e);
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory failed", e);
        }
        if (created < 0 || count < 1 || length < 1 || values == null) {
            throw new IllegalArgumentException(
                    "record had "
                            + CREATED
                            + " "
                            + created
                            + ", "
                            + COUNT
                            + " "
                            + count
                            + ", "
                            + LENGTH
                            + " "
                            + length
                            + " and "
                            + (values == null ? "no " : "a ")
                            + VALUES
                            + " but it must have all four, the sizes at least 1");
        }
        return new TensorBatch(created, count, parse(values, count, length));
    }

    private static float[] parse(String text, int count, int length) {
        // Two characters for each at least: no array is larger than its record.
        if ((long) count * length > text.length() / 2) {
            throw wrongCount(text, count, length);
        }
        float[] values = new float[count * length];
        int from = 0;
        for (int index = 0; index < values.length; index++) {
            int end = text.indexOf(',', from);
            if (end < 0) {
                throw wrongCount(text, count, length);
            }
            values[index] = NumberInput.parseFloat(text.substring(from, end), true);
            from = end + 1;
        }
        if (from != text.length()) {
            throw wrongCount(text, count, length);
        }
        return values;
    }

    private static IllegalArgumentException wrongCount(String text, int count, int length) {
        return new IllegalArgumentException(
                VALUES
                        + " had "
                        + text.chars().filter(character -> character == ',').count()
                        + " values, each with a comma behind it, but "
                        + COUNT
                        + " and "
                        + LENGTH
                        + " say "
                        + count
                        + " times "
                        + length);
    }

    /**
     * When a scored record was made, without reading its values.
     *
     * @return milliseconds since 1970; empty if the record has no scores
     * @throws IllegalArgumentException if it is not in this form
     */
    public static OptionalLong createdIfScored(byte[] value) {
        long created = -1;
        boolean scored = false;
        try (JsonParser json = JSON.createParser(value)) {
            start(json);
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                JsonToken token = json.nextToken();
                if (name.equals(CREATED)) {
                    created = json.getLongValue();
                } else if (name.equals(SCORES)) {
                    scored = token == JsonToken.VALUE_STRING;
                }
            }
        } catch (JsonProcessingException e) {
            throw noJson(e);
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory failed", e);
        }
        return scored && created >= 0 ? OptionalLong.of(created) : OptionalLong.empty();
    }

    private static void start(JsonParser json) throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw new IllegalArgumentException("record was no JSON object but it must be one");
        }
    }

    private static IllegalArgumentException noJson(JsonProcessingException cause) {
        return new IllegalArgumentException(
                "record is not JSON: " + cause.getOriginalMessage(), cause);
    }
}
