package io.psconv.operator.node;

import io.psconv.model.engine.LoadedModel;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Loaded models of this process, each once however many subtasks of however many jobs use it.
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
        Loaded load() throws IOException;
    }

    /**
     * A model that is ready, and the file it was read from.
     *
     * @param model closed when nobody holds a lease any more
     * @param file its bytes, for savepoints to carry; not to be modified
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared; shared on purpose
    public record Loaded(LoadedModel model, byte[] file) {}

    /** The right to use a model until closed. */
    public final class Lease implements AutoCloseable {
        private final Entry entry;
        private final Loaded loaded;
        private boolean closed;

        private Lease(Entry entry, Loaded loaded) {
            this.entry = entry;
            this.loaded = loaded;
        }

        public LoadedModel model() {
            return loaded.model();
        }

        /** Bytes of the model's file, one copy for all leases; not to be modified. */
        public byte[] file() {
            return loaded.file();
        }

        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                release(entry);
            }
        }
    }

    private static final class Entry {
        private final String key;
        private int leases;
        private @Nullable Loaded loaded;

        Entry(String key) {
            this.key = key;
        }

        synchronized Loaded load(Loader loader) throws IOException {
            Loaded known = loaded;
            if (known == null) {
                known = loader.load();
                loaded = known;
            }
            return known;
        }

        synchronized void close() {
            if (loaded != null) {
                loaded.model().close();
                loaded = null;
            }
        }
    }
}
