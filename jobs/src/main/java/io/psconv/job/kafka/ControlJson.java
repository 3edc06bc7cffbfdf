package io.psconv.job.kafka;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.psconv.operator.record.Crop;
import io.psconv.operator.record.RoutePlan;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What requests and decisions have in common as JSON. */
final class ControlJson {
    private static final String CROP = "crop";
    private static final String KIND = "kind";

    private ControlJson() {}

    static void writeCrop(JsonGenerator json, @Nullable Crop crop) throws IOException {
        if (crop == null) {
            json.writeNullField(CROP);
            return;
        }
        json.writeObjectFieldStart(CROP);
        json.writeNumberField("left", crop.left());
        json.writeNumberField("top", crop.top());
        json.writeNumberField("width", crop.width());
        json.writeNumberField("height", crop.height());
        json.writeEndObject();
    }

    /** Reads what must be there: a rectangle, or null for none. */
    static @Nullable Crop crop(JsonNode record) {
        if (record.path(CROP).isNull()) {
            return null;
        }
        JsonNode crop = JsonRecords.object(record, CROP);
        return new Crop(
                JsonRecords.intValue(crop, "left"),
                JsonRecords.intValue(crop, "top"),
                JsonRecords.intValue(crop, "width"),
                JsonRecords.intValue(crop, "height"));
    }

    static void writeKind(JsonGenerator json, RoutePlan.Kind kind) throws IOException {
        json.writeStringField(KIND, name(kind));
    }

    static RoutePlan.Kind kind(JsonNode record) {
        String text = JsonRecords.text(record, KIND);
        return Arrays.stream(RoutePlan.Kind.values())
                .filter(kind -> name(kind).equals(text))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "'kind' was '"
                                                + text
                                                + "' but it must be one of "
                                                + Arrays.stream(RoutePlan.Kind.values())
                                                        .map(ControlJson::name)
                                                        .collect(Collectors.joining(", "))));
    }

    private static String name(RoutePlan.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    static String nonEmpty(JsonNode record, String name) {
        String text = JsonRecords.text(record, name);
        if (text.isEmpty()) {
            throw new IllegalArgumentException("'" + name + "' was '' but it must not be empty");
        }
        return text;
    }
}
