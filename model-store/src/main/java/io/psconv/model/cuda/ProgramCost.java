package io.psconv.model.cuda;

import io.psconv.model.cuda.DeviceBuffer.Constant;
import io.psconv.model.network.NetworkCost;

/**
 * What one run of a program cannot do without, counted from its plan; nothing here is measured.
 *
 * @param macs multiply–accumulates on stored values, as {@link NetworkCost#macs} counts them
 * @param mapBytes bytes of feature maps, each written once and read once by every layer that reads
 *     it
 * @param constantBytes bytes of weights and tables, each read once
 * @param launches kernels
 */
record ProgramCost(long macs, long mapBytes, long constantBytes, int launches) {
    /**
     * Counts.
     *
     * @param mapBytes as {@link #mapBytes}
     */
    static ProgramCost of(NetworkCost network, DeviceProgram program, long mapBytes) {
        long constants = 0;
        for (DeviceBuffer buffer : program.buffers()) {
            constants += buffer instanceof Constant constant ? constant.size() : 0;
        }
        return new ProgramCost(
                network.macs() * program.images(), mapBytes, constants, program.launches().size());
    }

    /**
     * The shortest time that memory and arithmetic allow, as a prediction.
     *
     * @param bytesPerSecond of the device's memory; an H100 SXM has 3.35e12 by its data sheet
     * @param macsPerSecond of the device in the program's precision; an H100 SXM has 494e12 in half
     *     and 33.5e12 in single precision by its data sheet, two operations each
     */
    double predictedFloorSeconds(double bytesPerSecond, double macsPerSecond) {
        return Math.max((mapBytes + constantBytes) / bytesPerSecond, macs / macsPerSecond);
    }
}
