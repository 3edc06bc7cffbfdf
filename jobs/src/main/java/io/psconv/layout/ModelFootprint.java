package io.psconv.layout;

import static io.psconv.model.convolution.FeatureMaps.INTERLEAVED_IMAGES;

import io.psconv.model.engine.Classifier;
import io.psconv.model.engine.InferenceEngine;
import io.psconv.model.engine.LoadedModel;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.network.Layer;
import io.psconv.model.network.NetworkCost;
import io.psconv.model.pattern.Variant;
import java.util.ArrayList;
import java.util.List;

/**
 * The memory that one model needs in a task manager, in bytes.
 *
 * @param reference the model's name and version
 * @param fileBytes its file, which savepoints carry: on the heap, once
 * @param weightBytes its tensors as they were read, and as the engine packed them: on the heap,
 *     once
 * @param classifierBytes feature maps and plans of one subtask: on the heap
 * @param nativeBytes weights outside of the heap, once; zero for the JVM engine
 * @param nativeClassifierBytes feature maps of one subtask outside of the heap; zero for the JVM
 *     engine
 * @param frameBytes one decoded frame
 */
public record ModelFootprint(
        String reference,
        long fileBytes,
        long weightBytes,
        long classifierBytes,
        long nativeBytes,
        long nativeClassifierBytes,
        long frameBytes) {
    private static final String JVM = "jvm";

    /** A dense engine holds its file, its tensors and what it made of them while it starts. */
    private static final int NATIVE_COPIES = 3;

    /** Maps that a dense engine holds at a time: input, output, a residual, and one it frees. */
    private static final int NATIVE_MAPS = 4;

    private static final int MEASURED_CLASSIFIERS = 4;

    /** Images that some processor interleaves, the most and, with some lanes idle, the fewest. */
    private static final int MOST_INTERLEAVED = 16;

    private static final int FEWEST_INTERLEAVED = 6;

    /** With 16 registers five filters take the room of eight; with more they may not. */
    private static final int FIVE_FILTERS = 5;

    private static final int ROOM_OF_FIVE = 8;

    /** Tensors as they were read, as the kernels want them, and tables, until a device has them. */
    private static final int DEVICE_COPIES = 3;

    /** Batches on their way to a device or from it. */
    private static final int DEVICE_SLOTS = 2;

    public ModelFootprint {
        if (fileBytes < 0
                || weightBytes < 0
                || classifierBytes < 0
                || nativeBytes < 0
                || nativeClassifierBytes < 0
                || frameBytes < 1) {
            throw new IllegalArgumentException(
                    "memory of model '" + reference + "' was negative but it must be bytes");
        }
    }

    /**
     * Loads a model and measures what stays on the heap; of natives this is an estimate.
     *
     * <p>Task managers may have another processor, with vectors of other length: maps count as
     * where most images are interleaved, packed weights as where most room is left in them.
     *
     * @param engine what runs it
     * @param maxBatch frames at once
     */
    public static ModelFootprint measure(
            String reference,
            long fileBytes,
            CompressedModel model,
            InferenceEngine engine,
            int maxBatch) {
        long frame = (long) model.network().input().length() * Float.BYTES;
        long tensors =
                model.tensors().values().stream().mapToLong(values -> values.length).sum()
                        * Float.BYTES;
        int measured =
                maxBatch < FEWEST_INTERLEAVED ? maxBatch : Math.max(maxBatch, MOST_INTERLEAVED);
        HeapMeter heap = new HeapMeter();
        try (LoadedModel loaded = engine.load(model)) {
            // Weights are packed for the batches that a classifier has plans for, then shared.
            loaded.newClassifier(measured).close();
            long packed = heap.grownBytes();
            List<Classifier> classifiers = new ArrayList<>();
            try {
                for (int number = 0; number < MEASURED_CLASSIFIERS; number++) {
                    classifiers.add(loaded.newClassifier(measured));
                }
                long here = heap.grownBytes() / MEASURED_CLASSIFIERS;
                boolean onHeap = loaded.engine().equals(JVM);
                boolean padded = INTERLEAVED_IMAGES < MOST_INTERLEAVED;
                long weights = onHeap && !padded ? packed * ROOM_OF_FIVE / FIVE_FILTERS : packed;
                long each = onHeap ? here * MOST_INTERLEAVED / INTERLEAVED_IMAGES : here;
                return new ModelFootprint(
                        reference,
                        fileBytes,
                        tensors + weights,
                        each,
                        onHeap ? 0 : NATIVE_COPIES * denseBytes(model),
                        onHeap ? 0 : largestMapBytes(model) * NATIVE_MAPS * maxBatch,
                        frame);
            } finally {
                classifiers.forEach(Classifier::close);
            }
        }
    }

    /**
     * Reckons what a model needs beside NVIDIA devices, which need not be here.
     *
     * @param maxBatch frames at once
     */
    public static ModelFootprint besideDevices(
            String reference, long fileBytes, CompressedModel model, int maxBatch) {
        long frame = (long) model.network().input().length() * Float.BYTES;
        long tensors =
                model.tensors().values().stream().mapToLong(values -> values.length).sum()
                        * Float.BYTES;
        long logits = (long) model.network().classes() * Float.BYTES;
        return new ModelFootprint(
                reference,
                fileBytes,
                DEVICE_COPIES * tensors,
                0,
                (long) DEVICE_SLOTS * maxBatch * (frame + logits),
                0,
                frame);
    }

    private static long denseBytes(CompressedModel model) {
        return NetworkCost.of(model.network(), Variant.DENSE).parameters() * Float.BYTES;
    }

    private static long largestMapBytes(CompressedModel model) {
        long largest = model.network().input().length();
        for (Layer layer : model.network().layers()) {
            largest = Math.max(largest, model.network().shapes().of(layer.name()).length());
        }
        return largest * Float.BYTES;
    }
}
