package io.psconv.model.pattern;

/**
 * The positions of one 3×3 kernel that are stored; every other position is fixed at zero.
 *
 * <p>Position {@code p} is row-major: row {@code p / 3}, column {@code p % 3}, so that 4 is the
 * centre. The paper calls the size of this set the kernel support size (KSS).
 *
 * @param bits bit {@code p} is set where position {@code p} is stored
 */
public record SupportSet(int bits) {
    /** Positions in a kernel. */
    public static final int POSITIONS = 9;

    /** All nine positions: what pSConv calls a fully connected kernel. */
    public static final SupportSet DENSE = new SupportSet((1 << POSITIONS) - 1);

    public SupportSet {
        if (bits <= 0 || bits >= 1 << POSITIONS) {
            throw new IllegalArgumentException(
                    "support set was '"
                            + bits
                            + "' but it must name 1 to 9 of the kernel's 9 positions (bits 1 to"
                            + " 511)");
        }
    }

    /** Makes the set of the given row-major positions. */
    public static SupportSet of(int... positions) {
        int bits = 0;
        for (int position : positions) {
            if (position < 0 || position >= POSITIONS) {
                throw new IllegalArgumentException(
                        "kernel position was '" + position + "' but it must be between 0 and 8");
            }
            bits |= 1 << position;
        }
        return new SupportSet(bits);
    }

    /** Stored positions in this kernel. */
    public int kernelSupportSize() {
        return Integer.bitCount(bits);
    }

    public boolean contains(int position) {
        return (bits >> position & 1) != 0;
    }
}
