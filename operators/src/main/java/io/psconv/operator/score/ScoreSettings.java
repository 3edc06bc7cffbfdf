package io.psconv.operator.score;

import io.psconv.operator.node.NodeSettings;
import io.psconv.operator.record.ModelIdentity;
import io.psconv.operator.record.ModelReference;
import java.io.Serializable;

/**
 * What a scoring job is told when it is built.
 *
 * @param store folder of the model store, readable on every task manager
 * @param model what scores
 * @param variant the supports of its sparse layers, for the meters
 * @param engine {@code auto} or an engine's name
 * @param requireVector whether a JVM without the Vector API fails at start
 * @param maxBatchSize inputs of the largest record, at least 1
 * @param node meters and energy of the task manager
 */
public record ScoreSettings(
        String store,
        ModelReference model,
        String variant,
        String engine,
        boolean requireVector,
        int maxBatchSize,
        NodeSettings node)
        implements Serializable {
    public ScoreSettings {
        if (maxBatchSize < 1) {
            throw new IllegalArgumentException(
                    "maxBatchSize was '" + maxBatchSize + "' but it must be at least 1");
        }
    }

    /** The model as meters name it. */
    public ModelIdentity identity() {
        return new ModelIdentity(model.name(), model.version(), model.digest(), variant, engine);
    }
}
