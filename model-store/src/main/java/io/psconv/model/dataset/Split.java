package io.psconv.model.dataset;

/** Part of a data set: what a network learns from, or what it is judged by. */
public enum Split {
    TRAIN,
    TEST;

    /**
     * Whether a file belongs here by its name: what says "test" or "val" is TEST, all else TRAIN.
     */
    boolean holds(String fileName) {
        boolean judges = fileName.contains("test") || fileName.startsWith("val");
        return (this == TEST) == judges;
    }
}
