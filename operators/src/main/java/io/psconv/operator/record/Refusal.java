package io.psconv.operator.record;

/**
 * That a request changes nothing.
 *
 * @param request identity of the request
 * @param reason what was wrong with it, the rule, what to do
 */
public record Refusal(String request, String reason) implements Decision, DecisionEntry {
    @Override
    public Refusal at(long appendMillis) {
        return this;
    }
}
