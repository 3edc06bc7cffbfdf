package io.psconv.model.djl;

import ai.djl.engine.Engine;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.training.DifferentiableNetwork;
import io.psconv.model.training.TrainingEngine;

/**
 * Computes gradients with PyTorch's autograd through DJL, dense: a peer to compare with and to
 * check our own engine against, on the CPU or, where DJL finds a CUDA device with its natives,
 * there.
 *
 * <p>Sparse layers go over as dense weights with zeros, and of their gradients only the stored
 * positions come back; so a variant costs what the dense network does. Single precision, feature
 * maps in channels-last order, which is PyTorch's fastest way on a CPU.
 *
 * <p>The number of threads holds for the thread that computes; PyTorch uses its own beside it. What
 * {@link PyTorchEngine} says of the process holds here too.
 */
public final class DjlTrainingEngine implements TrainingEngine {
    /** Name of this engine in options and records. */
    public static final String NAME = PyTorchEngine.NAME;

    /** Makes the engine; PyTorch itself is loaded when it is first needed. */
    public DjlTrainingEngine() {
        PyTorchRuntime.prepare(Runtime.getRuntime().availableProcessors());
    }

    @Override
    public String name() {
        return NAME;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException if PyTorch cannot be loaded
     */
    @Override
    public String description() {
        Engine engine = PyTorchRuntime.engine();
        return "PyTorch "
                + engine.getVersion()
                + " through DJL "
                + Engine.getDjlVersion()
                + " on "
                + engine.defaultDevice()
                + ", fp32, channels-last";
    }

    @Override
    public int batchMultiple() {
        return 1;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException if PyTorch cannot be loaded
     */
    @Override
    public DifferentiableNetwork open(CompressedModel start, int batch, int threads) {
        check("batch", batch);
        check("threads", threads);
        return new DjlNetwork(start, batch, threads, PyTorchRuntime.engine().defaultDevice());
    }

    private static void check(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    name + " was '" + value + "' but it must be at least 1");
        }
    }
}
