package io.psconv.operator.verify;

import io.psconv.model.engine.GoldenCheck;
import io.psconv.model.engine.InferenceEngine;
import io.psconv.model.engine.LoadedModel;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.MalformedModelException;
import io.psconv.model.store.ModelStore;
import io.psconv.model.store.StoredModel;
import io.psconv.operator.record.ModelReference;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds models by name and checks them as those do that are to serve with them.
 *
 * <p>A file's digest is checked each time; it is run on its golden vectors the first time only, and
 * given up at once. Not thread-safe.
 */
final class ModelVerifier {
    /** Files remembered as sound; a forgotten one is only run again. */
    private static final int REMEMBERED = 256;

    private final ModelStore store;
    private final InferenceEngine engine;
    private final int maxBatchSize;
    private final long maxBufferBytes;

    /** Labels by digest of those found sound. */
    private final Map<String, List<String>> sound =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, List<String>> eldest) {
                    return size() > REMEMBERED;
                }
            };

    private int loads;

    /**
     * A verifier for models that an engine is to run.
     *
     * @param maxBatchSize frames that are to be classified together at most
     * @param maxBufferBytes decoded frames that may be held
     */
    ModelVerifier(ModelStore store, InferenceEngine engine, int maxBatchSize, long maxBufferBytes) {
        this.store = store;
        this.engine = engine;
        this.maxBatchSize = maxBatchSize;
        this.maxBufferBytes = maxBufferBytes;
    }

    /**
     * Finds a model and checks it.
     *
     * @param name {@code name} for the newest version now, or {@code name@version}
     * @throws IOException if the store cannot be read
     * @throws MalformedModelException if the file is not what was published, or not sound
     * @throws IllegalArgumentException if there is no such model, or this job cannot run it
     */
    VerifiedModel verify(String name) throws IOException, MalformedModelException {
        StoredModel stored = store.resolve(name);
        List<String> labels = sound.get(stored.digest());
        if (labels == null) {
            labels = check(stored);
            sound.put(stored.digest(), labels);
        } else {
            store.verify(stored);
        }
        return new VerifiedModel(
                new ModelReference(stored.name(), stored.version(), stored.digest()), labels);
    }

    /** How many models were loaded so far. */
    int loads() {
        return loads;
    }

    private List<String> check(StoredModel stored) throws IOException, MalformedModelException {
        CompressedModel model = store.read(stored);
        checkBuffer(stored, model);
        loads++;
        try (LoadedModel loaded = engine.load(model)) {
            GoldenCheck.verify(loaded);
        }
        return model.metadata().labels();
    }

    private void checkBuffer(StoredModel stored, CompressedModel model) {
        long bytes = (long) maxBatchSize * model.network().input().length() * Float.BYTES;
        if (bytes > maxBufferBytes) {
            throw new IllegalArgumentException(
                    "model '"
                            + stored.reference()
                            + "' needs "
                            + bytes
                            + " bytes for "
                            + maxBatchSize
                            + " decoded frames, which is classify.batch.max-size, but"
                            + " classify.buffer.max-bytes allows "
                            + maxBufferBytes
                            + "; lower the one or raise the other");
        }
    }
}
