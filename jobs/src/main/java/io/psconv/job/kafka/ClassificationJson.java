package io.psconv.job.kafka;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.psconv.operator.record.ClassScore;
import io.psconv.operator.record.Classification;
import io.psconv.operator.record.FrameEnergy;
import io.psconv.operator.record.FrameTiming;
import io.psconv.operator.record.ModelIdentity;
import io.psconv.operator.record.PairedResult;
import io.psconv.operator.record.RouteResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A classification as JSON, as {@code classification.schema.json} beside this class describes it.
 *
 * <p>Times are rounded to microseconds, so reading gives back what was written only to that.
 * Readers ignore members they do not know.
 */
public final class ClassificationJson {
    private ClassificationJson() {}

    /** One JSON object in UTF-8. */
    public static byte[] write(Classification classification) {
        return write(classification, Integer.MAX_VALUE);
    }

    /**
     * One JSON object in UTF-8.
     *
     * @param topK best classes listed at most; a classification may have more where they are needed
     *     on the way
     */
    public static byte[] write(Classification classification, int topK) {
        return JsonRecords.write(json -> writeMembers(json, classification, topK));
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IllegalArgumentException if the value is not JSON or lacks a member, saying which
     */
    public static Classification read(byte[] value) {
        JsonNode record = JsonRecords.parse(value);
        return new Classification(
                JsonRecords.frame(record),
                JsonRecords.text(record, "camera"),
                JsonRecords.longValue(record, "timestampMillis"),
                JsonRecords.text(record, "label"),
                top(JsonRecords.array(record, "top")),
                model(JsonRecords.object(record, "model")),
                route(record),
                JsonRecords.hexDigits(record, "imageHash"),
                JsonRecords.trueOrFalse(record, "late"),
                timing(record),
                energy(record));
    }

    private static void writeMembers(JsonGenerator json, Classification classification, int topK)
            throws IOException {
        JsonRecords.writeFrame(
                json,
                classification.frame(),
                classification.camera(),
                classification.timestampMillis());
        json.writeStringField("label", classification.label());
        json.writeArrayFieldStart("top");
        List<ClassScore> top = classification.top();
        for (ClassScore score : top.subList(0, Math.min(topK, top.size()))) {
            json.writeStartObject();
            json.writeStringField("label", score.label());
            json.writeNumberField("probability", score.probability());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeObjectFieldStart("model");
        writeModel(json, classification.model());
        json.writeEndObject();
        writeRoute(json, classification.route());
        json.writeStringField("imageHash", HexFormat.of().toHexDigits(classification.imageHash()));
        json.writeBooleanField("late", classification.late());
        writeTiming(json, classification.timing());
        if (classification.energy() != null) {
            writeEnergy(json, classification.energy());
        }
    }

    private static void writeModel(JsonGenerator json, ModelIdentity model) throws IOException {
        json.writeStringField("name", model.name());
        json.writeNumberField("version", model.version());
        json.writeStringField("digest", model.digest());
        json.writeStringField("variant", model.variant());
        json.writeStringField("engine", model.engine());
    }

    private static void writeRoute(JsonGenerator json, RouteResult route) throws IOException {
        json.writeStringField("route", route.route());
        json.writeStringField("arm", route.arm());
        if (route.margin() != null) {
            json.writeNumberField("margin", route.margin());
        }
        PairedResult paired = route.paired();
        if (paired != null) {
            json.writeObjectFieldStart("paired");
            writeModel(json, paired.model());
            json.writeStringField("label", paired.best().label());
            json.writeNumberField("probability", paired.best().probability());
            json.writeBooleanField("agrees", paired.agrees());
            // JSON has no NaN: left out where the classes differ.
            if (!Float.isNaN(paired.maxLogitDifference())) {
                json.writeNumberField("maxLogitDifference", paired.maxLogitDifference());
            }
            json.writeEndObject();
        }
    }

    private static void writeTiming(JsonGenerator json, FrameTiming timing) throws IOException {
        json.writeNumberField("queueMicros", Micros.of(timing.queueNanos()));
        json.writeNumberField("decodeMicros", Micros.of(timing.decodeNanos()));
        json.writeNumberField("inferenceMicros", Micros.of(timing.inferenceNanos()));
        json.writeNumberField("batchSize", timing.batchSize());
    }

    private static void writeEnergy(JsonGenerator json, FrameEnergy energy) throws IOException {
        json.writeNumberField("joules", energy.joules());
        json.writeStringField("energySource", energy.source());
        json.writeNumberField("energyWindow", energy.window());
        json.writeNumberField("energyErrorJoules", energy.errorJoules());
        if (!energy.ledger().isEmpty()) {
            json.writeStringField("energyLedger", energy.ledger());
            json.writeNumberField("energyWorkWindow", energy.workWindow());
            json.writeNumberField("energyBusyNanos", energy.busyNanos());
        }
    }

    private static List<ClassScore> top(JsonNode array) {
        List<ClassScore> top = new ArrayList<>(array.size());
        for (JsonNode score : array) {
            top.add(
                    new ClassScore(
                            JsonRecords.text(score, "label"),
                            (float) JsonRecords.number(score, "probability")));
        }
        return top;
    }

    private static ModelIdentity model(JsonNode model) {
        return new ModelIdentity(
                JsonRecords.text(model, "name"),
                JsonRecords.intValue(model, "version"),
                JsonRecords.text(model, "digest"),
                JsonRecords.text(model, "variant"),
                JsonRecords.text(model, "engine"));
    }

    private static RouteResult route(JsonNode record) {
        return new RouteResult(
                JsonRecords.text(record, "route"),
                JsonRecords.text(record, "arm"),
                record.has("margin") ? (float) JsonRecords.number(record, "margin") : null,
                record.has("paired") ? paired(JsonRecords.object(record, "paired")) : null);
    }

    private static PairedResult paired(JsonNode paired) {
        return new PairedResult(
                model(paired),
                new ClassScore(
                        JsonRecords.text(paired, "label"),
                        (float) JsonRecords.number(paired, "probability")),
                JsonRecords.trueOrFalse(paired, "agrees"),
                paired.has("maxLogitDifference")
                        ? (float) JsonRecords.number(paired, "maxLogitDifference")
                        : Float.NaN);
    }

    private static FrameTiming timing(JsonNode record) {
        return new FrameTiming(
                Micros.toNanos(JsonRecords.longValue(record, "queueMicros")),
                Micros.toNanos(JsonRecords.longValue(record, "decodeMicros")),
                Micros.toNanos(JsonRecords.longValue(record, "inferenceMicros")),
                JsonRecords.intValue(record, "batchSize"));
    }

    private static @Nullable FrameEnergy energy(JsonNode record) {
        if (!record.has("joules")) {
            return null;
        }
        boolean hasLedger = record.has("energyLedger");
        return new FrameEnergy(
                JsonRecords.number(record, "joules"),
                JsonRecords.text(record, "energySource"),
                JsonRecords.longValue(record, "energyWindow"),
                JsonRecords.number(record, "energyErrorJoules"),
                hasLedger ? JsonRecords.text(record, "energyLedger") : "",
                hasLedger ? JsonRecords.longValue(record, "energyWorkWindow") : 0,
                hasLedger ? JsonRecords.longValue(record, "energyBusyNanos") : 0);
    }
}
