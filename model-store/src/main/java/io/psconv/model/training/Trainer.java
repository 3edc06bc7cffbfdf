package io.psconv.model.training;

import io.psconv.model.convolution.ConvolutionForms;
import io.psconv.model.format.CompressedModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Trains a network from its first step, or from a checkpoint, to its last.
 *
 * <p>A checkpoint is written before the first step, after every epoch and at a stop; each lets the
 * training go on to the step, with the same outcome where its length is counted in epochs. Where a
 * time limit counts, the schedule follows the clock, so that the learning rate is 0 when just
 * enough time is left to evaluate.
 */
public final class Trainer {
    /** Steps that compile loops and fill caches more than they train. */
    private static final int WARM_UP_STEPS = 3;

    private static final double RESERVE_SECONDS = 0.5;

    /** Share of a time limit that is left for evaluation at most, so that something is trained. */
    private static final double MOST_RESERVED = 0.4;

    /** Of the time that a step takes for an image, what an evaluation takes at most. */
    private static final double EVALUATION_SHARE = 0.5;

    private final TrainingTask task;
    private final TrainingEngine engine;
    private final TrainingListener listener;
    private final BooleanSupplier stop;
    private final LongSupplier nanoTime;

    /**
     * Makes a trainer.
     *
     * @param stop asked after each step; once true, the training is to end with a checkpoint
     * @param nanoTime {@link System#nanoTime}, or what a test has in its place
     */
    public Trainer(
            TrainingTask task,
            TrainingEngine engine,
            TrainingListener listener,
            BooleanSupplier stop,
            LongSupplier nanoTime) {
        this.task = task;
        this.engine = engine;
        this.listener = listener;
        this.stop = stop;
        this.nanoTime = nanoTime;
    }

    /**
     * Trains to the end, or until stopped.
     *
     * @param earlier to go on from, which {@link Checkpoint#checkContinues} this training; null to
     *     begin
     * @throws IOException if a checkpoint cannot be written
     * @throws TrainingDivergedException if the loss or a weight is no number any more; the last
     *     checkpoint stays
     * @throws IllegalArgumentException if the engine cannot train this network with this batch, or
     *     a checkpoint is of another network
     */
    public TrainingResult run(@Nullable Checkpoint earlier) throws IOException {
        BatchSampler sampler =
                new BatchSampler(
                        task.sets().train().count(),
                        task.recipe().batch(),
                        engine.batchMultiple(),
                        task.recipe().seed());
        Augmentation augmentation =
                new Augmentation(
                        task.sets().train(),
                        task.start().metadata().normalisation(),
                        task.recipe().augment(),
                        task.recipe().seed());
        try (Evaluation evaluation =
                        new Evaluation(
                                ConvolutionForms.choose("auto", false),
                                task.sets().test(),
                                task.threads());
                TrainableNetwork network =
                        new TrainableNetwork(
                                engine.open(task.start(), sampler.batch(), task.threads()),
                                task.recipe().sgd());
                BatchFeeder feeder = new BatchFeeder(task.sets().train(), sampler, augmentation)) {
            return new Run(sampler, evaluation, network, feeder, earlier).toTheEnd();
        }
    }

    private final class Run {
        private final BatchSampler sampler;
        private final Evaluation evaluation;
        private final TrainableNetwork network;
        private final BatchFeeder feeder;
        private final Recipe recipe = task.recipe();
        private final String digest = task.sets().digest();
        private final String engines;
        private final List<EpochRecord> history = new ArrayList<>();
        private final long startNanos = nanoTime.getAsLong();
        private final double earlierSeconds;
        private TrainingPosition position = TrainingPosition.START;

        /** As {@link TrainingPosition#progress}; of a training with a time limit. */
        private double furthest;

        private double learningRate;
        private double evaluationSeconds;
        private boolean evaluated;
        private int steps;
        private double measuredSeconds;

        Run(
                BatchSampler sampler,
                Evaluation evaluation,
                TrainableNetwork network,
                BatchFeeder feeder,
                @Nullable Checkpoint earlier) {
            this.sampler = sampler;
            this.evaluation = evaluation;
            this.network = network;
            this.feeder = feeder;
            String now = engine.name() + " (" + engine.description() + ")";
            if (earlier == null) {
                engines = now;
            } else {
                network.restore(earlier.tensors(), earlier.momentum());
                history.addAll(earlier.history());
                position = earlier.position();
                furthest = position.progress();
                engines =
                        earlier.engine().contains(now)
                                ? earlier.engine()
                                : earlier.engine() + ", " + now;
            }
            earlierSeconds = position.elapsedSeconds();
            if (position.step() >= sampler.steps() && !isOver()) {
                throw new IllegalArgumentException(
                        "the checkpoint is at step "
                                + position.step()
                                + " of an epoch but with this engine an epoch has "
                                + sampler.steps()
                                + "; go on with the engine that began: "
                                + engines);
            }
        }

        TrainingResult toTheEnd() throws IOException {
            save();
            boolean over = isOver();
            while (!over) {
                if (stop.getAsBoolean()) {
                    return new TrainingResult(
                            save(), model(network.tensors()), sampler.batch(), true);
                }
                step();
                over = isOver();
                if (over || position.step() == sampler.steps()) {
                    endEpoch();
                    over = isOver();
                }
            }
            boolean ended = last().isEvaluated() || evaluate();
            return new TrainingResult(save(), model(network.tensors()), sampler.batch(), !ended);
        }

        private void step() {
            learningRate =
                    recipe.learningRate() * recipe.schedule().factor(Math.min(1, progress()));
            long before = nanoTime.getAsLong();
            BatchFeeder.Batch batch = feeder.batch(position.epoch(), position.step());
            StepResult result = network.step(batch.input(), batch.labels(), (float) learningRate);
            double seconds = (nanoTime.getAsLong() - before) / 1e9;
            if (!Double.isFinite(result.loss())) {
                throw diverged("the loss was '" + result.loss() + "'");
            }
            position = position.after(result, sampler.batch(), seconds);
            if (++steps > WARM_UP_STEPS) {
                measuredSeconds += seconds;
            }
            listener.stepped(report(result));
        }

        private StepReport report(StepResult result) {
            return new StepReport(
                    position.epoch() + 1,
                    position.step(),
                    sampler.steps(),
                    sampler.batch(),
                    result.loss(),
                    position.lossSum() / position.images(),
                    (double) position.right() / position.images(),
                    sampler.batch() / secondsPerStep(),
                    Math.min(1, progress()),
                    learningRate,
                    secondsLeft());
        }

        /** Ends an epoch, or what the time has left of one. */
        private void endEpoch() throws IOException {
            history.add(position.record(sampler.steps(), learningRate));
            if (position.step() == sampler.steps()) {
                position = position.nextEpoch();
            }
            // Before the evaluation, so that a power cut in the middle of it costs no epoch.
            save();
            if (isOver() || isEvaluationDue()) {
                evaluate();
                save();
            }
            listener.epochEnded(last());
        }

        private boolean isEvaluationDue() {
            boolean room =
                    !recipe.length().isTimed()
                            || recipe.length().seconds() - elapsed() > 2 * reserve();
            return room && position.epoch() % task.evaluateEvery() == 0;
        }

        /** Whether it was evaluated, and not stopped in the middle. */
        private boolean evaluate() {
            long before = nanoTime.getAsLong();
            OptionalDouble accuracy =
                    evaluation.accuracy(
                            model(network.tensors()),
                            done -> listener.evaluating(done, task.sets().test().count()),
                            stop);
            if (accuracy.isEmpty()) {
                return false;
            }
            evaluated = true;
            evaluationSeconds = (nanoTime.getAsLong() - before) / 1e9;
            history.set(history.size() - 1, last().evaluated(accuracy.getAsDouble()));
            return true;
        }

        private EpochRecord last() {
            return history.get(history.size() - 1);
        }

        private boolean isOver() {
            if (recipe.length().isTimed()) {
                // One step at least: without any there is nothing to evaluate.
                return position.epoch() + position.step() > 0 && progress() >= 1;
            }
            return position.epoch() >= recipe.length().epochs();
        }

        /**
         * Share of the training that is done; from 1 on the time is for evaluation, even if that
         * turns out to take less.
         */
        private double progress() {
            TrainingLength length = recipe.length();
            if (length.isTimed()) {
                furthest = Math.max(furthest, elapsed() / (length.seconds() - reserve()));
                return furthest;
            }
            double epochs = position.epoch() + (double) position.step() / sampler.steps();
            return epochs / length.epochs();
        }

        private double reserve() {
            double needed = (1 + task.evaluationsAfter()) * evaluationSeconds() + RESERVE_SECONDS;
            return Math.min(needed, MOST_RESERVED * recipe.length().seconds());
        }

        /** Of one evaluation: as long as the last one, or what the steps so far let expect. */
        private double evaluationSeconds() {
            if (evaluated) {
                return evaluationSeconds;
            }
            double perImage = secondsPerStep() / sampler.batch();
            return Double.isNaN(perImage)
                    ? 0
                    : EVALUATION_SHARE * perImage * task.sets().test().count();
        }

        private double elapsed() {
            return earlierSeconds + (nanoTime.getAsLong() - startNanos) / 1e9;
        }

        private double secondsPerStep() {
            return steps > WARM_UP_STEPS ? measuredSeconds / (steps - WARM_UP_STEPS) : Double.NaN;
        }

        private double secondsLeft() {
            if (recipe.length().isTimed()) {
                return Math.max(0, recipe.length().seconds() - elapsed());
            }
            double stepsLeft =
                    (double) (recipe.length().epochs() - position.epoch()) * sampler.steps()
                            - position.step();
            double evaluations =
                    Math.ceil(stepsLeft / sampler.steps() / task.evaluateEvery())
                            + task.evaluationsAfter();
            return stepsLeft * secondsPerStep() + evaluations * evaluationSeconds();
        }

        private Checkpoint save() throws IOException {
            position = position.at(elapsed(), progress());
            Map<String, float[]> tensors = network.tensors();
            tensors.forEach(this::checkFinite);
            Checkpoint checkpoint =
                    new Checkpoint(
                            recipe.text(),
                            digest,
                            engines,
                            position,
                            history,
                            tensors,
                            network.momentum(),
                            "");
            checkpoint.write(task.checkpoint());
            return checkpoint;
        }

        private void checkFinite(String name, float[] values) {
            for (float value : values) {
                if (!Float.isFinite(value)) {
                    throw diverged("a value of tensor '" + name + "' became '" + value + "'");
                }
            }
        }

        private TrainingDivergedException diverged(String what) {
            return new TrainingDivergedException(
                    String.format(
                            Locale.ROOT,
                            "%s in epoch %d, step %d, at learning rate %.4g; checkpoint '%s' keeps"
                                    + " what there was before: start anew with a lower learning"
                                    + " rate",
                            what,
                            position.epoch() + 1,
                            position.step() + 1,
                            learningRate,
                            task.checkpoint()));
        }

        private CompressedModel model(Map<String, float[]> tensors) {
            CompressedModel start = task.start();
            return new CompressedModel(
                    start.network(), start.variant(), start.metadata(), tensors, null);
        }
    }
}
