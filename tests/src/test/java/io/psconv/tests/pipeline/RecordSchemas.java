package io.psconv.tests.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The published schema of each topic, which every record of it must meet. */
public final class RecordSchemas {
    private static final Map<String, String> SCHEMA_OF_TOPIC =
            Map.of(
                    "classifications", "classification.schema.json",
                    "rejected-frames", "rejected-frame.schema.json",
                    "model-decisions", "model-decision.schema.json");

    private final Map<String, JsonSchema> compiled = new HashMap<>();

    /** Fails if a record is of a topic without schema, or does not meet the topic's. */
    public void check(ConsumerRecord<byte[], byte[]> record) {
        String value = new String(record.value(), StandardCharsets.UTF_8);
        assertThat(schema(record.topic()).validate(value, InputFormat.JSON))
                .as("%s-%d@%d: %s", record.topic(), record.partition(), record.offset(), value)
                .isEmpty();
    }

    private JsonSchema schema(String topic) {
        String name = SCHEMA_OF_TOPIC.get(topic);
        assertThat(name).as("schema of topic '%s'", topic).isNotNull();
        return compiled.computeIfAbsent(name, RecordSchemas::compile);
    }

    private static JsonSchema compile(String name) {
        try (InputStream in = ClassificationJson.class.getResourceAsStream(name)) {
            assertThat(in).as("published schema '%s'", name).isNotNull();
            return JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
