package io.psconv.model.engine;

/** An engine's logits are further from a model's golden ones than the model allows. */
public final class GoldenMismatchException extends RuntimeException {
    private static final long serialVersionUID = 1;

    GoldenMismatchException(String message) {
        super(message);
    }
}
