package io.psconv.model.network;

/**
 * A shortcut without weights: every {@code stride}-th row and column, zero channels around.
 *
 * <p>Option A of He et al., <i>Deep Residual Learning for Image Recognition</i>, CVPR 2016, Sec.
 * 3.3, with the new channels split evenly in front and behind.
 */
public record PaddedSubsampleLayer(String name, String input, int channels, int stride)
        implements Layer {
    @Override
    public FeatureShape outputShape(FeatureShape input) {
        return new FeatureShape(
                channels, (input.height() - 1) / stride + 1, (input.width() - 1) / stride + 1);
    }
}
