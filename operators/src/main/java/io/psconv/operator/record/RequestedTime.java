package io.psconv.operator.record;

import java.io.Serializable;
import java.time.Duration;

/**
 * From when on somebody wants a change.
 *
 * @param fromMillis event time, milliseconds since 1970 UTC; 0 for as soon as may be
 * @param leadMillis least time between the decision and its effect, at most {@link #LONGEST_LEAD}
 */
public record RequestedTime(long fromMillis, long leadMillis) implements Serializable {
    /** A longer lead is more likely a slip than meant; a time may be named instead. */
    public static final Duration LONGEST_LEAD = Duration.ofDays(7);

    public RequestedTime {
        if (fromMillis < 0) {
            throw new IllegalArgumentException(
                    "fromMillis was '"
                            + fromMillis
                            + "' but it must be milliseconds since 1970, or 0 for now");
        }
        if (leadMillis < 0 || leadMillis > LONGEST_LEAD.toMillis()) {
            throw new IllegalArgumentException(
                    "leadMillis was '"
                            + leadMillis
                            + "' but it must be between 0 and "
                            + LONGEST_LEAD.toMillis()
                            + ", which is "
                            + LONGEST_LEAD.toDays()
                            + " days");
        }
    }

    /** The same with a lead that is no shorter than a least one. */
    public RequestedTime withLeadOfAtLeast(long leastMillis) {
        return new RequestedTime(fromMillis, Math.max(leadMillis, leastMillis));
    }

    /**
     * The event time from which a decision counts.
     *
     * @param appendMillis when the log of decisions took it, by the broker's clock
     */
    public long effectiveFromMillis(long appendMillis) {
        return Math.max(fromMillis, appendMillis + leadMillis);
    }
}
