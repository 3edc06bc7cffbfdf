package io.psconv.job.options;

import io.psconv.operator.decode.DecodeLimits;
import io.psconv.operator.record.Crop;
import org.apache.flink.configuration.MemorySize;
import org.jspecify.annotations.Nullable;

/**
 * Which payloads become input of the network.
 *
 * @param limits pixels an image may declare and bytes a frame may have
 * @param crop part of each frame that is classified, or null for all of it
 * @param maxRejectedPayloadBytes bytes up to which a rejected frame's original is kept
 */
public record DecodeOptions(DecodeLimits limits, @Nullable Crop crop, int maxRejectedPayloadBytes) {
    private static final MemorySize ONE_BYTE = new MemorySize(1);
    private static final MemorySize GIBIBYTE = MemorySize.parse("1gb");

    /** Reads them. */
    static DecodeOptions read(OptionReader reader) {
        return new DecodeOptions(
                limits(reader),
                crop(reader),
                (int)
                        reader.bytesBetween(
                                ClassifyConfigOptions.REJECTED_MAX_PAYLOAD_BYTES,
                                MemorySize.ZERO,
                                GIBIBYTE));
    }

    /** Reads what is refused before decoding. */
    static DecodeLimits limits(OptionReader reader) {
        return new DecodeLimits(
                (int)
                        reader.longBetween(
                                ClassifyConfigOptions.DECODE_MAX_PIXELS,
                                1,
                                DecodeLimits.MOST_PIXELS),
                (int)
                        reader.bytesBetween(
                                ClassifyConfigOptions.DECODE_MAX_BYTES, ONE_BYTE, GIBIBYTE),
                reader.intBetween(
                        ClassifyConfigOptions.DECODE_MAX_SCANS, 1, DecodeLimits.MOST_SCANS));
    }

    /** Reads which part is classified. */
    static @Nullable Crop crop(OptionReader reader) {
        String crop = reader.optional(ClassifyConfigOptions.DECODE_CROP);
        return crop == null ? null : CropForm.parse(ClassifyConfigOptions.DECODE_CROP.key(), crop);
    }
}
