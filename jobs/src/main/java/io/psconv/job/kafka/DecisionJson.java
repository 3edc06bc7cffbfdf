package io.psconv.job.kafka;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.psconv.operator.record.AcceptedCrop;
import io.psconv.operator.record.AcceptedPlan;
import io.psconv.operator.record.DecisionEntry;
import io.psconv.operator.record.DecisionTick;
import io.psconv.operator.record.ModelDecision;
import io.psconv.operator.record.ModelReference;
import io.psconv.operator.record.Refusal;
import io.psconv.operator.record.RequestedTime;
import io.psconv.operator.record.RouteArm;
import io.psconv.operator.record.RoutePlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the log of decisions as JSON, as {@code decision.schema.json} beside this class
 * describes it.
 *
 * <p>An accepted request carries the time asked for and the lead; the event time from which it
 * counts follows from those and the record's append time, see {@link DecisionEntry#at}. Refusals
 * are for people to read. Readers ignore members they do not know.
 */
public final class DecisionJson {
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
    private static final String DECISION = "decision";
    private static final String ACCEPTED = "accepted";
    private static final String REFUSED = "refused";
    private static final String TICK = "tick";
    private static final String LEAD = "leadMillis";

    private DecisionJson() {}

    /** One JSON object in UTF-8. */
    public static byte[] write(DecisionEntry entry) {
        return JsonRecords.write(
                json -> {
                    if (entry instanceof AcceptedPlan accepted) {
                        json.writeStringField(DECISION, ACCEPTED);
                        json.writeStringField("request", accepted.request());
                        json.writeStringField("route", accepted.route());
                        writePlan(json, accepted.plan());
                        writeTime(json, accepted.time());
                    } else if (entry instanceof AcceptedCrop accepted) {
                        json.writeStringField(DECISION, ACCEPTED);
                        json.writeStringField("request", accepted.request());
                        json.writeStringField("camera", accepted.camera());
                        ControlJson.writeCrop(json, accepted.crop());
                        writeTime(json, accepted.time());
                    } else if (entry instanceof Refusal refusal) {
                        json.writeStringField(DECISION, REFUSED);
                        json.writeStringField("request", refusal.request());
                        json.writeStringField("reason", refusal.reason());
                    } else if (entry instanceof DecisionTick tick) {
                        json.writeStringField(DECISION, TICK);
                        json.writeNumberField(LEAD, tick.leadMillis());
                    }
                });
    }

    /**
     * Reads an entry.
     *
     * @throws IllegalArgumentException if the value is malformed, saying how
     */
    public static DecisionEntry read(byte[] value) {
        JsonNode record = JsonRecords.parse(value);
        String decision = JsonRecords.text(record, DECISION);
        return switch (decision) {
            case ACCEPTED -> accepted(record);
            case REFUSED ->
                    new Refusal(
                            ControlJson.nonEmpty(record, "request"),
                            JsonRecords.text(record, "reason"));
            case TICK ->
                    new DecisionTick(
                            new RequestedTime(0, JsonRecords.longValue(record, LEAD)).leadMillis());
            default ->
                    throw new IllegalArgumentException(
                            "'decision' was '"
                                    + decision
                                    + "' but it must be 'accepted', 'refused' or 'tick'");
        };
    }

    private static DecisionEntry accepted(JsonNode record) {
        String request = ControlJson.nonEmpty(record, "request");
        RequestedTime time =
                new RequestedTime(
                        JsonRecords.longValue(record, "requestedFromMillis"),
                        JsonRecords.longValue(record, LEAD));
        if (record.has("camera")) {
            return new AcceptedCrop(
                    request, JsonRecords.text(record, "camera"), ControlJson.crop(record), time);
        }
        AcceptedPlan plan =
                new AcceptedPlan(
                        request, ControlJson.nonEmpty(record, "route"), plan(record), time);
        checkEnds(plan);
        return plan;
    }

    /** What a reader could not make a decision of is malformed now, and not later. */
    private static void checkEnds(AcceptedPlan accepted) {
        if (accepted.plan() == null && accepted.route().equals(ModelDecision.DEFAULT_ROUTE)) {
            throw new IllegalArgumentException(
                    "'plan' was nothing but route '"
                            + ModelDecision.DEFAULT_ROUTE
                            + "' must have one");
        }
    }

    private static void writeTime(JsonGenerator json, RequestedTime time) throws IOException {
        json.writeNumberField("requestedFromMillis", time.fromMillis());
        json.writeNumberField(LEAD, time.leadMillis());
    }

    private static void writePlan(JsonGenerator json, @Nullable RoutePlan plan) throws IOException {
        if (plan == null) {
            json.writeNullField("plan");
            return;
        }
        json.writeObjectFieldStart("plan");
        ControlJson.writeKind(json, plan.kind());
        json.writeStringField("cameras", plan.cameras());
        json.writeArrayFieldStart("arms");
        for (RouteArm arm : plan.arms()) {
            json.writeStartObject();
            json.writeStringField("arm", arm.arm());
            json.writeStringField("name", arm.model().name());
            json.writeNumberField("version", arm.model().version());
            json.writeStringField("digest", arm.model().digest());
            json.writeNumberField("weight", arm.weight());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeNumberField("margin", plan.margin());
        json.writeEndObject();
    }

    private static @Nullable RoutePlan plan(JsonNode record) {
        if (record.path("plan").isNull()) {
            return null;
        }
        JsonNode plan = JsonRecords.object(record, "plan");
        List<RouteArm> arms = new ArrayList<>();
        for (JsonNode arm : JsonRecords.array(plan, "arms")) {
            arms.add(
                    new RouteArm(
                            ControlJson.nonEmpty(arm, "arm"),
                            new ModelReference(
                                    ControlJson.nonEmpty(arm, "name"), version(arm), digest(arm)),
                            JsonRecords.intValue(arm, "weight")));
        }
        return new RoutePlan(
                ControlJson.kind(plan),
                JsonRecords.text(plan, "cameras"),
                arms,
                (float) JsonRecords.number(plan, "margin"));
    }

    private static int version(JsonNode arm) {
        int version = JsonRecords.intValue(arm, "version");
        if (version < 1) {
            throw new IllegalArgumentException(
                    "'version' was '" + version + "' but versions count from 1");
        }
        return version;
    }

    private static String digest(JsonNode arm) {
        String digest = JsonRecords.text(arm, "digest");
        if (!DIGEST.matcher(digest).matches()) {
            throw new IllegalArgumentException(
                    "'digest' was '"
                            + digest
                            + "' but it must be a SHA-256 of 64 lower-case hexadecimal digits");
        }
        return digest;
    }
}
