package io.psconv.operator.record;

/**
 * That whatever is decided behind it in the log takes effect no sooner than so long after it.
 *
 * @param leadMillis from the append time of the tick, not negative
 */
public record DecisionTick(long leadMillis) implements Decision, DecisionEntry {
    public DecisionTick {
        if (leadMillis < 0) {
            throw new IllegalArgumentException(
                    "leadMillis was '" + leadMillis + "' but it must be at least 0");
        }
    }

    @Override
    public DecisionTick at(long appendMillis) {
        return this;
    }
}
