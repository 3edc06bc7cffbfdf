package io.psconv.operator.node;

import io.psconv.model.engine.GoldenCheck;
import io.psconv.model.engine.GoldenMismatchException;
import io.psconv.model.engine.InferenceEngine;
import io.psconv.model.engine.LoadedModel;
import io.psconv.model.format.MalformedModelException;
import io.psconv.model.store.ModelStore;
import io.psconv.operator.record.ModelReference;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads models of a store and hands them to an engine, verified. */
public final class StoredModels {
    private static final Logger LOG = LoggerFactory.getLogger(StoredModels.class);

    private final ModelStore store;
    private final InferenceEngine engine;

    /**
     * Names both.
     *
     * @param store folder of the model store
     * @param engine what is to run the models
     */
    public StoredModels(Path store, InferenceEngine engine) {
        this.store = new ModelStore(store);
        this.engine = engine;
    }

    /** What makes two loads of a model the same, for {@link SharedModels#lease}. */
    public String key(ModelReference reference) {
        return reference.digest() + " " + engine.placement();
    }

    /**
     * Gives a lease of a model, loading it for the first one of the process.
     *
     * @param kept bytes of the model's file from elsewhere, or null for the store's
     * @throws IOException if the model cannot be read, or the engine gives other answers
     */
    public SharedModels.Lease lease(
            SharedModels models, ModelReference reference, byte @Nullable [] kept)
            throws IOException {
        // What an engine starts to load a model may serve other jobs after this one has ended.
        return models.lease(
                key(reference),
                () ->
                        OwnContext.call(
                                () -> load(reference, kept == null ? file(reference) : kept)));
    }

    /**
     * The bytes of a model's file, whose digest is that of the reference.
     *
     * @throws IOException if there is none, or another one
     */
    public byte[] file(ModelReference reference) throws IOException {
        try {
            return store.verifiedBytes(reference.name(), reference.version(), reference.digest());
        } catch (NoSuchFileException e) {
            throw unreadable(
                    reference,
                    "there is no file "
                            + e.getFile()
                            + "; publish the model, or correct classify.store",
                    e);
        } catch (IOException | MalformedModelException | IllegalArgumentException e) {
            throw unreadable(reference, e.getMessage(), e);
        }
    }

    /**
     * Makes a model ready and checks its golden vectors.
     *
     * @param file what {@link #file} gave, or bytes of the same digest from elsewhere
     * @throws IOException if the file cannot be read, or the engine gives other answers
     */
    public SharedModels.Loaded load(ModelReference reference, byte[] file) throws IOException {
        try {
            LoadedModel loaded = verified(engine.load(store.read(file, reference.digest())));
            LOG.info(
                    "model {} is loaded for engine {}, for all that need it in this process",
                    reference,
                    loaded.engine());
            return new SharedModels.Loaded(loaded, file);
        } catch (MalformedModelException | GoldenMismatchException | IllegalArgumentException e) {
            throw unreadable(reference, e.getMessage(), e);
        }
    }

    private static LoadedModel verified(LoadedModel loaded) {
        boolean sound = false;
        try {
            GoldenCheck.verify(loaded);
            sound = true;
            return loaded;
        } finally {
            if (!sound) {
                loaded.close();
            }
        }
    }

    private static IOException unreadable(
            ModelReference reference, @Nullable String reason, Exception cause) {
        return new IOException("model " + reference + " cannot be read: " + reason, cause);
    }
}
