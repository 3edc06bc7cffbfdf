package io.psconv.job.kafka;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import io.psconv.operator.record.FrameId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HexFormat;

/** What the JSON forms of the records have in common. */
final class JsonRecords {
    private static final ObjectMapper MAPPER =
            JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private JsonRecords() {}

    /** Writes the members of one JSON object. */
    interface Members {
        void write(JsonGenerator json) throws IOException;
    }

    static byte[] write(Members members) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        try (JsonGenerator json = MAPPER.getFactory().createGenerator(out)) {
            json.writeStartObject();
            members.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return out.toByteArray();
    }

    static JsonNode parse(byte[] value) {
        JsonNode node;
        try {
            node = MAPPER.readTree(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "record is not JSON: "
                            + e.getOriginalMessage()
                            + " at byte "
                            + e.getLocation().getByteOffset(),
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory failed", e);
        }
        if (!node.isObject()) {
            throw new IllegalArgumentException(
                    "record was " + kind(node) + " but it must be a JSON object");
        }
        return node;
    }

    static void writeFrame(JsonGenerator json, FrameId frame, String camera, long timestampMillis)
            throws IOException {
        json.writeStringField("frame", frame.toString());
        json.writeStringField("topic", frame.topic());
        json.writeNumberField("partition", frame.partition());
        json.writeNumberField("offset", frame.offset());
        json.writeStringField("camera", camera);
        json.writeNumberField("timestampMillis", timestampMillis);
    }

    static FrameId frame(JsonNode record) {
        return new FrameId(
                text(record, "topic"), intValue(record, "partition"), longValue(record, "offset"));
    }

    static String text(JsonNode record, String name) {
        return member(record, name, JsonNodeType.STRING).textValue();
    }

    static JsonNode object(JsonNode record, String name) {
        return member(record, name, JsonNodeType.OBJECT);
    }

    static JsonNode array(JsonNode record, String name) {
        return member(record, name, JsonNodeType.ARRAY);
    }

    static double number(JsonNode record, String name) {
        return member(record, name, JsonNodeType.NUMBER).doubleValue();
    }

    static int intValue(JsonNode record, String name) {
        JsonNode node = member(record, name, JsonNodeType.NUMBER);
        if (!node.isIntegralNumber() || !node.canConvertToInt()) {
            throw wrong(name, node, "a whole number of 32 bits");
        }
        return node.intValue();
    }

    static long longValue(JsonNode record, String name) {
        JsonNode node = member(record, name, JsonNodeType.NUMBER);
        if (!node.isIntegralNumber() || !node.canConvertToLong()) {
            throw wrong(name, node, "a whole number of 64 bits");
        }
        return node.longValue();
    }

    /** 64 bits as 16 hexadecimal digits: not every reader's numbers are as wide. */
    static long hexDigits(JsonNode record, String name) {
        String digits = text(record, name);
        try {
            return HexFormat.fromHexDigitsToLong(digits);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "'" + name + "' was '" + digits + "' but it must be 16 hexadecimal digits", e);
        }
    }

    static boolean trueOrFalse(JsonNode record, String name) {
        return member(record, name, JsonNodeType.BOOLEAN).booleanValue();
    }

    private static JsonNode member(JsonNode record, String name, JsonNodeType type) {
        JsonNode node = record.path(name);
        if (node.getNodeType() != type) {
            throw wrong(name, node, kind(type));
        }
        return node;
    }

    private static IllegalArgumentException wrong(String name, JsonNode node, String rule) {
        if (node.isMissingNode()) {
            return new IllegalArgumentException("'" + name + "' is missing but it must be " + rule);
        }
        String value = node.isValueNode() ? "'" + node.asText() + "'" : kind(node);
        return new IllegalArgumentException(
                "'" + name + "' was " + value + " but it must be " + rule);
    }

    private static String kind(JsonNode node) {
        return kind(node.getNodeType());
    }

    private static String kind(JsonNodeType type) {
        return switch (type) {
            case OBJECT -> "an object";
            case ARRAY -> "an array";
            case STRING -> "a string";
            case NUMBER -> "a number";
            case BOOLEAN -> "true or false";
            case NULL, MISSING -> "nothing";
            case BINARY, POJO -> "something else";
        };
    }
}
