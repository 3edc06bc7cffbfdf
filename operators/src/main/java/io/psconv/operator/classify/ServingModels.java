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
import io.psconv.operator.record.ModelDecision;
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
    void prepare(ModelDecision decision) throws IOException {
        if (find(decision) != null) {
            return;
        }
        SharedModels.Lease lease =
                node.models().lease(decision.digest() + " " + engine.name(), () -> load(decision));
        boolean used = false;
        try {
            ready.add(new ServingModel(decision, lease, settings, node));
            used = true;
        } finally {
            if (!used) {
                lease.close();
            }
        }
    }

    /** Makes a decided model ready, or says why it is refused; the models at work go on. */
    boolean accepts(ModelDecision decision) {
        try {
            prepare(decision);
            node.meters().activated();
            return true;
        } catch (IOException | RuntimeException e) {
            node.meters().refused();
            LOG.error(
                    "model {}@{} of request '{}' is refused, the current one goes on: {}",
                    decision.name(),
                    decision.version(),
                    decision.request(),
                    e.getMessage(),
                    e);
            return false;
        }
    }

    /** A model that was prepared. */
    ServingModel of(ModelDecision decision) {
        ServingModel model = find(decision);
        if (model == null) {
            throw new IllegalStateException(
                    "model " + decision.name() + "@" + decision.version() + " was not prepared");
        }
        return model;
    }

    private @Nullable ServingModel find(ModelDecision decision) {
        for (ServingModel model : ready) {
            if (model.isOf(decision)) {
                return model;
            }
        }
        return null;
    }

    /** Whether one of the decisions names the model. */
    static boolean serves(ServingModel model, List<ModelDecision> decisions) {
        return decisions.stream().anyMatch(model::isOf);
    }

    /** Gives up models that no decision names any more. */
    void retain(List<ModelDecision> decisions) {
        ready.removeIf(
                model -> {
                    boolean superseded = !serves(model, decisions);
                    if (superseded) {
                        model.close();
                    }
                    return superseded;
                });
    }

    private LoadedModel load(ModelDecision decision) throws IOException {
        try {
            return verified(
                    engine.load(
                            new ModelStore(Path.of(settings.store()))
                                    .read(decision.name(), decision.version(), decision.digest())));
        } catch (NoSuchFileException e) {
            throw unreadable(
                    decision,
                    "there is no file "
                            + e.getFile()
                            + "; publish the model, or correct classify.store",
                    e);
        } catch (IOException
                | MalformedModelException
                | GoldenMismatchException
                | IllegalArgumentException e) {
            throw unreadable(decision, e.getMessage(), e);
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
            ModelDecision decision, @Nullable String reason, Exception cause) {
        return new IOException(
                "model "
                        + decision.name()
                        + "@"
                        + decision.version()
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
