package io.psconv.model.djl;

import io.psconv.model.training.TrainingEngine;
import io.psconv.model.training.TrainingEngineProvider;

/** Finds training in PyTorch, which is no dependency by default, see {@link PyTorchProvider}. */
public final class DjlTrainingEngineProvider implements TrainingEngineProvider {
    /** Called by {@link java.util.ServiceLoader}. */
    public DjlTrainingEngineProvider() {}

    @Override
    public String name() {
        return DjlTrainingEngine.NAME;
    }

    @Override
    public TrainingEngine create() {
        PyTorchProvider.LIBRARY.require(name());
        return new DjlTrainingEngine();
    }
}
