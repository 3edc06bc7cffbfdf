package io.psconv.job.kafka;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.psconv.operator.record.EnergyWindow;
import java.io.IOException;

/**
 * An energy window as JSON, as {@code energy-window.schema.json} beside this class describes it.
 *
 * <p>Reading gives back every bit that was written. Readers ignore members they do not know.
 */
public final class EnergyWindowJson {
    private EnergyWindowJson() {}

    /** One JSON object in UTF-8. */
    public static byte[] write(EnergyWindow window) {
        return JsonRecords.write(json -> writeMembers(json, window));
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IllegalArgumentException if the value is not JSON, lacks a member, or does not add
     *     up, saying which
     */
    public static EnergyWindow read(byte[] value) {
        JsonNode record = JsonRecords.parse(value);
        return new EnergyWindow(
                JsonRecords.text(record, "ledger"),
                JsonRecords.text(record, "host"),
                JsonRecords.text(record, "source"),
                JsonRecords.longValue(record, "number"),
                JsonRecords.longValue(record, "startMillis"),
                JsonRecords.longValue(record, "endMillis"),
                JsonRecords.longValue(record, "durationNanos"),
                JsonRecords.number(record, "joules"),
                JsonRecords.number(record, "idleJoules"),
                JsonRecords.number(record, "attributedJoules"),
                JsonRecords.number(record, "unattributedJoules"),
                JsonRecords.longValue(record, "busyNanos"),
                JsonRecords.number(record, "joulesPerBusySecond"),
                JsonRecords.number(record, "errorJoulesPerBusySecond"));
    }

    private static void writeMembers(JsonGenerator json, EnergyWindow window) throws IOException {
        json.writeStringField("ledger", window.ledger());
        json.writeStringField("host", window.host());
        json.writeStringField("source", window.source());
        json.writeNumberField("number", window.number());
        json.writeNumberField("startMillis", window.startMillis());
        json.writeNumberField("endMillis", window.endMillis());
        json.writeNumberField("durationNanos", window.durationNanos());
        json.writeNumberField("joules", window.joules());
        json.writeNumberField("idleJoules", window.idleJoules());
        json.writeNumberField("attributedJoules", window.attributedJoules());
        json.writeNumberField("unattributedJoules", window.unattributedJoules());
        json.writeNumberField("busyNanos", window.busyNanos());
        json.writeNumberField("joulesPerBusySecond", window.joulesPerBusySecond());
        json.writeNumberField("errorJoulesPerBusySecond", window.errorJoulesPerBusySecond());
    }
}
