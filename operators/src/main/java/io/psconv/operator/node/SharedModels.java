package io.psconv.operator.node;

import io.psconv.model.engine.LoadedModel;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Loaded models of this process, each once however many subtasks use it.
 *
 * <p>A model stays while somebody holds a lease of it. Thread-safe; a second user of a model waits
 * while the first one loads it.
 */
public final class SharedModels {
    private final Map<String, Entry> entries = new HashMap<>();

    /**
     * Gives a lease of a model, loading it for the first one.
     *
     * @param key what makes two loads the same: digest and engine
     * @throws IOException if {@code loader} does; the next caller tries again
     */
    public Lease lease(String key, Loader loader) throws IOException {
        Entry entry;
        synchronized (entries) {
            entry = entries.computeIfAbsent(key, Entry::new);
            entry.leases++;
        }
        boolean loaded = false;
        try {
            Lease lease = new Lease(entry, entry.load(loader));
            loaded = true;
            return lease;
        } finally {
            if (!loaded) {
                release(entry);
            }
        }
    }

    /** Models loaded now. */
    public int size() {
        synchronized (entries) {
            return entries.size();
        }
    }

    private void release(Entry entry) {
        synchronized (entries) {
            entry.leases--;
            if (entry.leases > 0) {
                return;
            }
            entries.remove(entry.key);
        }
        entry.close();
    }

    /** Reads and prepares a model. */
    public interface Loader {
        LoadedModel load() throws IOException;
    }

    /** The right to use a model until closed. */
    public final class Lease implements AutoCloseable {
        private final Entry entry;
        private final LoadedModel model;
        private boolean closed;

        private Lease(Entry entry, LoadedModel model) {
            this.entry = entry;
            this.model = model;
        }

        public LoadedModel model() {
            return model;
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                release(entry);
            }
        }
    }

    private static final class Entry {
        private final String key;
        private int leases;
        private @Nullable LoadedModel model;

        Entry(String key) {
            this.key = key;
        }

        synchronized LoadedModel load(Loader loader) throws IOException {
            LoadedModel loaded = model;
            if (loaded == null) {
                loaded = loader.load();
                model = loaded;
            }
            return loaded;
        }

        synchronized void close() {
            if (model != null) {
                model.close();
                model = null;
            }
        }
    }
}
