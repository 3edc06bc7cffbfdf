package io.psconv.model.training;

/**
 * How far a training is, to the step.
 *
 * @param epoch that is going on, from 0
 * @param step of that epoch that comes next, from 0
 * @param elapsedSeconds on the wall clock, evaluations included, interruptions not
 * @param lossSum over the images that this epoch has seen
 * @param right of them
 * @param images that this epoch has seen
 * @param stepSeconds that these took
 * @param progress share of the training that is done, 0 to 1: with a time limit it follows the
 *     clock, and what is left of that may be reckoned anew, but it never falls
 */
public record TrainingPosition(
        int epoch,
        int step,
        double elapsedSeconds,
        double lossSum,
        long right,
        long images,
        double stepSeconds,
        double progress) {
    /** Where every training begins. */
    public static final TrainingPosition START = new TrainingPosition(0, 0, 0, 0, 0, 0, 0, 0);

    public TrainingPosition {
        if (epoch < 0
                || step < 0
                || right < 0
                || images < right
                || !(elapsedSeconds >= 0)
                || !(stepSeconds >= 0)
                || !(progress >= 0)) {
            throw new IllegalArgumentException(
                    "position of a training was epoch "
                            + epoch
                            + ", step "
                            + step
                            + ", "
                            + elapsedSeconds
                            + " s, "
                            + right
                            + " of "
                            + images
                            + " images right in "
                            + stepSeconds
                            + " s at "
                            + progress
                            + " of it all, but nothing of it may be negative");
        }
    }

    /** One step further, of so many seconds. */
    TrainingPosition after(StepResult result, int batch, double seconds) {
        return new TrainingPosition(
                epoch,
                step + 1,
                elapsedSeconds,
                lossSum + result.loss() * batch,
                right + result.right(),
                images + batch,
                stepSeconds + seconds,
                progress);
    }

    /** The beginning of the next epoch. */
    TrainingPosition nextEpoch() {
        return new TrainingPosition(epoch + 1, 0, elapsedSeconds, 0, 0, 0, 0, progress);
    }

    TrainingPosition at(double elapsed, double done) {
        return new TrainingPosition(
                epoch, step, elapsed, lossSum, right, images, stepSeconds, done);
    }

    /** What the epoch has come to, without an evaluation. */
    EpochRecord record(int stepsOfEpoch, double learningRate) {
        return new EpochRecord(
                epoch + (double) step / stepsOfEpoch,
                lossSum / images,
                (double) right / images,
                Double.NaN,
                images / stepSeconds,
                learningRate);
    }
}
