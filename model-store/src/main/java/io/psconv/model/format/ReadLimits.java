package io.psconv.model.format;

/**
 * What a reader accepts at most, so that a foreign file cannot exhaust memory.
 *
 * @param maxHeaderBytes longest JSON header
 * @param maxFileBytes largest file, header included
 * @param maxTensors most tensors in one file
 * @param maxMetadataEntries most entries of {@code __metadata__}
 */
public record ReadLimits(
        int maxHeaderBytes, int maxFileBytes, int maxTensors, int maxMetadataEntries) {
    /** 4 MiB of header, 1 GiB of file, 16,384 tensors, 4,096 metadata entries. */
    public static final ReadLimits DEFAULT = new ReadLimits(4 << 20, 1 << 30, 16_384, 4_096);

    /** What the Java virtual machine can hold in one array. */
    private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

    public ReadLimits {
        check("maxHeaderBytes", maxHeaderBytes);
        check("maxFileBytes", maxFileBytes);
        check("maxTensors", maxTensors);
        check("maxMetadataEntries", maxMetadataEntries);
    }

    private static void check(String name, int value) {
        if (value < 1 || value > MAX_ARRAY) {
            throw new IllegalArgumentException(
                    name + " was '" + value + "' but it must be between 1 and " + MAX_ARRAY);
        }
    }
}
