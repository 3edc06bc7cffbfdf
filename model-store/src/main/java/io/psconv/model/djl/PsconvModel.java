package io.psconv.model.djl;

import ai.djl.BaseModel;
import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.modality.cv.translator.ImageClassificationTranslator;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.training.Trainer;
import ai.djl.training.TrainingConfig;
import ai.djl.translate.Translator;
import io.psconv.model.engine.GoldenCheck;
import io.psconv.model.engine.GoldenMismatchException;
import io.psconv.model.engine.LoadedModel;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.ModelFileReader;
import io.psconv.model.format.ReadLimits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model file as a DJL model; serves after its digest and golden vectors were checked.
 *
 * <p>Nothing in it is native: closing it gives its memory to the garbage collector.
 */
final class PsconvModel extends BaseModel {
    private static final Logger LOG = LoggerFactory.getLogger(PsconvModel.class);

    /** The block, or null before {@link #load} and after {@link #close}. */
    private volatile @Nullable PsconvBlock served;

    private volatile @Nullable ExecutorService helpers;

    PsconvModel(String name, NDManager manager) {
        super(name);
        this.manager = manager;
        this.dataType = DataType.FLOAT32;
    }

    /** The pSConv model behind what DJL hands about. */
    static PsconvModel of(Model model) {
        Model inner = model instanceof ZooModel<?, ?> zoo ? zoo.getWrappedModel() : model;
        if (inner instanceof PsconvModel psconv) {
            return psconv;
        }
        throw new IllegalArgumentException(
                "model was '"
                        + model.getName()
                        + "' of another engine but it must be of engine '"
                        + PsconvEngine.NAME
                        + "'; add optEngine(\""
                        + PsconvEngine.NAME
                        + "\")");
    }

    /** The network and what the file says of it. */
    CompressedModel model() {
        return loadedBlock().model().model();
    }

    @Override
    public void load(Path modelPath, @Nullable String prefix, @Nullable Map<String, ?> options)
            throws IOException, MalformedModelException {
        LoadOptions chosen = LoadOptions.of(options);
        ModelLocation location = ModelLocation.of(modelPath, prefix == null ? modelName : prefix);
        try {
            serve(location.read(), chosen);
        } catch (io.psconv.model.format.MalformedModelException e) {
            throw malformed(location.file().toString(), e);
        } catch (GoldenMismatchException e) {
            throw malformed(location.file().toString(), e);
        }
        setModelDir(location.folder());
    }

    @Override
    public void load(InputStream is, @Nullable Map<String, ?> options)
            throws IOException, MalformedModelException {
        LoadOptions chosen = LoadOptions.of(options);
        int most = ReadLimits.DEFAULT.maxFileBytes();
        byte[] bytes = is.readNBytes(most);
        try {
            if (bytes.length == most) {
                throw new io.psconv.model.format.MalformedModelException(
                        "stream had " + most + " bytes or more; a model must be smaller", most);
            }
            serve(new ModelFileReader().read(bytes), chosen);
        } catch (io.psconv.model.format.MalformedModelException e) {
            throw malformed("stream", e);
        } catch (GoldenMismatchException e) {
            throw malformed("stream", e);
        }
    }

    private void serve(CompressedModel read, LoadOptions options) {
        if (block != null) {
            throw new IllegalStateException(
                    "model '" + modelName + "' was loaded before; make another one to load again");
        }
        ExecutorService threads = options.helpers(modelName);
        helpers = threads;
        LoadedModel loaded = options.engine(threads).load(read);
        GoldenCheck.verify(loaded);
        PsconvBlock made = new PsconvBlock(loaded, options.maxBatch());
        served = made;
        block = made;
        wasLoaded = true;
        setProperty("psconv.variant", read.variant().name());
        setProperty("psconv.dataset", read.metadata().dataset());
    }

    @Override
    public void setBlock(Block block) {
        throw new UnsupportedOperationException(
                "a block was given but a model of engine '"
                        + PsconvEngine.NAME
                        + "' has its own; leave optBlock out");
    }

    @Override
    public Trainer newTrainer(TrainingConfig trainingConfig) {
        throw PsconvEngine.noTraining();
    }

    @Override
    public void save(Path modelPath, String newModelName) {
        throw new UnsupportedOperationException(
                "engine '" + PsconvEngine.NAME + "' changes no models; copy the model file");
    }

    @Override
    public <I, O> Predictor<I, O> newPredictor(
            Translator<I, O> translator, @Nullable Device device) {
        PsconvEngine.checkDevice(device);
        loadedBlock();
        return super.newPredictor(fitting(translator), Device.cpu());
    }

    /** The translator, or one in its place where it asks arrays to compute. */
    @SuppressWarnings("unchecked")
    private <I, O> Translator<I, O> fitting(Translator<I, O> translator) {
        // Exactly this class is what DJL takes where no translator was named.
        if (translator.getClass() == ImageClassificationTranslator.class) {
            LOG.debug("images are prepared as model '{}' says, not by DJL's default", modelName);
            return (Translator<I, O>) ImageTranslator.of(this);
        }
        return HostStacking.needs(translator) ? new HostStacking<>(translator) : translator;
    }

    private PsconvBlock loadedBlock() {
        PsconvBlock current = served;
        if (current == null) {
            throw new IllegalStateException(
                    "model '"
                            + modelName
                            + "' was "
                            + (block == null ? "not loaded" : "closed")
                            + "; load it first");
        }
        return current;
    }

    @Override
    public void close() {
        PsconvBlock current = served;
        served = null;
        if (current != null) {
            current.close();
        }
        ExecutorService threads = helpers;
        if (threads != null) {
            threads.shutdown();
        }
        super.close();
    }

    /**
     * Does nothing: there is no memory but Java's, and the manager, which is never closed, would
     * have DJL warn of closed models too.
     */
    @Override
    @SuppressWarnings({"deprecation", "removal", "Finalize"})
    protected void finalize() {}

    private static MalformedModelException malformed(String source, Exception cause) {
        return new MalformedModelException(
                "model '" + source + "' cannot be used: " + cause.getMessage(), cause);
    }
}
