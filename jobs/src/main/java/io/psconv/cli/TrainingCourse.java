package io.psconv.cli;

import io.psconv.model.convolution.ConvolutionForms;
import io.psconv.model.dataset.TrainingSets;
import io.psconv.model.engine.GoldenCheck;
import io.psconv.model.engine.JvmEngine;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.MalformedModelException;
import io.psconv.model.format.ModelFileReader;
import io.psconv.model.format.ModelFileWriter;
import io.psconv.model.format.TensorType;
import io.psconv.model.network.NetworkCost;
import io.psconv.model.pattern.Variant;
import io.psconv.model.store.DurableFiles;
import io.psconv.model.store.ModelStore;
import io.psconv.model.store.StoredModel;
import io.psconv.model.training.Checkpoint;
import io.psconv.model.training.EpochRecord;
import io.psconv.model.training.LearningCurve;
import io.psconv.model.training.Recipe;
import io.psconv.model.training.Trainer;
import io.psconv.model.training.TrainingEngine;
import io.psconv.model.training.TrainingRecord;
import io.psconv.model.training.TrainingResult;
import io.psconv.model.training.TrainingTask;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A training from the first line that is said of it to the published model. */
final class TrainingCourse {
    private static final int INTERRUPTED = 130;
    private static final int SHORT_DIGEST = 12;

    /** Share of the images that F16 may cost where it is to be chosen by itself. */
    private static final double MOST_LOST = 0.0005;

    /** So that a share which is exactly the most is not more by rounding. */
    private static final double ROUNDING = 1e-9;

    private final TrainingOptions options;
    private final Path store;
    private final String name;
    private final TrainingSets sets;
    private final TrainingEngine engine;
    private final PrintWriter out;
    private final PrintWriter words;
    private final Path checkpointFile;
    private final Path curveFile;

    /**
     * Prepares a course.
     *
     * @param store folder to publish to
     * @param name to publish as
     * @throws IOException if there is no writing to the store
     * @throws IllegalArgumentException if the name is none, or a checkpoint stands in the way
     */
    TrainingCourse(
            TrainingOptions options,
            Path store,
            String name,
            TrainingSets sets,
            TrainingEngine engine,
            PrintWriter out,
            PrintWriter err)
            throws IOException {
        ModelStore.checkName(name);
        this.options = options;
        this.store = Files.createDirectories(store);
        this.name = name;
        this.sets = sets;
        this.engine = engine;
        this.out = out;
        this.words = options.json() ? err : out;
        this.checkpointFile = options.checkpoint(name).toAbsolutePath().normalize();
        this.curveFile = checkpointFile.resolveSibling(name + ".svg");
        if (!Files.isWritable(store)) {
            throw new IOException("'" + store + "' may not be written to; name another --store");
        }
    }

    /**
     * Says what is trained, trains and publishes.
     *
     * @param start network and first weights
     * @param provenance more to say of the model than the training does
     * @param facts more for the JSON object
     * @param command that began this, without {@code --resume}
     * @return the exit status
     */
    int run(
            Recipe recipe,
            CompressedModel start,
            Map<String, String> provenance,
            Map<String, Object> facts,
            String command)
            throws IOException, MalformedModelException {
        @Nullable Checkpoint earlier = earlier(recipe);
        describe(recipe, start);
        boolean both = options.weights() != WeightsForm.F32;
        TrainingTask task =
                new TrainingTask(
                        recipe,
                        start,
                        sets,
                        options.threads(),
                        options.evaluateEvery(),
                        both ? 1 : 0,
                        checkpointFile);
        try (StopSignal signal = new StopSignal()) {
            List<EpochRecord> seen =
                    new ArrayList<>(earlier == null ? List.of() : earlier.history());
            TrainingResult result;
            try (TrainingConsole console =
                    new TrainingConsole(
                            words, recipe.length(), epoch -> draw(recipe, seen, epoch))) {
                result =
                        new Trainer(task, engine, console, signal::isStopped, System::nanoTime)
                                .run(earlier);
            }
            if (result.stopped()) {
                return stopped(command);
            }
            @Nullable CompressedModel chosen = choose(recipe, result, provenance, facts, signal);
            if (chosen == null) {
                return stopped(command);
            }
            publish(recipe, result, chosen, facts);
        }
        return 0;
    }

    /**
     * Demands that no checkpoint stands in the way, or with {@code --resume} that there is one
     * which this training can go on from.
     */
    void checkCheckpoint(Recipe recipe) throws IOException {
        earlier(recipe);
    }

    private static Checkpoint read(Path file) throws IOException {
        try {
            return Checkpoint.read(file);
        } catch (MalformedModelException e) {
            throw new IOException(
                    "checkpoint '"
                            + file
                            + "' cannot be gone on from, "
                            + e.getMessage()
                            + "; start anew with another file, or remove this one",
                    e);
        }
    }

    private @Nullable Checkpoint earlier(Recipe recipe) throws IOException {
        if (!Files.exists(checkpointFile)) {
            if (options.resume()) {
                throw new IllegalArgumentException(
                        "--resume was given but there is no checkpoint '"
                                + checkpointFile
                                + "'; start without it, or name the file with --checkpoint");
            }
            return null;
        }
        Checkpoint found = read(checkpointFile);
        if (found.isPublished() && !options.resume()) {
            // Its model is in the store: nothing is lost with it.
            return null;
        }
        if (!options.resume()) {
            throw new IllegalArgumentException(
                    "checkpoint '"
                            + checkpointFile
                            + "' is of a training that has not ended; go on with --resume, name"
                            + " another file with --checkpoint, or remove this one");
        }
        if (found.isPublished()) {
            throw new IllegalArgumentException(
                    "the training of checkpoint '"
                            + checkpointFile
                            + "' has ended and was published as "
                            + found.published()
                            + "; leave out --resume to start anew");
        }
        found.checkContinues(recipe, sets.digest());
        return found;
    }

    private void describe(Recipe recipe, CompressedModel start) {
        NetworkCost cost = NetworkCost.of(start.network(), start.variant());
        NetworkCost dense = NetworkCost.of(start.network(), Variant.DENSE);
        words.printf(
                Locale.ROOT,
                "data       %s: %,d training and %,d test images of %d classes, sha256:%s%n",
                sets.name(),
                sets.train().count(),
                sets.test().count(),
                sets.train().classes().size(),
                sets.digest().substring(0, SHORT_DIGEST));
        words.printf(
                Locale.ROOT,
                "network    %s, %s: %,d parameters, %,d multiply-accumulates an image (dense: %.2f"
                        + " times as many)%n",
                recipe.network(),
                start.variant(),
                cost.parameters(),
                cost.macs(),
                (double) dense.macs() / cost.macs());
        words.printf(
                "engine     %s, %s; %d threads%n",
                engine.name(), engine.description(), options.threads());
        words.printf("recipe     %s%n", recipe.text());
        words.flush();
    }

    private void draw(Recipe recipe, List<EpochRecord> seen, EpochRecord epoch) {
        seen.add(epoch);
        try {
            byte[] picture = curve(recipe, seen);
            DurableFiles.replace(curveFile, stream -> stream.write(picture));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] curve(Recipe recipe, List<EpochRecord> history) {
        String title = recipe.network() + ", " + recipe.variant() + ", " + sets.name();
        return LearningCurve.draw(title, history).getBytes(StandardCharsets.UTF_8);
    }

    private int stopped(String command) {
        words.printf(
                "stopped; the checkpoint is '%s'%ngo on with: %s --resume%n",
                checkpointFile, command);
        words.flush();
        return INTERRUPTED;
    }

    /** The model as it is to be published; null if stopped before that was found. */
    private @Nullable CompressedModel choose(
            Recipe recipe,
            TrainingResult result,
            Map<String, String> provenance,
            Map<String, Object> facts,
            StopSignal signal) {
        double full = result.last().testAccuracy();
        say("accuracy", full, "F32");
        facts.put("accuracyF32", full);
        double half = Double.NaN;
        CompressedModel rounded = new ModelFileWriter(TensorType.F16).stored(result.model());
        if (options.weights() != WeightsForm.F32) {
            OptionalDouble measured =
                    Accuracy.of(rounded, sets.test(), "auto", options.threads(), signal::isStopped);
            if (measured.isEmpty()) {
                return null;
            }
            half = measured.getAsDouble();
            say("accuracy", half, "weights rounded to F16");
            facts.put("accuracyF16", half);
        }
        boolean narrow =
                options.weights() == WeightsForm.F16
                        || (options.weights() == WeightsForm.AUTO
                                && full - half <= MOST_LOST + ROUNDING);
        double accuracy = narrow ? half : full;
        facts.put("weights", narrow ? "F16" : "F32");
        facts.put("accuracy", accuracy);
        Map<String, String> said = new TreeMap<>(provenance);
        said.put("test_accuracy_percent_f32", String.format(Locale.ROOT, "%.2f", 100 * full));
        CompressedModel model = TrainingRecord.of(result, recipe, sets, accuracy, said);
        CompressedModel stored = narrow ? new ModelFileWriter(TensorType.F16).stored(model) : model;
        return stored.withGolden(TrainingRecord.golden(stored, sets.test()));
    }

    private void say(String what, double accuracy, String form) {
        words.printf(
                Locale.ROOT,
                "%-10s %.2f %% of %,d test images (%s)%n",
                what,
                100 * accuracy,
                sets.test().count(),
                form);
        words.flush();
    }

    private void publish(
            Recipe recipe, TrainingResult result, CompressedModel model, Map<String, Object> facts)
            throws IOException, MalformedModelException {
        TensorType type = TensorType.valueOf(String.valueOf(facts.get("weights")));
        byte[] file = new ModelFileWriter(type).toBytes(model);
        GoldenCheck.verify(
                new JvmEngine(ConvolutionForms.choose("auto", false))
                        .load(new ModelFileReader().read(file)));
        byte[] picture = curve(recipe, result.checkpoint().history());
        DurableFiles.replace(curveFile, stream -> stream.write(picture));
        StoredModel stored =
                new ModelStore(store).publish(name, file, Map.of("learning-curve.svg", picture));
        result.checkpoint().publishedAs(stored.reference()).write(checkpointFile);
        words.printf(
                Locale.ROOT,
                "published  %s in %s, %s, %,d bytes, sha256:%s%ncurve      %s%n",
                stored.reference(),
                store,
                type,
                file.length,
                stored.digest(),
                curveFile);
        words.flush();
        if (options.json()) {
            Json.print(out, summary(recipe, result, stored, facts));
        }
    }

    private Map<String, Object> summary(
            Recipe recipe, TrainingResult result, StoredModel stored, Map<String, Object> facts) {
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("model", stored.name());
        summary.put("version", stored.version());
        summary.put("digest", stored.digest());
        summary.put("network", recipe.network());
        summary.put("variant", recipe.variant());
        summary.put("recipe", recipe.text());
        summary.put("engine", engine.name());
        summary.put("threads", options.threads());
        summary.put("batch", result.batch());
        summary.put("dataDigest", result.checkpoint().dataDigest());
        summary.put("trainImages", sets.train().count());
        summary.put("testImages", sets.test().count());
        summary.put("epochs", result.last().epochs());
        summary.put("hours", result.checkpoint().position().elapsedSeconds() / 3600);
        summary.putAll(facts);
        summary.put("curve", curveFile.toString());
        summary.put("checkpoint", checkpointFile.toString());
        List<Map<String, Object>> epochs = new ArrayList<>();
        for (EpochRecord epoch : result.checkpoint().history()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("epochs", epoch.epochs());
            row.put("loss", epoch.loss());
            row.put("trainAccuracy", epoch.trainAccuracy());
            row.put("testAccuracy", epoch.isEvaluated() ? epoch.testAccuracy() : null);
            row.put("imagesPerSecond", epoch.imagesPerSecond());
            row.put("learningRate", epoch.learningRate());
            epochs.add(row);
        }
        summary.put("history", epochs);
        return summary;
    }
}
