package io.psconv.operator.verify;

import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.GoldenVectors;
import io.psconv.model.format.UntrainedModel;
import io.psconv.model.network.Architectures;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.pattern.Variant;
import io.psconv.model.store.ModelStore;
import io.psconv.model.store.StoredModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A model store that a test fills with untrained networks. */
final class StoreOfModels {
    private final ModelStore store;
    private final Path root;

    StoreOfModels(Path root) {
        this.root = root;
        this.store = new ModelStore(root);
    }

    Path root() {
        return root;
    }

    ModelStore store() {
        return store;
    }

    /** Publishes a network, another one for each seed. */
    StoredModel publish(String name, int classes, long seed) throws IOException {
        return store.publish(name, model(classes, seed));
    }

    /** Publishes a network whose golden vectors no engine meets. */
    StoredModel publishUnsound(String name) throws IOException {
        CompressedModel model = model(10, 1);
        float[] logits = new float[10];
        logits[3] = 1000;
        return store.publish(
                name, model.withGolden(new GoldenVectors(1, new byte[3 * 32 * 32], logits, 1)));
    }

    /** Changes a bit of a published file. */
    static void damage(StoredModel model) throws IOException {
        byte[] file = Files.readAllBytes(model.path());
        file[file.length - 1] ^= 1;
        Files.write(model.path(), file);
    }

    private static CompressedModel model(int classes, long seed) {
        return UntrainedModel.create(
                Architectures.create("resnet20", new FeatureShape(3, 32, 32), classes),
                Variant.of("PS4_P4"),
                seed);
    }
}
