package io.psconv.model.convolution;

import java.util.List;

/**
 * How a convolution is executed.
 *
 * @param family {@code scalar}; {@code rows}: lanes are pixels, read where they lie; {@code panel}:
 *     lanes are pixels of rows copied together first, images side by side; {@code images} and
 *     {@code image panel}: the same with images as lanes; {@code filters}: lanes are filters
 * @param tiles register tiles in use, filters × vectors of lanes; of {@code filters} positions ×
 *     vectors
 * @param macs multiply–accumulates of the shape for all images, those on zero padding included
 * @param predictedShare share of the machine's multiply–add ceiling that the cost rule expects of
 *     {@code macs}; zero where there is no rule
 */
public record LoopPlan(String family, List<String> tiles, long macs, double predictedShare) {
    public LoopPlan {
        tiles = List.copyOf(tiles);
    }
}
