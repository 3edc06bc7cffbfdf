package io.psconv.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.psconv.model.dataset.TrainingSets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerTest {
    private static final int TRAIN = 100;
    private static final int STEPS = TRAIN / 8;

    private final TrainingSets sets = RegressionEngine.sets(TRAIN, 60, 11);
    private final Steps steps = new Steps();
    private final Path file;

    TrainerTest(@TempDir Path folder) {
        this.file = folder.resolve("shades.checkpoint.safetensors");
    }

    @Test
    void learnsAndRecordsEveryEpoch() throws IOException {
        Recipe recipe = RegressionEngine.recipe(TrainingLength.ofEpochs(4));

        TrainingResult result = train(recipe, new RegressionEngine(), () -> false, null);

        assertThat(result.stopped()).isFalse();
        assertThat(result.last().testAccuracy()).isGreaterThan(0.95);
        List<EpochRecord> history = result.checkpoint().history();
        assertThat(history).extracting(EpochRecord::epochs).containsExactly(1.0, 2.0, 3.0, 4.0);
        assertThat(history).allMatch(EpochRecord::isEvaluated);
        assertThat(history.get(3).loss()).isLessThan(history.get(0).loss());
        assertThat(steps.reports).hasSize(4 * STEPS);
        assertThat(steps.reports.get(0).learningRate()).isCloseTo(0.005, within(1e-6));
        assertThat(steps.reports.get(0).imagesPerSecond()).isNaN();
        assertThat(steps.reports.get(5).imagesPerSecond()).isPositive();
        assertThat(steps.epochs).isEqualTo(history);
        assertThat(steps.lastEvaluated).isEqualTo(60);
    }

    @Test
    void evaluatesAtTheEndAndEverySoManyEpochs() throws IOException {
        Recipe recipe = RegressionEngine.recipe(TrainingLength.ofEpochs(5));
        TrainingTask task =
                new TrainingTask(recipe, RegressionEngine.start(sets), sets, 1, 2, 0, file);

        TrainingResult result =
                new Trainer(task, new RegressionEngine(), steps, () -> false, System::nanoTime)
                        .run(null);

        assertThat(result.checkpoint().history())
                .extracting(EpochRecord::isEvaluated)
                .containsExactly(false, true, false, true, true);
    }

    @Test
    void goesOnFromAStopAsIfThereHadBeenNone() throws Exception {
        Recipe recipe = RegressionEngine.recipe(TrainingLength.ofEpochs(3));
        TrainingResult whole = train(recipe, new RegressionEngine(), () -> false, null);
        Files.delete(file);
        int stopAfter = STEPS + 5;
        steps.reports.clear();

        TrainingResult part =
                train(
                        recipe,
                        new RegressionEngine(),
                        () -> steps.reports.size() == stopAfter,
                        null);

        assertThat(part.stopped()).isTrue();
        Checkpoint read = Checkpoint.read(file);
        assertThat(read.position().epoch()).isEqualTo(1);
        assertThat(read.position().step()).isEqualTo(5);
        read.checkContinues(recipe, sets.digest());
        TrainingResult rest = train(recipe, new RegressionEngine(), () -> false, read);
        assertThat(rest.stopped()).isFalse();
        assertThat(rest.model().tensor("linear.weight"))
                .isEqualTo(whole.model().tensor("linear.weight"));
        for (int epoch = 0; epoch < 3; epoch++) {
            EpochRecord expected = whole.checkpoint().history().get(epoch);
            EpochRecord actual = rest.checkpoint().history().get(epoch);
            assertThat(actual.loss()).isEqualTo(expected.loss());
            assertThat(actual.trainAccuracy()).isEqualTo(expected.trainAccuracy());
            assertThat(actual.testAccuracy()).isEqualTo(expected.testAccuracy());
        }
        assertThat(rest.checkpoint().position().elapsedSeconds())
                .isGreaterThan(read.position().elapsedSeconds());
    }

    @Test
    void keepsAStopDuringTheLastEvaluationForLater() throws Exception {
        Recipe recipe = RegressionEngine.recipe(TrainingLength.ofEpochs(1));

        TrainingResult part =
                train(recipe, new RegressionEngine(), () -> steps.reports.size() == STEPS, null);

        assertThat(part.stopped()).isTrue();
        assertThat(part.last().isEvaluated()).isFalse();
        TrainingResult rest =
                train(recipe, new RegressionEngine(), () -> false, Checkpoint.read(file));
        assertThat(rest.stopped()).isFalse();
        assertThat(rest.last().isEvaluated()).isTrue();
        assertThat(steps.reports).hasSize(STEPS);
    }

    @Test
    void followsTheClockWhereATimeIsGiven() throws IOException {
        Recipe recipe = RegressionEngine.recipe(TrainingLength.ofTime(Duration.ofSeconds(10)));
        AtomicLong clock = new AtomicLong();
        // Each look at the clock takes 10 ms: a step takes 60 ms or so.
        LongSupplier ticking = () -> clock.addAndGet(10_000_000);
        TrainingTask task =
                new TrainingTask(recipe, RegressionEngine.start(sets), sets, 1, 1, 1, file);

        TrainingResult result =
                new Trainer(task, new RegressionEngine(), steps, () -> false, ticking).run(null);

        assertThat(result.last().isEvaluated()).isTrue();
        assertThat(result.checkpoint().position().elapsedSeconds()).isBetween(9.0, 10.0);
        List<StepReport> reports = steps.reports;
        assertThat(reports.get(reports.size() - 1).learningRate()).isLessThan(0.001);
        assertThat(reports.stream().mapToDouble(StepReport::learningRate).max().orElse(0))
                .isCloseTo(0.05, within(0.002));
        assertThat(result.last().epochs()).isGreaterThan(1);
    }

    /** An evaluation turns out to take far less than the steps before it let expect. */
    @Test
    void doesNotTrainOnWhereAnEvaluationLeavesTime() throws IOException {
        Recipe recipe = RegressionEngine.recipe(TrainingLength.ofTime(Duration.ofSeconds(10)));

        TrainingResult result = timed(recipe, () -> false, null);

        List<Double> rates = steps.reports.stream().map(StepReport::learningRate).toList();
        int highest = rates.indexOf(Collections.max(rates));
        assertThat(rates.subList(highest, rates.size()))
                .isSortedAccordingTo(Comparator.reverseOrder());
        List<EpochRecord> history = result.checkpoint().history();
        for (int epoch = 0; epoch < history.size() - 1; epoch++) {
            assertThat(history.get(epoch).epochs()).isEqualTo(epoch + 1);
        }
        assertThat(result.checkpoint().position().progress()).isGreaterThanOrEqualTo(1);
    }

    @Test
    void onlyEvaluatesAfterAStopInTheLastEvaluationOfATimedTraining() throws Exception {
        Recipe recipe = RegressionEngine.recipe(TrainingLength.ofTime(Duration.ofSeconds(10)));
        boolean[] evaluating = {false};
        Steps first =
                new Steps() {
                    @Override
                    public void evaluating(int done, int images) {
                        evaluating[0] = true;
                    }
                };
        TrainingResult part = timed(recipe, first, () -> evaluating[0], null);
        int trained = first.reports.size();
        assertThat(part.stopped()).isTrue();
        assertThat(part.last().isEvaluated()).isFalse();
        assertThat(part.checkpoint().position().progress()).isGreaterThanOrEqualTo(1);

        TrainingResult rest = timed(recipe, steps, () -> false, Checkpoint.read(file));

        assertThat(steps.reports).as("steps after %s", trained).isEmpty();
        assertThat(rest.last().isEvaluated()).isTrue();
        assertThat(rest.checkpoint().history()).hasSameSizeAs(part.checkpoint().history());
    }

    private TrainingResult timed(Recipe recipe, BooleanSupplier stop, @Nullable Checkpoint earlier)
            throws IOException {
        return timed(recipe, steps, stop, earlier);
    }

    /** Each look at the clock takes 10 ms: a step of eight images does, and an evaluation. */
    private TrainingResult timed(
            Recipe recipe, Steps listener, BooleanSupplier stop, @Nullable Checkpoint earlier)
            throws IOException {
        AtomicLong clock = new AtomicLong();
        TrainingSets many = RegressionEngine.sets(TRAIN, 2000, 11);
        TrainingTask task =
                new TrainingTask(recipe, RegressionEngine.start(many), many, 1, 1000, 1, file);
        return new Trainer(
                        task,
                        new RegressionEngine(),
                        listener,
                        stop,
                        () -> clock.addAndGet(10_000_000))
                .run(earlier);
    }

    @Test
    void makesOneStepInTheShortestTime() throws IOException {
        Recipe recipe = RegressionEngine.recipe(TrainingLength.ofTime(Duration.ofNanos(1)));

        TrainingResult result = train(recipe, new RegressionEngine(), () -> false, null);

        assertThat(steps.reports).hasSize(1);
        assertThat(result.last().isEvaluated()).isTrue();
    }

    @Test
    void stopsAtALossThatIsNoNumberAndKeepsTheLastCheckpoint() throws Exception {
        Recipe recipe = RegressionEngine.recipe(TrainingLength.ofEpochs(3));
        RegressionEngine breaking = new RegressionEngine(1, STEPS + 3);

        assertThatThrownBy(() -> train(recipe, breaking, () -> false, null))
                .isInstanceOf(TrainingDivergedException.class)
                .hasMessageContaining("the loss was 'NaN' in epoch 2, step 4, at learning rate 0.0")
                .hasMessageContaining("checkpoint '" + file + "' keeps");

        Checkpoint kept = Checkpoint.read(file);
        assertThat(kept.position().epoch()).isEqualTo(1);
        assertThat(kept.position().step()).isZero();
        assertThat(kept.history()).hasSize(1);
    }

    @Test
    void saysWhereItCannotWriteBeforeItTrains() {
        Recipe recipe = RegressionEngine.recipe(TrainingLength.ofEpochs(1));
        TrainingTask task =
                new TrainingTask(
                        recipe,
                        RegressionEngine.start(sets),
                        sets,
                        1,
                        1,
                        0,
                        file.resolve("none").resolve("x"));
        Trainer trainer =
                new Trainer(task, new RegressionEngine(), steps, () -> false, System::nanoTime);

        assertThatThrownBy(() -> trainer.run(null)).isInstanceOf(IOException.class);
        assertThat(steps.reports).isEmpty();
    }

    @Test
    void callsBothEnginesThatTrained() throws Exception {
        Recipe recipe = RegressionEngine.recipe(TrainingLength.ofEpochs(2));
        AtomicInteger asked = new AtomicInteger();
        train(recipe, new RegressionEngine(), () -> asked.incrementAndGet() > STEPS, null);
        Checkpoint first = Checkpoint.read(file);
        assertThat(first.engine()).isEqualTo("regression (one layer)");
        Checkpoint elsewhere =
                new Checkpoint(
                        first.recipe(),
                        first.dataDigest(),
                        "other (far away)",
                        first.position(),
                        first.history(),
                        first.tensors(),
                        first.momentum(),
                        "");

        TrainingResult result = train(recipe, new RegressionEngine(), () -> false, elsewhere);

        assertThat(result.checkpoint().engine())
                .isEqualTo("other (far away), regression (one layer)");
    }

    private TrainingResult train(
            Recipe recipe,
            TrainingEngine engine,
            BooleanSupplier stop,
            @Nullable Checkpoint earlier)
            throws IOException {
        TrainingTask task =
                new TrainingTask(recipe, RegressionEngine.start(sets), sets, 1, 1, 0, file);
        return new Trainer(task, engine, steps, stop, System::nanoTime).run(earlier);
    }

    private static class Steps implements TrainingListener {
        private final List<StepReport> reports = new ArrayList<>();
        private final List<EpochRecord> epochs = new ArrayList<>();
        private int lastEvaluated;

        @Override
        public void stepped(StepReport step) {
            reports.add(step);
        }

        @Override
        public void evaluating(int done, int images) {
            lastEvaluated = done;
        }

        @Override
        public void epochEnded(EpochRecord epoch) {
            epochs.add(epoch);
        }
    }
}
