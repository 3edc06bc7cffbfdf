package io.psconv.model.engine;

import java.util.List;

/**
 * How a layer runs, and how long it took.
 *
 * @param layer name of the layer
 * @param family loop family, as {@link io.psconv.model.convolution.LoopPlan} names it
 * @param tiles register tiles in use, filters × vectors
 * @param images images that the layer runs at once
 * @param macs multiply–accumulates of one image, those on zero padding included
 * @param unpaddedMacs the same without those on zero padding
 * @param bytes read and written of one image: the maps that the layer reads, its output, and its
 *     share of the weights
 * @param predictedMicros what the cost rule expects for one image at the measured ceiling, zero
 *     where there is no rule
 * @param measuredMicros median of what one image took
 * @param shareOfCeiling two operations for each of {@code unpaddedMacs} in {@code measuredMicros},
 *     as a share of the ceiling; zero without one
 */
public record LayerTiming(
        String layer,
        String family,
        List<String> tiles,
        int images,
        long macs,
        long unpaddedMacs,
        long bytes,
        double predictedMicros,
        double measuredMicros,
        double shareOfCeiling) {
    public LayerTiming {
        tiles = List.copyOf(tiles);
    }
}
