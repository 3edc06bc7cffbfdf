package io.psconv.model.training;

/**
 * Stochastic gradient descent with momentum, as PyTorch's {@code SGD} has it.
 *
 * <p>{@code g' = g + weightDecay · w; v = momentum · v + g'; w -= learningRate · (nesterov ? g' +
 * momentum · v : v)}; the decay applies to weights of convolutions and fully connected layers, not
 * to batch normalization and biases.
 *
 * @param momentum from 0 to below 1
 * @param nesterov whether the step looks ahead
 * @param weightDecay at least 0
 * @param labelSmoothing share of the target that is spread over all classes, from 0 to below 1
 */
public record SgdSettings(
        float momentum, boolean nesterov, float weightDecay, float labelSmoothing) {
    public SgdSettings {
        check("momentum", momentum, 1);
        check("weightDecay", weightDecay, Float.MAX_VALUE);
        check("labelSmoothing", labelSmoothing, 1);
    }

    private static void check(String name, float value, float limit) {
        if (!(value >= 0 && value < limit)) {
            throw new IllegalArgumentException(
                    name + " was '" + value + "' but it must be from 0 to below " + limit);
        }
    }
}
