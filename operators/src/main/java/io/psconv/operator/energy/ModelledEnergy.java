package io.psconv.operator.energy;

/**
 * Energy worked out from what a network reads and multiplies; nothing is measured.
 *
 * <p>Horowitz's figures for 45 nm as reprinted in Han et al., NIPS 2015 (arXiv 1506.02626), Table
 * 1: 640 pJ per 32-bit word from DRAM, 3.7 pJ per float multiplication and 0.9 pJ per addition. An
 * image in a batch costs 640 pJ × (weightWords / batchSize + activationWords) + 4.6 pJ × macs:
 * every weight is fetched once per batch. Good for comparing networks, not for an electricity bill.
 *
 * @param weightWords 32-bit words that hold the stored weights and whatever says where they lie
 * @param activationWords 32-bit words of feature maps that one image moves to or from DRAM
 * @param macs multiply–accumulates of one image
 */
public record ModelledEnergy(long weightWords, long activationWords, long macs) {
    /** Source of windows and charges that are worked out by such figures. */
    public static final String SOURCE = "modelled";

    private static final double JOULES_PER_WORD = 640e-12;
    private static final double JOULES_PER_MAC = 4.6e-12;

    public ModelledEnergy {
        requireCount("weightWords", weightWords);
        requireCount("activationWords", activationWords);
        requireCount("macs", macs);
    }

    /**
     * What one image of a batch costs.
     *
     * @throws IllegalArgumentException if {@code batchSize} is not positive
     */
    public double joulesPerImage(int batchSize) {
        FrameEnergyMeter.requireBatchSize(batchSize);
        double words = (double) weightWords / batchSize + activationWords;
        return JOULES_PER_WORD * words + JOULES_PER_MAC * macs;
    }

    private static void requireCount(String name, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(
                    name + " was " + value + " but it must be 0 or more");
        }
    }
}
