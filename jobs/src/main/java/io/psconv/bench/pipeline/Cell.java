package io.psconv.bench.pipeline;

import io.psconv.job.crayfish.ParallelismMode;
import io.psconv.model.store.StoredModel;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One combination that is measured.
 *
 * @param model what classifies
 * @param variant the supports of its sparse layers
 * @param engine what runs it, as {@code classify.engine} names it
 * @param parallelism subtasks of the job
 * @param cameras that take turns
 * @param mode subtasks beside those that score; null for the classify job, which has none
 */
public record Cell(
        StoredModel model,
        String variant,
        String engine,
        int parallelism,
        int cameras,
        @Nullable ParallelismMode mode) {
    public Cell {
        check("parallelism", parallelism);
        check("cameras", cameras);
    }

    /** One of the classify job. */
    public Cell(StoredModel model, String variant, String engine, int parallelism, int cameras) {
        this(model, variant, engine, parallelism, cameras, null);
    }

    /** The store that the model lies in: name, version and file are below it. */
    Path store() {
        return Objects.requireNonNull(model.path().toAbsolutePath().getParent())
                .resolve("../..")
                .normalize();
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
                + (mode != null
                        ? " " + mode
                        : cameras == 1 ? ", 1 camera" : ", " + cameras + " cameras");
    }
}
