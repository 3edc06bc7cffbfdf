package io.psconv.model.djl;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineProvider;

/**
 * Offers the JVM pSConv engine to DJL under the name {@code pSConv}; pure Java, no natives.
 *
 * <p>DJL finds it by itself: {@code Criteria.builder().setTypes(Image.class,
 * Classifications.class).optEngine("pSConv").optModelPath(path)}, where the path is a model file,
 * the folder of a version, or the folder of a model, whose newest version is taken. Options are
 * {@code convolution} ({@code auto}, {@code vector} or {@code scalar}), {@code requireVector} and
 * {@code maxBatch}; the argument {@code topK} says how many classes are shown.
 *
 * <p>Images are prepared as the model's file says, also where DJL's own image classification
 * translator is given, which asks arrays to compute; {@link PsconvTranslatorFactory} serves other
 * types. Predictors may be used by several threads, one each.
 *
 * <p>Ranks behind every stock engine, the one for remote calls in DJL's own jar included, so it is
 * never DJL's default and has to be named.
 */
public final class PsconvEngineProvider implements EngineProvider {
    /** Called by the service loader. */
    public PsconvEngineProvider() {}

    @Override
    public String getEngineName() {
        return PsconvEngine.NAME;
    }

    @Override
    public int getEngineRank() {
        return PsconvEngine.RANK;
    }

    @Override
    public Engine getEngine() {
        return OnlyEngine.ENGINE;
    }

    /** Made when DJL first asks for the engine, not when it looks for providers. */
    private static final class OnlyEngine {
        static final Engine ENGINE = new PsconvEngine();
    }
}
