package io.psconv.operator.metrics;

import java.io.Serializable;

/**
 * Ports of which the first free one is taken.
 *
 * @param first 0 for any free port
 * @param last at least {@code first}
 */
public record PortRange(int first, int last) implements Serializable {
    public PortRange {
        if (first < 0 || last < first || last > 65_535) {
            throw new IllegalArgumentException(
                    "ports were '"
                            + first
                            + "-"
                            + last
                            + "' but they must be between 0 and 65535, the lower one first");
        }
    }
}
