package io.psconv.model.engine;

import io.psconv.model.format.CompressedModel;
import java.util.List;

/** Makes models ready to classify. */
public interface InferenceEngine {
    /** Name by which options and records call the engine. */
    String name();

    /**
     * What makes two engines' loads of one model the same: the name, and for engines that have
     * such, precision and devices.
     */
    default String placement() {
        return name();
    }

    /** What it is and computes on, for people. */
    default String description() {
        return name();
    }

    /** PCI addresses of the devices that it computes on; empty where it is the processor. */
    default List<String> deviceAddresses() {
        return List.of();
    }

    /**
     * Prepares a model: folds batch normalization, packs weights.
     *
     * @throws IllegalArgumentException if the engine cannot run the model
     */
    LoadedModel load(CompressedModel model);
}
