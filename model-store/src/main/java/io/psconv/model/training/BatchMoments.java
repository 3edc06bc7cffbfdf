package io.psconv.model.training;

/**
 * Mean and variance of a batch by channel, put together from those of its chunks.
 *
 * <p>Each chunk's are taken in two passes; then {@code mean = Σ mean_c / chunks} and {@code squares
 * = Σ (squares_c + pixels · (mean_c - mean)²)} (Chan et al., The American Statistician 37(3),
 * 1983), in the order of the chunks, in double precision.
 */
final class BatchMoments {
    private final int channels;
    private final int chunks;
    private final int pixels;

    /** By chunk, then channel. */
    final double[] chunkMeans;

    /** By chunk, then channel. */
    final double[] chunkSquares;

    private final double[] means;
    private final double[] variances;

    /**
     * Makes room for the moments of chunks.
     *
     * @param pixels of a channel in one chunk
     */
    BatchMoments(int channels, int chunks, int pixels) {
        this.channels = channels;
        this.chunks = chunks;
        this.pixels = pixels;
        this.chunkMeans = new double[chunks * channels];
        this.chunkSquares = new double[chunks * channels];
        this.means = new double[channels];
        this.variances = new double[channels];
    }

    /** Puts the chunks' moments together. */
    void merge() {
        for (int channel = 0; channel < channels; channel++) {
            double sum = 0;
            for (int at = channel; at < chunkMeans.length; at += channels) {
                sum += chunkMeans[at];
            }
            double mean = sum / chunks;
            double squares = 0;
            for (int at = channel; at < chunkMeans.length; at += channels) {
                double apart = chunkMeans[at] - mean;
                squares += chunkSquares[at] + pixels * apart * apart;
            }
            means[channel] = mean;
            variances[channel] = Math.max(0, squares / count());
        }
    }

    /** Pixels of a channel in the batch. */
    long count() {
        return (long) chunks * pixels;
    }

    double mean(int channel) {
        return means[channel];
    }

    /** The biased variance. */
    double variance(int channel) {
        return variances[channel];
    }
}
