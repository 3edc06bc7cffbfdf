package io.psconv.job.kafka;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.psconv.operator.record.ActivationRequest;
import io.psconv.operator.record.ControlRequest;
import io.psconv.operator.record.CropRequest;
import io.psconv.operator.record.DeactivationRequest;
import io.psconv.operator.record.MalformedRequest;
import io.psconv.operator.record.ModelDecision;
import io.psconv.operator.record.RequestId;
import io.psconv.operator.record.RequestedArm;
import io.psconv.operator.record.RequestedPlan;
import io.psconv.operator.record.RequestedTime;
import io.psconv.operator.record.RoutePlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request as JSON, as {@code control-request.schema.json} beside this class describes it.
 *
 * <p>Requests may be written by hand: what has a usual value may be left out, and a member that is
 * not known is an error, since it may be a slip. A request's identity is its place in the topic and
 * not in its JSON.
 */
public final class ControlRequestJson {
    private static final String ACTION = "action";
    private static final String ACTIVATE = "activate";
    private static final String DEACTIVATE = "deactivate";
    private static final String CROP = "crop";

    private static final Set<String> ACTIVATE_MEMBERS =
            Set.of(
                    ACTION,
                    "route",
                    "kind",
                    "cameras",
                    "models",
                    "margin",
                    "fromMillis",
                    "leadMillis");
    private static final Set<String> DEACTIVATE_MEMBERS =
            Set.of(ACTION, "route", "fromMillis", "leadMillis");
    private static final Set<String> CROP_MEMBERS =
            Set.of(ACTION, "camera", CROP, "fromMillis", "leadMillis");
    private static final Set<String> MODEL_MEMBERS = Set.of("model", "weight");

    private ControlRequestJson() {}

    /**
     * One JSON object in UTF-8, without the request's identity.
     *
     * @throws IllegalArgumentException for a malformed request, which is none to be sent
     */
    public static byte[] write(ControlRequest request) {
        if (request instanceof MalformedRequest malformed) {
            throw new IllegalArgumentException(
                    "a malformed request cannot be sent: " + malformed.reason());
        }
        return JsonRecords.write(
                json -> {
                    if (request instanceof ActivationRequest activation) {
                        writeActivation(json, activation);
                    } else if (request instanceof DeactivationRequest deactivation) {
                        json.writeStringField(ACTION, DEACTIVATE);
                        json.writeStringField("route", deactivation.route());
                        writeTime(json, deactivation.time());
                    } else if (request instanceof CropRequest crop) {
                        json.writeStringField(ACTION, CROP);
                        json.writeStringField("camera", crop.camera());
                        ControlJson.writeCrop(json, crop.crop());
                        writeTime(json, crop.time());
                    }
                });
    }

    /**
     * Reads a request.
     *
     * @param value null for a record without one
     * @return a {@link MalformedRequest} where the value is none, saying why
     */
    public static ControlRequest read(RequestId id, byte @Nullable [] value) {
        try {
            if (value == null) {
                throw new IllegalArgumentException("record has no value");
            }
            return read(id.toString(), JsonRecords.parse(value));
        } catch (IllegalArgumentException e) {
            String reason = e.getMessage();
            return new MalformedRequest(
                    id.toString(), reason == null ? e.getClass().getSimpleName() : reason);
        }
    }

    private static ControlRequest read(String id, JsonNode record) {
        String action = JsonRecords.text(record, ACTION);
        return switch (action) {
            case ACTIVATE -> {
                checkMembers(record, ACTIVATE_MEMBERS);
                yield new ActivationRequest(id, route(record), plan(record), time(record));
            }
            case DEACTIVATE -> {
                checkMembers(record, DEACTIVATE_MEMBERS);
                yield new DeactivationRequest(id, JsonRecords.text(record, "route"), time(record));
            }
            case CROP -> {
                checkMembers(record, CROP_MEMBERS);
                yield new CropRequest(
                        id,
                        JsonRecords.text(record, "camera"),
                        ControlJson.crop(record),
                        time(record));
            }
            default ->
                    throw new IllegalArgumentException(
                            "'action' was '"
                                    + action
                                    + "' but it must be 'activate', 'deactivate' or 'crop'");
        };
    }

    private static void writeActivation(JsonGenerator json, ActivationRequest request)
            throws IOException {
        RequestedPlan plan = request.plan();
        json.writeStringField(ACTION, ACTIVATE);
        json.writeStringField("route", request.route());
        ControlJson.writeKind(json, plan.kind());
        json.writeStringField("cameras", plan.cameras());
        json.writeArrayFieldStart("models");
        for (RequestedArm arm : plan.arms()) {
            json.writeStartObject();
            json.writeStringField("model", arm.model());
            json.writeNumberField("weight", arm.weight());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeNumberField("margin", plan.margin());
        writeTime(json, request.time());
    }

    private static void writeTime(JsonGenerator json, RequestedTime time) throws IOException {
        json.writeNumberField("fromMillis", time.fromMillis());
        json.writeNumberField("leadMillis", time.leadMillis());
    }

    private static String route(JsonNode record) {
        return record.has("route")
                ? JsonRecords.text(record, "route")
                : ModelDecision.DEFAULT_ROUTE;
    }

    private static RequestedPlan plan(JsonNode record) {
        List<RequestedArm> arms = new ArrayList<>();
        for (JsonNode arm : JsonRecords.array(record, "models")) {
            checkMembers(arm, MODEL_MEMBERS);
            arms.add(
                    new RequestedArm(
                            JsonRecords.text(arm, "model"),
                            arm.has("weight") ? JsonRecords.intValue(arm, "weight") : 1));
        }
        return new RequestedPlan(
                record.has("kind") ? ControlJson.kind(record) : RoutePlan.Kind.SINGLE,
                record.has("cameras") ? JsonRecords.text(record, "cameras") : RoutePlan.ALL_CAMERAS,
                arms,
                record.has("margin") ? (float) JsonRecords.number(record, "margin") : 0);
    }

    private static RequestedTime time(JsonNode record) {
        return new RequestedTime(millis(record, "fromMillis"), millis(record, "leadMillis"));
    }

    private static long millis(JsonNode record, String name) {
        return record.has(name) ? JsonRecords.longValue(record, name) : 0;
    }

    private static void checkMembers(JsonNode object, Set<String> known) {
        for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!known.contains(name)) {
                throw new IllegalArgumentException(
                        "'"
                                + name
                                + "' is no member here but only "
                                + known.stream().sorted().toList()
                                + " are");
            }
        }
    }
}
