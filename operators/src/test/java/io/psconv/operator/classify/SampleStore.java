package io.psconv.operator.classify;

import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.UntrainedModel;
import io.psconv.model.network.Architectures;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.pattern.Variant;
import io.psconv.model.store.ModelStore;
import io.psconv.model.store.StoredModel;
import io.psconv.operator.record.ModelDecision;
import io.psconv.operator.record.ModelReference;
import java.io.IOException;
import java.nio.file.Path;

/** A model store with two untrained models. */
final class SampleStore {
    private final ModelStore store;
    private final Path root;
    private final StoredModel dense;
    private final StoredModel sparse;

    SampleStore(Path root) throws IOException {
        this.root = root;
        this.store = new ModelStore(root);
        this.dense = store.publish("resnet20", model("dense"));
        this.sparse = store.publish("resnet20-ps4_p4", model("PS4_P4"));
    }

    static CompressedModel model(String variant) {
        return UntrainedModel.create(
                Architectures.create("resnet20", new FeatureShape(3, 32, 32), 10),
                Variant.of(variant),
                7);
    }

    Path root() {
        return root;
    }

    StoredModel dense() {
        return dense;
    }

    StoredModel sparse() {
        return sparse;
    }

    StoredModel publish(String name, CompressedModel model) throws IOException {
        return store.publish(name, model);
    }

    static ModelDecision decision(String request, StoredModel model, long effectiveFromMillis) {
        return ModelDecision.of(
                request,
                new ModelReference(model.name(), model.version(), model.digest()),
                effectiveFromMillis);
    }
}
