package io.psconv.model.training;

/**
 * What a training has come to after a step.
 *
 * @param epoch that is going on, from 1
 * @param step of the epoch that was done, from 1
 * @param steps of an epoch
 * @param batch images of a step
 * @param loss of this step, in nats
 * @param meanLoss of the epoch so far
 * @param accuracy on the training images of the epoch so far, as they were seen, 0 to 1
 * @param imagesPerSecond since this training was started or resumed, without its first steps; NaN
 *     during these
 * @param progress share of the training that is done, 0 to 1
 * @param learningRate of this step
 * @param secondsLeft until the end, evaluations included; NaN as long as it cannot be told
 */
public record StepReport(
        int epoch,
        int step,
        int steps,
        int batch,
        double loss,
        double meanLoss,
        double accuracy,
        double imagesPerSecond,
        double progress,
        double learningRate,
        double secondsLeft) {
    /** Hours that one epoch takes at this speed, without its evaluation. */
    public double hoursPerEpoch() {
        return (double) steps * batch / imagesPerSecond / 3600;
    }
}
