package io.psconv.cli;

/** What becomes of a rejected frame in a replay. */
enum ReplayOutcome {
    /** It is sent again. */
    SENT("sent", "sent again"),
    /** It was sent again as often as allowed. */
    EXHAUSTED("exhausted", "sent as often as --max-attempts allows already"),
    /** It had no value, so there is nothing to send. */
    EMPTY("empty", "without a value, nothing to send"),
    /** Its original is neither in its record nor at its place in Kafka. */
    GONE("gone", "larger than their record keeps, and no longer in Kafka"),
    /** The record in the topic is none of a rejected frame. */
    UNREADABLE("unreadable", "records that are none of a rejected frame");

    private final String jsonName;
    private final String text;

    ReplayOutcome(String jsonName, String text) {
        this.jsonName = jsonName;
        this.text = text;
    }

    String jsonName() {
        return jsonName;
    }

    /** As people read it behind the count. */
    String text() {
        return text;
    }
}
