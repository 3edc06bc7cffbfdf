package io.psconv.cli;

import io.psconv.model.training.LearningRateSchedule;
import io.psconv.model.training.SgdSettings;
import io.psconv.model.training.TrainingLength;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options that all commands which train have in common. */
final class TrainingOptions {
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @Option(
            names = "--data",
            required = true,
            paramLabel = "PATH",
            description =
                    "CIFAR-10 batches, binary or as stacked PNG, tar archives of images, or a folder"
                            + " with a sub-folder of images for each class, or with such folders"
                            + " 'train' and 'val' or 'test'.")
    private Path data;

    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @ArgGroup(multiplicity = "1")
    private Length length;

    /** How long. */
    static final class Length {
        @Option(names = "--epochs", paramLabel = "N", description = "How often each image is seen.")
        private @Nullable Integer epochs;

        @Option(
                names = "--time",
                paramLabel = "TIME",
                converter = DurationConverter.class,
                description =
                        "Or how long to train, for example 45m or 12h: evaluations included, reading"
                                + " the data not. The learning rate follows the clock.")
        private @Nullable Duration time;
    }

    @Option(
            names = "--validation",
            paramLabel = "SHARE",
            description =
                    "Share of the images, of each class alike, to judge by where the data have no"
                            + " test part, for example 0.1.")
    private @Nullable Double validation;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "128",
            description = "Images of a step; ${DEFAULT-VALUE} if not given.")
    private int batch = 128;

    @Option(
            names = "--learning-rate",
            paramLabel = "RATE",
            description = "Highest learning rate (default: 0.2 for train, 0.05 for compress).")
    private @Nullable Float learningRate;

    @Option(
            names = "--schedule",
            paramLabel = "NAME",
            defaultValue = "one-cycle",
            description =
                    "one-cycle: up for the first 23 %% of the training, then down to 0; step: a fifth"
                            + " at each of six milestones; constant. ${DEFAULT-VALUE} if not given.")
    private String schedule = "one-cycle";

    @Option(
            names = "--momentum",
            paramLabel = "SHARE",
            defaultValue = "0.9",
            description = "Momentum; ${DEFAULT-VALUE} if not given.")
    private float momentum = 0.9f;

    @Option(
            names = "--nesterov",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Momentum that looks ahead; on if not given.")
    private boolean nesterov = true;

    @Option(
            names = "--weight-decay",
            paramLabel = "SHARE",
            defaultValue = "5e-4",
            description =
                    "Weight decay, not on batch normalization and biases; ${DEFAULT-VALUE} if not"
                            + " given.")
    private float weightDecay = 5e-4f;

    @Option(
            names = "--label-smoothing",
            paramLabel = "SHARE",
            defaultValue = "0.1",
            description = "Share of each label spread over all; ${DEFAULT-VALUE} if not given.")
    private float labelSmoothing = 0.1f;

    @Option(names = "--no-augment", description = "Do not move and mirror the images.")
    private boolean noAugment;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "Of weights, order and augmentation; ${DEFAULT-VALUE} if not given.")
    private long seed;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads that compute (default: one for each core).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--engine",
            paramLabel = "NAME",
            defaultValue = "jvm",
            description =
                    "jvm, this project's own loops, or djl-pytorch, djl for short;"
                            + " ${DEFAULT-VALUE} if not given.")
    private String engine = "jvm";

    @Option(
            names = "--eval-every",
            paramLabel = "N",
            defaultValue = "1",
            description = "Epochs between evaluations; ${DEFAULT-VALUE} if not given.")
    private int evaluateEvery = 1;

    @Option(
            names = "--checkpoint",
            paramLabel = "FILE",
            description =
                    "Holds the state, written after each epoch (default: NAME.checkpoint.safetensors"
                            + " in the current folder).")
    private @Nullable Path checkpoint;

    @Option(names = "--resume", description = "Go on from the checkpoint.")
    private boolean resume;

    @Option(
            names = "--weights",
            paramLabel = "FORM",
            defaultValue = "auto",
            description =
                    "F32, F16, or auto for F16 where it costs at most 0.05 points of accuracy;"
                            + " ${DEFAULT-VALUE} if not given.")
    private WeightsForm weights = WeightsForm.AUTO;

    @Option(
            names = "--json",
            description = "Print a JSON object at the end; the course goes to standard error.")
    private boolean json;

    Path data() {
        return data;
    }

    TrainingLength length() {
        if (length.time != null) {
            return TrainingLength.ofTime(length.time);
        }
        return TrainingLength.ofEpochs(length.epochs == null ? 0 : length.epochs);
    }

    @Nullable Double validation() {
        return validation;
    }

    int batch() {
        return batch;
    }

    float learningRate(float otherwise) {
        return learningRate == null ? otherwise : learningRate;
    }

    LearningRateSchedule schedule() {
        return LearningRateSchedule.of(schedule);
    }

    SgdSettings sgd() {
        return new SgdSettings(momentum, nesterov, weightDecay, labelSmoothing);
    }

    boolean augment() {
        return !noAugment;
    }

    long seed() {
        return seed;
    }

    int threads() {
        return threads;
    }

    String engine() {
        return engine.equals("djl") ? "djl-pytorch" : engine;
    }

    int evaluateEvery() {
        return evaluateEvery;
    }

    Path checkpoint(String name) {
        return checkpoint == null ? Path.of(name + ".checkpoint.safetensors") : checkpoint;
    }

    boolean resume() {
        return resume;
    }

    WeightsForm weights() {
        return weights;
    }

    boolean json() {
        return json;
    }
}
