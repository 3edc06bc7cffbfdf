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
 */
public record TrainingPosition(
        int epoch,
        int step,
        double elapsedSeconds,
        double lossSum,
        long right,
        long images,
        double stepSeconds) {
    /** Where every training begins. */
    public static final TrainingPosition START = new TrainingPosition(0, 0, 0, 0, 0, 0, 0);

    public TrainingPosition {
        if (epoch < 0
                || step < 0
                || right < 0
                || images < right
                || !(elapsedSeconds >= 0)
                || !(stepSeconds >= 0)) {
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
                            + " s, but nothing of it may be negative");
        }
    }

    /** One step further. */
    TrainingPosition after(StepResult result, int batch, double seconds, double elapsed) {
        return new TrainingPosition(
                epoch,
                step + 1,
                elapsed,
                lossSum + result.loss() * batch,
                right + result.right(),
                images + batch,
                stepSeconds + seconds);
    }

    /** The beginning of the next epoch. */
    TrainingPosition nextEpoch() {
        return new TrainingPosition(epoch + 1, 0, elapsedSeconds, 0, 0, 0, 0);
    }

    TrainingPosition at(double elapsed) {
        return new TrainingPosition(epoch, step, elapsed, lossSum, right, images, stepSeconds);
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
