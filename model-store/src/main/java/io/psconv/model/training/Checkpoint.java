package io.psconv.model.training;

import io.psconv.model.format.MalformedModelException;
import io.psconv.model.format.ReadLimits;
import io.psconv.model.format.SafetensorsFile;
import io.psconv.model.format.SafetensorsReader;
import io.psconv.model.format.SafetensorsWriter;
import io.psconv.model.format.TensorEntry;
import io.psconv.model.format.TensorType;
import io.psconv.model.store.DurableFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything a training needs to go on as if it had never stopped.
 *
 * <p>As a file: safetensors with the model's tensors as {@code model.<name>}, the optimizer's as
 * {@code momentum.<name>}, all F32 and flat, the rest in the metadata.
 *
 * @param recipe its {@link Recipe#text}
 * @param dataDigest of the images
 * @param engine that computed so far, several with commas between them
 * @param position how far it is
 * @param history by epoch
 * @param tensors by name, as {@link TrainableNetwork#tensors} gives them
 * @param momentum as {@link TrainableNetwork#momentum} gives it
 * @param published reference of the model that came of it; empty before its end
 */
public record Checkpoint(
        String recipe,
        String dataDigest,
        String engine,
        TrainingPosition position,
        List<EpochRecord> history,
        Map<String, float[]> tensors,
        Map<String, float[]> momentum,
        String published) {
    private static final String PREFIX = "psconv.training.";
    private static final String FORMAT = PREFIX + "format-version";
    private static final String CURRENT_FORMAT = "1";
    private static final String RECIPE = PREFIX + "recipe";
    private static final String DATA_DIGEST = PREFIX + "data-digest";
    private static final String ENGINE = PREFIX + "engine";
    private static final String EPOCH = PREFIX + "epoch";
    private static final String STEP = PREFIX + "step";
    private static final String ELAPSED = PREFIX + "elapsed-seconds";
    private static final String LOSS_SUM = PREFIX + "epoch.loss-sum";
    private static final String RIGHT = PREFIX + "epoch.right";
    private static final String IMAGES = PREFIX + "epoch.images";
    private static final String SECONDS = PREFIX + "epoch.seconds";
    private static final String PROGRESS = PREFIX + "progress";
    private static final String HISTORY = PREFIX + "history";
    private static final String PUBLISHED = PREFIX + "published";
    private static final String MODEL = "model.";
    private static final String MOMENTUM = "momentum.";

    public Checkpoint {
        history = List.copyOf(history);
        tensors = Map.copyOf(tensors);
        momentum = Map.copyOf(momentum);
    }

    /** The same, of a training whose model is in the store. */
    public Checkpoint publishedAs(String reference) {
        return new Checkpoint(
                recipe, dataDigest, engine, position, history, tensors, momentum, reference);
    }

    /** Whether the training has ended and its model is in the store. */
    public boolean isPublished() {
        return !published.isEmpty();
    }

    /**
     * Demands that a training which goes on from here is the one that was begun.
     *
     * @throws IllegalArgumentException if recipe or images are others; the message says what
     *     differs
     */
    public void checkContinues(Recipe wanted, String wantedDigest) {
        List<String> differences = wanted.differences(recipe);
        if (!differences.isEmpty()) {
            throw new IllegalArgumentException(
                    "the checkpoint's recipe has "
                            + String.join(", ", differences)
                            + "; go on with the same options, or start anew with another checkpoint"
                            + " file");
        }
        if (!dataDigest.equals(wantedDigest)) {
            throw new IllegalArgumentException(
                    "the checkpoint's images have digest '"
                            + dataDigest
                            + "' but these have '"
                            + wantedDigest
                            + "'; go on with the same data, or start anew with another checkpoint"
                            + " file");
        }
    }

    /**
     * Writes the file in place of an earlier one, so that a power cut leaves one of the two.
     *
     * @throws IOException if it cannot be written; an earlier one stays then
     */
    public void write(Path path) throws IOException {
        SafetensorsWriter writer =
                new SafetensorsWriter()
                        .metadata(FORMAT, CURRENT_FORMAT)
                        .metadata(RECIPE, recipe)
                        .metadata(DATA_DIGEST, dataDigest)
                        .metadata(ENGINE, engine)
                        .metadata(EPOCH, Integer.toString(position.epoch()))
                        .metadata(STEP, Integer.toString(position.step()))
                        .metadata(ELAPSED, Double.toString(position.elapsedSeconds()))
                        .metadata(LOSS_SUM, Double.toString(position.lossSum()))
                        .metadata(RIGHT, Long.toString(position.right()))
                        .metadata(IMAGES, Long.toString(position.images()))
                        .metadata(SECONDS, Double.toString(position.stepSeconds()))
                        .metadata(PROGRESS, Double.toString(position.progress()))
                        .metadata(HISTORY, EpochRecord.write(history))
                        .metadata(PUBLISHED, published);
        add(MODEL, tensors, writer);
        add(MOMENTUM, momentum, writer);
        DurableFiles.replace(path, writer::write);
    }

    private static void add(String prefix, Map<String, float[]> tensors, SafetensorsWriter writer) {
        new TreeMap<>(tensors)
                .forEach(
                        (name, values) ->
                                writer.floats(
                                        prefix + name,
                                        TensorType.F32,
                                        List.of(values.length),
                                        values));
    }

    /**
     * Reads a file.
     *
     * @throws IOException if it cannot be read
     * @throws MalformedModelException if it is no checkpoint, or a damaged one
     */
    public static Checkpoint read(Path path) throws IOException, MalformedModelException {
        SafetensorsFile file = new SafetensorsReader(ReadLimits.DEFAULT).read(path);
        String format = text(file, FORMAT);
        if (!format.equals(CURRENT_FORMAT)) {
            throw new MalformedModelException(
                    "format of the checkpoint was '"
                            + format
                            + "' but this version reads '"
                            + CURRENT_FORMAT
                            + "'; go on with the version that wrote it",
                    file.metadataOffset(FORMAT));
        }
        try {
            TrainingPosition position =
                    new TrainingPosition(
                            Integer.parseInt(text(file, EPOCH)),
                            Integer.parseInt(text(file, STEP)),
                            Double.parseDouble(text(file, ELAPSED)),
                            Double.parseDouble(text(file, LOSS_SUM)),
                            Long.parseLong(text(file, RIGHT)),
                            Long.parseLong(text(file, IMAGES)),
                            Double.parseDouble(text(file, SECONDS)),
                            // Earlier ones are without: theirs is reckoned anew.
                            Double.parseDouble(file.metadata().getOrDefault(PROGRESS, "0")));
            return new Checkpoint(
                    text(file, RECIPE),
                    text(file, DATA_DIGEST),
                    text(file, ENGINE),
                    position,
                    EpochRecord.read(text(file, HISTORY)),
                    tensors(file, MODEL),
                    tensors(file, MOMENTUM),
                    text(file, PUBLISHED));
        } catch (IllegalArgumentException e) {
            throw new MalformedModelException(
                    "the checkpoint makes no sense: " + e.getMessage() + "; start anew",
                    file.metadataOffset(EPOCH),
                    e);
        }
    }

    private static String text(SafetensorsFile file, String key) throws MalformedModelException {
        @Nullable String value = file.metadata().get(key);
        if (value == null) {
            throw new MalformedModelException(
                    "metadata key '"
                            + key
                            + "' is missing; the file is no checkpoint, name another one",
                    file.metadataOffset(key));
        }
        return value;
    }

    private static Map<String, float[]> tensors(SafetensorsFile file, String prefix)
            throws MalformedModelException {
        Map<String, float[]> tensors = new LinkedHashMap<>();
        for (TensorEntry entry : file.tensors().values()) {
            if (entry.name().startsWith(prefix)) {
                tensors.put(entry.name().substring(prefix.length()), file.floats(entry));
            }
        }
        return tensors;
    }
}
