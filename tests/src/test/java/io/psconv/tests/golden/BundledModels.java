package io.psconv.tests.golden;

import io.psconv.model.format.CompressedModel;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.store.ModelStore;
import java.nio.file.Path;

/** What the repository brings along: a model store and a sample of images. */
final class BundledModels {
    static final FeatureShape CIFAR = new FeatureShape(3, 32, 32);

    private BundledModels() {}

    static CompressedModel read(String name) throws Exception {
        ModelStore store = new ModelStore(folder().resolve("zoo"));
        return store.read(store.resolve(name + "@1"));
    }

    static Path samples() {
        return folder().resolve("samples");
    }

    private static Path folder() {
        return Path.of(System.getProperty("psconv.root", ".."), "model-store");
    }
}
