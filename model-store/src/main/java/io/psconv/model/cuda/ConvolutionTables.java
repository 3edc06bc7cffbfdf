package io.psconv.model.cuda;

import io.psconv.model.cuda.DeviceBuffer.Constant;
import java.util.List;

/**
 * What the kernels of a convolution walk over; the head of {@code psconv.cu} says what it means.
 *
 * @param reads pairs: distance of a quad behind the corner of a window, and the row and column bits
 *     that must be inside
 * @param tiles four numbers each: first entry of reads, steps, first weight, first slot
 * @param weights by tile and step, in the order in which threads take them
 * @param bias fp32 by slot
 * @param channels position in the output's channels by slot, or -1
 * @param tileCount tiles
 * @param tileSlots slots of each tile
 * @param scattered whether channels that a lane makes lie apart in the output
 */
record ConvolutionTables(
        Constant reads,
        Constant tiles,
        Constant weights,
        Constant bias,
        Constant channels,
        int tileCount,
        int tileSlots,
        boolean scattered) {
    List<Constant> constants() {
        return List.of(reads, tiles, weights, bias, channels);
    }
}
