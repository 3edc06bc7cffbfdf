package io.psconv.model.engine;

import io.psconv.model.format.CompressedModel;
import io.psconv.model.pattern.Variant;
import java.util.OptionalDouble;

/** A model whose weights an engine has made ready; shared by all threads that classify with it. */
public interface LoadedModel extends AutoCloseable {
    /** The model as it was read. */
    CompressedModel model();

    /** Name of the engine, for example {@code jvm}. */
    String engine();

    /**
     * What the engine reads and multiplies, which a cost is reckoned from: the model's variant, or
     * {@link Variant#DENSE} where zeros are filled in.
     */
    default Variant executedVariant() {
        return model().variant();
    }

    /**
     * Share of the norm of an image's golden logits that logits may be off, where the file allows
     * less; 0 for engines of single precision, which the file's tolerance is for.
     */
    default double relativeTolerance() {
        return 0;
    }

    /**
     * Time that a batch takes at least where a device's memory brings weights and feature maps as
     * fast as its maker says, in nanoseconds; empty where that is not reckoned.
     *
     * @param images of the batch, at least 1
     */
    default OptionalDouble leastNanos(int images) {
        return OptionalDouble.empty();
    }

    /** Makes a classifier for one thread. */
    Classifier newClassifier(int maxBatch);

    @Override
    void close();
}
