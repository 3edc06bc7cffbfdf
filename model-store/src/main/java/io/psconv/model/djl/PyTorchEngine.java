package io.psconv.model.djl;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.pytorch.jni.JniUtils;
import io.psconv.model.engine.InferenceEngine;
import io.psconv.model.engine.LoadedModel;
import io.psconv.model.export.TorchScriptExporter;
import io.psconv.model.export.TorchScriptForm;
import io.psconv.model.format.CompressedModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/**
 * Runs networks in PyTorch through DJL: a peer to compare with.
 *
 * <p>Models go over as the bytes of a TorchScript archive, in memory, dense or with sparse layers
 * as grouped convolutions. Answers agree with the JVM engine's within rounding. PyTorch compiles a
 * network anew on the first calls of every batch size, so warm up before measuring.
 *
 * <p>What holds for the whole process, not for one engine: PyTorch's number of threads, fixed when
 * its library is loaded; that only one class loader may load the library, so on a cluster DJL
 * belongs on the cluster's class path; and that DJL neither downloads a library nor reports its use
 * unless the system property {@code ai.djl.offline} is {@code false}.
 */
public final class PyTorchEngine implements InferenceEngine {
    /** Name of the engine that computes dense layers, in options and records. */
    public static final String NAME = "djl-pytorch";

    /** Name of the one that computes sparse layers as grouped convolutions. */
    public static final String GROUPED_NAME = "djl-pytorch-grouped";

    /** DJL's system property for the threads within one operator, read once. */
    public static final String THREADS_PROPERTY = "ai.djl.pytorch.num_threads";

    private final TorchScriptForm form;
    private final Device device;

    /**
     * Makes the dense engine on the CPU, as {@link #PyTorchEngine(int, TorchScriptForm, Device)}.
     */
    public PyTorchEngine(int threads) {
        this(threads, TorchScriptForm.DENSE, Device.cpu());
    }

    /**
     * Sets the threads within one operator for the whole process, once the library is loaded,
     * whatever was set before: for comparing.
     *
     * @throws IllegalStateException if the library cannot be loaded; the message says what it needs
     */
    public static void useThreads(int threads) {
        PyTorchRuntime.prepare(threads);
        var unused = PyTorchRuntime.engine();
        JniUtils.setNumThreads(threads);
    }

    /** Makes the engine of grouped convolutions on the CPU, likewise. */
    static PyTorchEngine grouped(int threads) {
        return new PyTorchEngine(threads, TorchScriptForm.GROUPED, Device.cpu());
    }

    /**
     * Makes the engine.
     *
     * @param threads threads within one operator, for the whole process; counts only if {@value
     *     #THREADS_PROPERTY} is not set and no PyTorch model was loaded before
     * @param form how sparse layers are computed
     * @param device where
     * @throws IllegalArgumentException if {@code threads} is less than 1
     */
    public PyTorchEngine(int threads, TorchScriptForm form, Device device) {
        PyTorchRuntime.prepare(threads);
        this.form = form;
        this.device = device;
    }

    @Override
    public String name() {
        return form == TorchScriptForm.DENSE ? NAME : GROUPED_NAME;
    }

    /**
     * Prepares a model.
     *
     * @throws IllegalArgumentException if the form cannot express the model's variant
     */
    @Override
    public LoadedModel load(CompressedModel model) {
        String name = model.network().architecture();
        byte[] archive = new TorchScriptExporter(form).toBytes(model, name);
        Model loaded = PyTorchRuntime.newModel(name, device);
        boolean usable = false;
        try {
            loaded.load(new ByteArrayInputStream(archive));
            usable = true;
            return new PyTorchModel(name(), form, model, loaded);
        } catch (IOException | MalformedModelException | EngineException e) {
            throw new IllegalStateException("PyTorch refused the model: " + e.getMessage(), e);
        } finally {
            if (!usable) {
                loaded.close();
            }
        }
    }
}
