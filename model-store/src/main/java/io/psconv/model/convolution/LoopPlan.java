package io.psconv.model.convolution;

import java.util.List;

/**
 * How a convolution is executed.
 *
 * @param family {@code scalar}; {@code rows}: lanes are pixels, read where they lie; {@code panel}:
 *     lanes are pixels of rows copied together first, images side by side; {@code images} and
 *     {@code image panel}: the same with images as lanes; {@code filters}: lanes are filters; of
 *     other layers {@code connected}, {@code max}, {@code average} or {@code subsample}
 * @param tiles register tiles in use, filters × vectors of lanes; of {@code filters} positions ×
 *     vectors
 * @param cost how long the cost rule expects all images to take, in multiply–accumulates that the
 *     machine's ceiling makes in that time; zero where there is no rule
 */
public record LoopPlan(String family, List<String> tiles, double cost) {
    public LoopPlan {
        tiles = List.copyOf(tiles);
    }
}
