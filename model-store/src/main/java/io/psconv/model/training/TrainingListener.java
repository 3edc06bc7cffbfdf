package io.psconv.model.training;

/** Is told how a training goes, by one thread at a time. */
public interface TrainingListener {
    /** After each step. */
    void stepped(StepReport step);

    /**
     * While the test images are classified.
     *
     * @param done images so far
     * @param images there are
     */
    void evaluating(int done, int images);

    /** After each epoch, its evaluation included, when the checkpoint is written. */
    void epochEnded(EpochRecord epoch);
}
