package io.psconv.bench.training;

import io.psconv.model.format.CompressedModel;
import io.psconv.model.training.SgdSettings;
import io.psconv.model.training.StepResult;
import io.psconv.model.training.TrainableNetwork;
import io.psconv.model.training.TrainingEngine;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * An engine that trains a network, with what was measured so far.
 *
 * <p>Each turn opens the network anew, so that only one of all candidates fills memory at a time.
 */
final class Trainee {
    /** Momentum and decay cost what they cost in earnest; the rate is too small to get anywhere. */
    private static final SgdSettings SETTINGS = new SgdSettings(0.9f, true, 5e-4f, 0.1f);

    private static final float LEARNING_RATE = 1e-4f;

    private final TrainingEngine engine;
    private final CompressedModel start;
    private final int threads;
    private final float[] images;
    private final int[] labels;
    private final List<Double> imagesPerSecond = new ArrayList<>();

    Trainee(
            TrainingEngine engine,
            CompressedModel start,
            int threads,
            float[] images,
            int[] labels) {
        this.engine = engine;
        this.start = start;
        this.threads = threads;
        this.images = images;
        this.labels = labels;
    }

    String engine() {
        return engine.name();
    }

    String variant() {
        return start.variant().name();
    }

    /** By round. */
    List<Double> imagesPerSecond() {
        return Collections.unmodifiableList(imagesPerSecond);
    }

    /** Trains without measuring. */
    void warmUp(int steps) {
        try (TrainableNetwork network = open()) {
            train(network, steps);
        }
    }

    /** Trains one step for its memory to be there, then measures. */
    void run(int steps) {
        try (TrainableNetwork network = open()) {
            train(network, 1);
            long before = System.nanoTime();
            train(network, steps);
            imagesPerSecond.add(
                    (double) steps * labels.length * 1e9 / (System.nanoTime() - before));
        }
    }

    private TrainableNetwork open() {
        return new TrainableNetwork(engine.open(start, labels.length, threads), SETTINGS);
    }

    private void train(TrainableNetwork network, int steps) {
        for (int step = 0; step < steps; step++) {
            StepResult result = network.step(images, labels, LEARNING_RATE);
            if (!Double.isFinite(result.loss())) {
                throw new IllegalStateException(
                        "the loss was '"
                                + result.loss()
                                + "' but it must be a number; the engine computes wrongly here");
            }
        }
    }
}
