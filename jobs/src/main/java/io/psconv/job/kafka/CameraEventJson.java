package io.psconv.job.kafka;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.psconv.operator.record.CameraEvent;
import io.psconv.operator.record.CameraEventDetails;
import io.psconv.operator.record.CameraEventDetails.ConfidenceShift;
import io.psconv.operator.record.CameraEventDetails.LabelChange;
import io.psconv.operator.record.CameraEventDetails.Lateness;
import io.psconv.operator.record.CameraEventDetails.Silence;
import io.psconv.operator.record.CameraEventDetails.Stillness;
import io.psconv.operator.record.CameraEventKind;
import io.psconv.operator.record.ModelReference;
import java.io.IOException;
import java.util.HexFormat;

/**
 * An event of a camera as JSON, as {@code camera-event.schema.json} beside this class describes it.
 *
 * <p>The details are members of the record itself. Readers ignore members they do not know.
 */
public final class CameraEventJson {
    private CameraEventJson() {}

    /** One JSON object in UTF-8. */
    public static byte[] write(CameraEvent event) {
        return JsonRecords.write(
                json -> {
                    json.writeStringField("kind", event.kind().toString());
                    JsonRecords.writeFrame(
                            json, event.frame(), event.camera(), event.timestampMillis());
                    writeDetails(json, event.details());
                });
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IllegalArgumentException if the value is not JSON or lacks a member, saying which
     */
    public static CameraEvent read(byte[] value) {
        JsonNode record = JsonRecords.parse(value);
        CameraEventKind kind = CameraEventKind.parse(JsonRecords.text(record, "kind"));
        return new CameraEvent(
                JsonRecords.text(record, "camera"),
                kind,
                JsonRecords.longValue(record, "timestampMillis"),
                JsonRecords.frame(record),
                details(kind, record));
    }

    private static void writeDetails(JsonGenerator json, CameraEventDetails details)
            throws IOException {
        if (details instanceof LabelChange change) {
            if (change.from() != null) {
                json.writeStringField("from", change.from());
            }
            json.writeStringField("to", change.to());
            json.writeNumberField("sinceMillis", change.sinceMillis());
            json.writeNumberField("support", change.support());
        } else if (details instanceof Silence silence) {
            json.writeNumberField("lastSeenMillis", silence.lastSeenMillis());
            json.writeNumberField("silentMillis", silence.silentMillis());
        } else if (details instanceof Stillness stillness) {
            json.writeStringField("imageHash", HexFormat.of().toHexDigits(stillness.imageHash()));
            json.writeNumberField("frames", stillness.frames());
            json.writeNumberField("sinceMillis", stillness.sinceMillis());
        } else if (details instanceof ConfidenceShift shift) {
            json.writeObjectFieldStart("model");
            json.writeStringField("name", shift.model().name());
            json.writeNumberField("version", shift.model().version());
            json.writeStringField("digest", shift.model().digest());
            json.writeEndObject();
            json.writeNumberField("baselineMean", shift.baselineMean());
            json.writeNumberField("recentMean", shift.recentMean());
            json.writeNumberField("standardErrors", shift.standardErrors());
        } else if (details instanceof Lateness lateness) {
            json.writeNumberField("behindMillis", lateness.behindMillis());
            json.writeNumberField("frames", lateness.frames());
        }
    }

    private static CameraEventDetails details(CameraEventKind kind, JsonNode record) {
        return switch (kind) {
            case LABEL_CHANGED ->
                    new LabelChange(
                            record.has("from") ? JsonRecords.text(record, "from") : null,
                            JsonRecords.text(record, "to"),
                            JsonRecords.longValue(record, "sinceMillis"),
                            JsonRecords.number(record, "support"));
            case CAMERA_SILENT, CAMERA_BACK, CAMERA_FORGOTTEN ->
                    new Silence(
                            JsonRecords.longValue(record, "lastSeenMillis"),
                            JsonRecords.longValue(record, "silentMillis"));
            case CAMERA_FROZEN, CAMERA_MOVING ->
                    new Stillness(
                            JsonRecords.hexDigits(record, "imageHash"),
                            JsonRecords.intValue(record, "frames"),
                            JsonRecords.longValue(record, "sinceMillis"));
            case CONFIDENCE_DRIFT, CONFIDENCE_RECOVERED ->
                    new ConfidenceShift(
                            model(JsonRecords.object(record, "model")),
                            JsonRecords.number(record, "baselineMean"),
                            JsonRecords.number(record, "recentMean"),
                            JsonRecords.number(record, "standardErrors"));
            case FRAME_LATE, CLOCK_SET_BACK ->
                    new Lateness(
                            JsonRecords.longValue(record, "behindMillis"),
                            JsonRecords.intValue(record, "frames"));
        };
    }

    private static ModelReference model(JsonNode model) {
        return new ModelReference(
                JsonRecords.text(model, "name"),
                JsonRecords.intValue(model, "version"),
                JsonRecords.text(model, "digest"));
    }
}
