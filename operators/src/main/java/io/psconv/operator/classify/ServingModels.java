package io.psconv.operator.classify;

import io.psconv.model.engine.InferenceEngines;
import io.psconv.operator.node.NodeRuntime;
import io.psconv.operator.node.SharedModels;
import io.psconv.operator.node.StoredModels;
import io.psconv.operator.record.ModelReference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models that one subtask has ready or is making ready, on a thread of their own so that frames
 * go on meanwhile. Otherwise used by one thread.
 *
 * <p>Two versions with one file share its weights, but each answers under its own name.
 */
final class ServingModels implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServingModels.class);
    private static final long CLOSE_SECONDS = 60;

    private final ClassifySettings settings;
    private final NodeRuntime.Lease node;
    private final StoredModels stored;
    private final Map<ModelReference, CompletableFuture<ServingModel>> models =
            new LinkedHashMap<>();

    /** Files that came in a savepoint, by digest; only what the store may lack. */
    private final Map<String, byte[]> carried = new ConcurrentHashMap<>();

    private final ExecutorService loading =
            Executors.newSingleThreadExecutor(ServingModels::daemon);

    /**
     * Chooses the engine.
     *
     * @param engine with the devices of this task manager, see {@link
     *     io.psconv.operator.device.GpuResources}
     */
    ServingModels(ClassifySettings settings, String engine, NodeRuntime.Lease node) {
        this.settings = settings;
        this.node = node;
        this.stored =
                new StoredModels(
                        Path.of(settings.store()),
                        InferenceEngines.choose(
                                engine, settings.convolution(), settings.requireVector()));
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "psconv-model-loading");
        thread.setDaemon(true);
        return thread;
    }

    /** Gives the file of a model that came in a savepoint; kept if the store lacks it. */
    void carry(ModelReference reference, byte[] file) {
        try {
            var unused = stored.file(reference);
        } catch (IOException e) {
            LOG.info("model {} is taken from the savepoint: {}", reference, e.getMessage());
            carried.put(reference.digest(), file);
        }
    }

    /** Begins to make models ready, unless they are. */
    void prepare(Collection<ModelReference> wanted) {
        for (ModelReference reference : wanted) {
            models.computeIfAbsent(reference, this::beginServing);
        }
    }

    private CompletableFuture<ServingModel> beginServing(ModelReference reference) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return serving(reference);
                    } catch (IOException e) {
                        throw new CompletionException(e);
                    }
                },
                loading);
    }

    /**
     * Waits until models are ready.
     *
     * @throws IOException if the store has no such model, or another one under its name
     */
    void await(Collection<ModelReference> wanted) throws IOException, InterruptedException {
        for (ModelReference reference : wanted) {
            of(reference);
        }
    }

    /**
     * Fails if a model could not be made ready, before a frame needs it.
     *
     * @throws IOException with the reason
     */
    void check() throws IOException, InterruptedException {
        for (Map.Entry<ModelReference, CompletableFuture<ServingModel>> model : models.entrySet()) {
            if (model.getValue().isCompletedExceptionally()) {
                of(model.getKey());
            }
        }
    }

    /** A model, once it is ready. */
    ServingModel of(ModelReference reference) throws IOException, InterruptedException {
        // Superseded and released perhaps, but a frame that is far behind needs it.
        CompletableFuture<ServingModel> model =
                models.computeIfAbsent(reference, this::beginServing);
        try {
            return model.get();
        } catch (ExecutionException e) {
            @Nullable Throwable cause = e.getCause();
            if (cause instanceof IOException problem) {
                throw problem;
            }
            if (cause instanceof RuntimeException problem) {
                throw problem;
            }
            if (cause instanceof Error problem) {
                // A lost device is fatal to the process, which a wrapped one would hide.
                throw problem;
            }
            throw new IOException("model " + reference + " cannot be made ready", cause);
        }
    }

    /** Those that are ready. */
    List<ServingModel> ready() {
        return models.values().stream()
                .filter(model -> model.isDone() && !model.isCompletedExceptionally())
                .map(CompletableFuture::join)
                .toList();
    }

    /**
     * Releases models that are neither needed nor in use.
     *
     * @param needed what frames to come may name
     * @param known what is decided; others need not be carried any more
     * @param idleSinceMillis clock before which a model not needed was last given a frame
     */
    void retain(Set<ModelReference> needed, Set<ModelReference> known, long idleSinceMillis) {
        for (Iterator<Map.Entry<ModelReference, CompletableFuture<ServingModel>>> all =
                        models.entrySet().iterator();
                all.hasNext(); ) {
            Map.Entry<ModelReference, CompletableFuture<ServingModel>> next = all.next();
            CompletableFuture<ServingModel> model = next.getValue();
            if (needed.contains(next.getKey())
                    || !model.isDone()
                    || model.isCompletedExceptionally()) {
                continue;
            }
            ServingModel idle = model.join();
            if (idle.batch().isEmpty() && idle.lastUsedMillis() < idleSinceMillis) {
                all.remove();
                idle.close();
            }
        }
        carried.keySet()
                .removeIf(
                        digest -> known.stream().noneMatch(model -> model.digest().equals(digest)));
    }

    /**
     * The files that a savepoint takes along, by digest.
     *
     * @throws IOException if one can be had neither from memory nor from the store
     */
    Map<String, byte[]> files(Set<ModelReference> wanted) throws IOException, InterruptedException {
        Map<String, byte[]> files = new HashMap<>();
        for (ModelReference reference : wanted) {
            if (!files.containsKey(reference.digest())) {
                files.put(reference.digest(), file(reference));
            }
        }
        return files;
    }

    /** The files that only this job has any more, by digest. */
    Map<String, byte[]> carriedFiles() {
        return Map.copyOf(carried);
    }

    private byte[] file(ModelReference reference) throws IOException, InterruptedException {
        byte[] file = carried.get(reference.digest());
        if (file != null) {
            return file;
        }
        return models.containsKey(reference) ? of(reference).file() : stored.file(reference);
    }

    private ServingModel serving(ModelReference reference) throws IOException {
        SharedModels.Lease lease =
                stored.lease(node.models(), reference, carried.get(reference.digest()));
        boolean used = false;
        try {
            ServingModel model = new ServingModel(reference, lease, settings, node);
            used = true;
            return model;
        } finally {
            if (!used) {
                lease.close();
            }
        }
    }

    @Override
    public void close() {
        loading.shutdown();
        try {
            // A cancelled task does not wait; what it was loading is closed when that is done.
            var unused = loading.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (CompletableFuture<ServingModel> model : models.values()) {
            var unused = model.thenAccept(ServingModel::close);
        }
        models.clear();
    }
}
