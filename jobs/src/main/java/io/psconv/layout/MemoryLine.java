package io.psconv.layout;

/**
 * One thing that needs memory in a task manager.
 *
 * @param place where it lies
 * @param bytes how much
 * @param why what it is for and how it was reckoned
 */
public record MemoryLine(Place place, long bytes, String why) {
    /** A part of a task manager's memory, as Flink divides it. */
    public enum Place {
        HEAP("heap"),
        OFF_HEAP("off-heap"),
        NETWORK("network"),
        MANAGED("managed"),
        METASPACE("metaspace"),
        OVERHEAD("overhead");

        private final String label;

        Place(String label) {
            this.label = label;
        }

        @Override
        public String toString() {
            return label;
        }
    }

    public MemoryLine {
        if (bytes < 0) {
            throw new IllegalArgumentException(
                    "bytes for '" + why + "' were '" + bytes + "' but they must not be negative");
        }
    }
}
