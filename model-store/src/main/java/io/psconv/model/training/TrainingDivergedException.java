package io.psconv.model.training;

/** The loss or a weight was no number any more: nothing can come of this training. */
public final class TrainingDivergedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TrainingDivergedException(String message) {
        super(message);
    }
}
