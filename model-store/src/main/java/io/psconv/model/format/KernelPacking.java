package io.psconv.model.format;

import io.psconv.model.pattern.LayerSupports;
import io.psconv.model.pattern.SupportSet;

/** Dense OIHW 3×3 weights to the values that a layer stores, and back. */
public final class KernelPacking {
    private KernelPacking() {}

    /**
     * Takes the stored values out of dense weights.
     *
     * @param dense OIHW {@code (filters, inChannels, 3, 3)}, zero wherever nothing is stored
     * @return {@code (filters, valuesPerFilter)} in canonical order
     * @throws IllegalArgumentException if a value outside the supports is not zero, or the length
     *     disagrees
     */
    public static float[] pack(LayerSupports supports, float[] dense) {
        checkLength("dense weights", dense, kernels(supports) * SupportSet.POSITIONS);
        float[] stored = new float[supports.filters() * supports.valuesPerFilter()];
        int read = 0;
        int written = 0;
        for (int filter = 0; filter < supports.filters(); filter++) {
            for (int channel = 0; channel < supports.inChannels(); channel++) {
                SupportSet set = supports.supportSet(filter, channel);
                for (int position = 0; position < SupportSet.POSITIONS; position++) {
                    float value = dense[read++];
                    if (set.contains(position)) {
                        stored[written++] = value;
                    } else if (value != 0) {
                        throw new IllegalArgumentException(
                                "weight of filter "
                                        + filter
                                        + ", channel "
                                        + channel
                                        + ", position "
                                        + position
                                        + " was '"
                                        + value
                                        + "' but the support set stores nothing there");
                    }
                }
            }
        }
        return stored;
    }

    /**
     * Spreads stored values out, zeros elsewhere.
     *
     * @param stored {@code (filters, valuesPerFilter)} in canonical order
     * @return OIHW {@code (filters, inChannels, 3, 3)}
     * @throws IllegalArgumentException if the length disagrees
     */
    public static float[] unpack(LayerSupports supports, float[] stored) {
        checkLength(
                "stored weights", stored, (long) supports.filters() * supports.valuesPerFilter());
        float[] dense = new float[Math.toIntExact(kernels(supports) * SupportSet.POSITIONS)];
        int read = 0;
        int written = 0;
        for (int filter = 0; filter < supports.filters(); filter++) {
            for (int channel = 0; channel < supports.inChannels(); channel++) {
                SupportSet set = supports.supportSet(filter, channel);
                for (int position = 0; position < SupportSet.POSITIONS; position++) {
                    dense[written++] = set.contains(position) ? stored[read++] : 0;
                }
            }
        }
        return dense;
    }

    private static long kernels(LayerSupports supports) {
        return (long) supports.filters() * supports.inChannels();
    }

    private static void checkLength(String what, float[] values, long length) {
        if (values.length != length) {
            throw new IllegalArgumentException(
                    what + " were '" + values.length + "' but the layer has " + length);
        }
    }
}
