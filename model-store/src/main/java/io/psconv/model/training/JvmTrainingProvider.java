package io.psconv.model.training;

/** Makes the {@link JvmTrainingEngine}. */
public final class JvmTrainingProvider implements TrainingEngineProvider {
    @Override
    public String name() {
        return JvmTrainingEngine.NAME;
    }

    @Override
    public TrainingEngine create() {
        return new JvmTrainingEngine();
    }
}
