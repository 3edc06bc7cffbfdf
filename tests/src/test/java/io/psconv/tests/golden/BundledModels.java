package io.psconv.tests.golden;

import io.psconv.model.format.CompressedModel;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.store.ModelStore;
import io.psconv.model.store.ModelVersions;
import io.psconv.model.store.StoredModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the repository brings along: a model store and a sample of images. */
final class BundledModels {
    static final FeatureShape CIFAR = new FeatureShape(3, 32, 32);

    private BundledModels() {}

    static CompressedModel read(String name) throws Exception {
        ModelStore store = new ModelStore(folder().resolve("zoo"));
        return store.read(store.resolve(name + "@1"));
    }

    /** Every version in the zoo that {@code psconv train} made. */
    static List<StoredModel> trained() throws Exception {
        ModelStore store = new ModelStore(folder().resolve("zoo"));
        List<StoredModel> trained = new ArrayList<>();
        for (ModelVersions named : store.list()) {
            for (int version : named.versions()) {
                StoredModel stored = store.resolve(named.name() + "@" + version);
                if (store.read(stored).metadata().provenance().containsKey("data_digest")) {
                    trained.add(stored);
                }
            }
        }
        return trained;
    }

    static CompressedModel read(StoredModel stored) throws Exception {
        return new ModelStore(folder().resolve("zoo")).read(stored);
    }

    static Path samples() {
        return folder().resolve("samples");
    }

    private static Path folder() {
        return Path.of(System.getProperty("psconv.root", ".."), "model-store");
    }
}
