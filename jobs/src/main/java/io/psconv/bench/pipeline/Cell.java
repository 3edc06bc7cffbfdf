package io.psconv.bench.pipeline;

import io.psconv.model.store.StoredModel;

/**
 * One combination that is measured.
 *
 * @param model what classifies
 * @param variant the supports of its sparse layers
 * @param engine what runs it, as {@code classify.engine} names it
 * @param parallelism subtasks of the job
 * @param cameras that take turns
 */
public record Cell(StoredModel model, String variant, String engine, int parallelism, int cameras) {
    public Cell {
        check("parallelism", parallelism);
        check("cameras", cameras);
    }

    private static void check(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    name + " was '" + value + "' but it must be at least 1");
        }
    }

    /** What people call it. */
    public String name() {
        return model.reference()
                + " "
                + engine
                + " ×"
                + parallelism
                + (cameras == 1 ? ", 1 camera" : ", " + cameras + " cameras");
    }
}
