package io.psconv.model.djl;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import java.util.function.Supplier;

/** PyTorch as DJL loads it, once for the whole process. */
final class PyTorchRuntime {
    /** DJL's name of its engine. */
    static final String DJL_ENGINE = "PyTorch";

    private static final String INTER_OP_THREADS_PROPERTY = "ai.djl.pytorch.num_interop_threads";
    private static final String OFFLINE_PROPERTY = "ai.djl.offline";

    private PyTorchRuntime() {}

    /**
     * States how the library is to be loaded, as far as the user has not.
     *
     * @throws IllegalArgumentException if {@code threads} is less than 1
     */
    static void prepare(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException(
                    "threads was '" + threads + "' but it must be at least 1");
        }
        setIfUnset(OFFLINE_PROPERTY, "true");
        setIfUnset(PyTorchEngine.THREADS_PROPERTY, Integer.toString(threads));
        setIfUnset(INTER_OP_THREADS_PROPERTY, "1");
    }

    /**
     * Loads the library where that has not happened.
     *
     * @throws IllegalStateException if it cannot be loaded; the message says what it needs
     */
    static Engine engine() {
        return loading(() -> Engine.getEngine(DJL_ENGINE));
    }

    /** An empty model on a device, likewise. */
    static Model newModel(String name, Device device) {
        return loading(() -> Model.newInstance(name, device, DJL_ENGINE));
    }

    private static <T> T loading(Supplier<T> what) {
        try {
            return what.get();
        } catch (EngineException | IllegalArgumentException e) {
            throw new IllegalStateException(
                    "engine was '"
                            + PyTorchEngine.NAME
                            + "' but PyTorch could not be loaded: "
                            + e.getMessage()
                            + "; the class path needs "
                            + PyTorchProvider.ARTEFACTS
                            + ", of versions that belong together, and on a cluster not in the job",
                    e);
        }
    }

    private static void setIfUnset(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
