package io.psconv.job.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import io.psconv.operator.record.ModelDecision;
import io.psconv.operator.record.ModelReference;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A decision about a model as JSON, as {@code model-decision.schema.json} beside this class
 * describes it.
 *
 * <p>The topic holds refused requests too, for people to read; those change no model.
 */
public final class ModelDecisionJson {
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
    private static final String ACCEPTED = "accepted";
    private static final String REFUSED = "refused";

    private ModelDecisionJson() {}

    /** One JSON object in UTF-8. */
    public static byte[] write(ModelDecision decision) {
        return JsonRecords.write(
                json -> {
                    json.writeStringField("decision", ACCEPTED);
                    json.writeStringField("request", decision.request());
                    ModelReference model = Objects.requireNonNull(decision.plan()).models().get(0);
                    json.writeStringField("name", model.name());
                    json.writeNumberField("version", model.version());
                    json.writeStringField("digest", model.digest());
                    json.writeNumberField("effectiveFromMillis", decision.effectiveFromMillis());
                });
    }

    /**
     * One JSON object in UTF-8 that says why a request was refused.
     *
     * @param request identity of the request
     * @param reason what was wrong with it
     */
    public static byte[] writeRefusal(String request, String reason) {
        return JsonRecords.write(
                json -> {
                    json.writeStringField("decision", REFUSED);
                    json.writeStringField("request", request);
                    json.writeStringField("reason", reason);
                });
    }

    /**
     * Reads a decision.
     *
     * @return empty if the request was refused
     * @throws IllegalArgumentException if the value is malformed, saying how
     */
    public static Optional<ModelDecision> read(byte[] value) {
        JsonNode record = JsonRecords.parse(value);
        String outcome = JsonRecords.text(record, "decision");
        if (outcome.equals(REFUSED)) {
            return Optional.empty();
        }
        if (!outcome.equals(ACCEPTED)) {
            throw new IllegalArgumentException(
                    "'decision' was '" + outcome + "' but it must be 'accepted' or 'refused'");
        }
        return Optional.of(
                ModelDecision.of(
                        nonEmpty(record, "request"),
                        new ModelReference(
                                nonEmpty(record, "name"), version(record), digest(record)),
                        JsonRecords.longValue(record, "effectiveFromMillis")));
    }

    private static String nonEmpty(JsonNode record, String name) {
        String text = JsonRecords.text(record, name);
        if (text.isEmpty()) {
            throw new IllegalArgumentException("'" + name + "' was '' but it must not be empty");
        }
        return text;
    }

    private static int version(JsonNode record) {
        int version = JsonRecords.intValue(record, "version");
        if (version < 1) {
            throw new IllegalArgumentException(
                    "'version' was '" + version + "' but versions count from 1");
        }
        return version;
    }

    private static String digest(JsonNode record) {
        String digest = JsonRecords.text(record, "digest");
        if (!DIGEST.matcher(digest).matches()) {
            throw new IllegalArgumentException(
                    "'digest' was '"
                            + digest
                            + "' but it must be a SHA-256 of 64 lower-case hexadecimal digits");
        }
        return digest;
    }
}
