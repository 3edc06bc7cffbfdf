package io.psconv.operator.classify;

import io.psconv.model.engine.GoldenCheck;
import io.psconv.model.engine.GoldenMismatchException;
import io.psconv.model.engine.InferenceEngine;
import io.psconv.model.engine.InferenceEngines;
import io.psconv.model.engine.LoadedModel;
import io.psconv.model.format.MalformedModelException;
import io.psconv.model.store.ModelStore;
import io.psconv.operator.node.NodeRuntime;
import io.psconv.operator.node.SharedModels;
import io.psconv.operator.record.ModelReference;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models that one subtask has ready. Not thread-safe.
 *
 * <p>Two versions with one file share its weights, but each answers under its own name.
 */
final class ServingModels implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServingModels.class);

    private final ClassifySettings settings;
    private final NodeRuntime.Lease node;
    private final InferenceEngine engine;
    private final List<ServingModel> ready = new ArrayList<>();

    ServingModels(ClassifySettings settings, NodeRuntime.Lease node) {
        this.settings = settings;
        this.node = node;
        this.engine =
                InferenceEngines.choose(
                        settings.engine(), settings.convolution(), settings.requireVector());
    }

    /**
     * Makes a decided model ready: digest and golden vectors are checked by the first subtask of
     * the process that loads it.
     *
     * @throws IOException if the store has no such model, or another one under its name
     */
    void prepare(ModelReference reference) throws IOException {
        if (find(reference) != null) {
            return;
        }
        SharedModels.Lease lease =
                node.models()
                        .lease(reference.digest() + " " + engine.name(), () -> load(reference));
        boolean used = false;
        try {
            ready.add(new ServingModel(reference, lease, settings, node));
            used = true;
        } finally {
            if (!used) {
                lease.close();
            }
        }
    }

    /** Makes a decided model ready, or says why it is refused; the models at work go on. */
    boolean accepts(ModelReference reference) {
        try {
            prepare(reference);
            node.meters().activated();
            return true;
        } catch (IOException | RuntimeException e) {
            node.meters().refused();
            LOG.error(
                    "model {} is refused, the current one goes on: {}",
                    reference,
                    e.getMessage(),
                    e);
            return false;
        }
    }

    /** A model that was prepared. */
    ServingModel of(ModelReference reference) {
        ServingModel model = find(reference);
        if (model == null) {
            throw new IllegalStateException(
                    "model " + reference.name() + "@" + reference.version() + " was not prepared");
        }
        return model;
    }

    private @Nullable ServingModel find(ModelReference reference) {
        for (ServingModel model : ready) {
            if (model.isOf(reference)) {
                return model;
            }
        }
        return null;
    }

    /** Whether one of the references names the model. */
    static boolean serves(ServingModel model, List<ModelReference> references) {
        return references.stream().anyMatch(model::isOf);
    }

    /** Gives up models that no reference names any more. */
    void retain(List<ModelReference> references) {
        ready.removeIf(
                model -> {
                    boolean superseded = !serves(model, references);
                    if (superseded) {
                        model.close();
                    }
                    return superseded;
                });
    }

    private LoadedModel load(ModelReference reference) throws IOException {
        try {
            return verified(
                    engine.load(
                            new ModelStore(Path.of(settings.store()))
                                    .read(
                                            reference.name(),
                                            reference.version(),
                                            reference.digest())));
        } catch (NoSuchFileException e) {
            throw unreadable(
                    reference,
                    "there is no file "
                            + e.getFile()
                            + "; publish the model, or correct classify.store",
                    e);
        } catch (IOException
                | MalformedModelException
                | GoldenMismatchException
                | IllegalArgumentException e) {
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
        return new IOException(
                "model "
                        + reference.name()
                        + "@"
                        + reference.version()
                        + " cannot be read: "
                        + reason,
                cause);
    }

    @Override
    public void close() {
        ready.forEach(ServingModel::close);
        ready.clear();
    }
}
