package io.psconv.bench.chaos;

import io.psconv.model.store.StoredModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run of chaos does.
 *
 * @param load how long frames are sent
 * @param seed of the kills, the bad frames and the choice of pictures
 * @param framesPerSecond of all cameras together
 * @param parallelism subtasks of the job, on two task managers
 * @param store folder of the model store
 * @param models that take turns, at least one; the first one serves at the start
 * @param pictures encoded as PNG, of the models' input size
 * @param logs folder in which to keep what the processes say; null to keep nothing
 */
public record ChaosPlan(
        Duration load,
        long seed,
        double framesPerSecond,
        int parallelism,
        Path store,
        List<StoredModel> models,
        List<byte[]> pictures,
        @Nullable Path logs) {
    public ChaosPlan {
        models = List.copyOf(models);
        pictures = List.copyOf(pictures);
        if (models.isEmpty()) {
            throw new IllegalArgumentException("models was empty but one must serve");
        }
        if (parallelism < 1) {
            throw new IllegalArgumentException(
                    "parallelism was '" + parallelism + "' but it must be positive");
        }
        if (!(framesPerSecond > 0)) {
            throw new IllegalArgumentException(
                    "rate was '" + framesPerSecond + "' but it must be above 0 frames/s");
        }
    }
}
