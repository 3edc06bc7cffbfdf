package io.psconv.operator.record;

import java.io.Serializable;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a request stands in the control topic, which is its identity: {@code model-control-0@12}.
 *
 * @param topic the control topic
 * @param partition partition of that topic, from 0
 * @param offset offset in that partition, from 0
 */
public record RequestId(String topic, int partition, long offset) implements Serializable {
    private static final Pattern FORM = Pattern.compile("(.+)-(\\d{1,9})@(\\d{1,18})");

    /** Reads what {@link #toString} writes; empty for a request that came another way. */
    public static Optional<RequestId> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return Optional.of(
                new RequestId(
                        matcher.group(1),
                        Integer.parseInt(matcher.group(2)),
                        Long.parseLong(matcher.group(3))));
    }

    @Override
    public String toString() {
        return topic + "-" + partition + "@" + offset;
    }
}
