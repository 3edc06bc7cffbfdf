package io.psconv.job.crayfish;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How many subtasks read, score and write, as Crayfish calls it. */
public enum ParallelismMode {
    /** As many of each; a record stays in its task from source to sink. */
    N_N_N("N-N-N"),
    /** One reader and one writer for each partition, and between them tasks that only score. */
    PARTITIONS_N_PARTITIONS("32-N-32");

    private final String text;

    ParallelismMode(String text) {
        this.text = text;
    }

    /**
     * Reads a name, in capitals or not.
     *
     * @throws IllegalArgumentException if there is no such mode
     */
    public static ParallelismMode parse(String text) {
        for (ParallelismMode mode : values()) {
            if (mode.text.equals(text.toUpperCase(Locale.ROOT))) {
                return mode;
            }
        }
        throw new IllegalArgumentException(
                "parallelism mode was '"
                        + text
                        + "' but it must be of "
                        + Arrays.stream(values())
                                .map(ParallelismMode::toString)
                                .collect(Collectors.joining(" and ")));
    }

    @Override
    public String toString() {
        return text;
    }
}
