package io.psconv.model.network;

/**
 * The largest value of each {@code size} × {@code size} window.
 *
 * <p>The first window starts {@code padding} rows and columns outside of the maps, the next ones
 * follow at {@code stride}; what lies outside is never the largest. A window that does not fit is
 * dropped.
 *
 * @param stride distance of windows, at most {@code size}
 * @param padding below {@code size}
 */
public record MaxPoolLayer(String name, String input, int size, int stride, int padding)
        implements Layer {
    public MaxPoolLayer {
        if (size < 1 || stride < 1 || stride > size || padding < 0 || 2 * padding > size) {
            throw new IllegalArgumentException(
                    "pooling '"
                            + name
                            + "' had size "
                            + size
                            + ", stride "
                            + stride
                            + " and padding "
                            + padding
                            + " but the stride must be between 1 and the size, the padding at most"
                            + " half of it");
        }
    }

    /** Windows side by side. */
    public MaxPoolLayer(String name, String input, int size) {
        this(name, input, size, size, 0);
    }

    /** Whether windows lie side by side, so that each value belongs to one of them at most. */
    public boolean isTiled() {
        return stride == size && padding == 0;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if no window fits the input
     */
    @Override
    public FeatureShape outputShape(FeatureShape input) {
        if (Math.min(input.height(), input.width()) + 2 * padding < size) {
            throw new IllegalArgumentException(
                    "pooling '"
                            + name
                            + "' had windows of size "
                            + size
                            + " and padding "
                            + padding
                            + " over maps of "
                            + input.height()
                            + "x"
                            + input.width()
                            + " but one window must fit; take larger images");
        }
        return new FeatureShape(input.channels(), outputs(input.height()), outputs(input.width()));
    }

    private int outputs(int inputs) {
        return (inputs + 2 * padding - size) / stride + 1;
    }
}
