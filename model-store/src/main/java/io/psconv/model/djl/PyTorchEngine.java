package io.psconv.model.djl;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import io.psconv.model.engine.InferenceEngine;
import io.psconv.model.engine.LoadedModel;
import io.psconv.model.export.TorchScriptExporter;
import io.psconv.model.format.CompressedModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/**
 * Runs networks in PyTorch through DJL on the CPU, dense: a peer to compare with, not a sparse
 * engine.
 *
 * <p>Models go over as the bytes of a TorchScript archive, in memory. Answers agree with the JVM
 * engine's within rounding. PyTorch compiles a network anew on the first calls of every batch size,
 * so warm up before measuring.
 *
 * <p>What holds for the whole process, not for one engine: PyTorch's number of threads, fixed when
 * its library is loaded; that only one class loader may load the library, so on a cluster DJL
 * belongs on the cluster's class path; and that DJL neither downloads a library nor reports its use
 * unless the system property {@code ai.djl.offline} is {@code false}.
 */
public final class PyTorchEngine implements InferenceEngine {
    /** Name of this engine in options and records. */
    public static final String NAME = "djl-pytorch";

    /** DJL's system property for the threads within one operator, read once. */
    public static final String THREADS_PROPERTY = "ai.djl.pytorch.num_threads";

    /**
     * Makes the engine.
     *
     * @param threads threads within one operator, for the whole process; counts only if {@value
     *     #THREADS_PROPERTY} is not set and no PyTorch model was loaded before
     * @throws IllegalArgumentException if it is less than 1
     */
    public PyTorchEngine(int threads) {
        PyTorchRuntime.prepare(threads);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public LoadedModel load(CompressedModel model) {
        String name = model.network().architecture();
        byte[] archive = new TorchScriptExporter().toBytes(model, name);
        Model loaded = PyTorchRuntime.newModel(name, Device.cpu());
        boolean usable = false;
        try {
            loaded.load(new ByteArrayInputStream(archive));
            usable = true;
            return new PyTorchModel(model, loaded);
        } catch (IOException | MalformedModelException | EngineException e) {
            throw new IllegalStateException("PyTorch refused the model: " + e.getMessage(), e);
        } finally {
            if (!usable) {
                loaded.close();
            }
        }
    }
}
