package io.psconv.tests.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import io.psconv.job.kafka.ClassificationJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.SchemaParser;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The published schema of each topic, which every record of it must meet. */
public final class RecordSchemas {
    private static final Map<String, String> SCHEMA_OF_TOPIC =
            Map.of(
                    "classifications", "classification.schema.json",
                    "rejected-frames", "rejected-frame.schema.json",
                    "camera-events", "camera-event.schema.json",
                    "energy-windows", "energy-window.schema.json",
                    "model-control", "control-request.schema.json",
                    "model-decisions", "decision.schema.json");

    private static final byte AVRO_MARKER = (byte) 0xC3;

    private final Map<String, JsonSchema> compiled = new HashMap<>();
    private final BinaryMessageDecoder<GenericRecord> avro = avroDecoder();

    /** Fails if a record is of a topic without schema, or does not meet the topic's. */
    public void check(ConsumerRecord<byte[], byte[]> record) {
        check(record.topic(), record.value());
    }

    /** Fails if there is no schema for a topic, or a value of it does not meet the schema. */
    public void check(String topic, byte[] value) {
        String json =
                value[0] == AVRO_MARKER
                        ? fromAvro(value)
                        : new String(value, StandardCharsets.UTF_8);
        assertThat(schema(topic).validate(json, InputFormat.JSON))
                .as("record of topic '%s': %s", topic, json)
                .isEmpty();
    }

    /** As any reader of Avro decodes it, without the members that are null. */
    private String fromAvro(byte[] value) {
        try {
            JsonNode json = new ObjectMapper().readTree(avro.decode(value).toString());
            withoutNulls(json);
            return json.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void withoutNulls(JsonNode json) {
        json.forEach(RecordSchemas::withoutNulls);
        if (json.isObject()) {
            json.properties().removeIf(member -> member.getValue().isNull());
        }
    }

    private JsonSchema schema(String topic) {
        String name = SCHEMA_OF_TOPIC.get(topic);
        assertThat(name).as("schema of topic '%s'", topic).isNotNull();
        return compiled.computeIfAbsent(name, RecordSchemas::compile);
    }

    private static JsonSchema compile(String name) {
        try (InputStream in = published(name)) {
            return JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static BinaryMessageDecoder<GenericRecord> avroDecoder() {
        try (InputStream in = published("classification.avsc")) {
            return new BinaryMessageDecoder<>(
                    GenericData.get(), new SchemaParser().parse(in).mainSchema());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream published(String name) {
        return Objects.requireNonNull(ClassificationJson.class.getResourceAsStream(name), name);
    }
}
