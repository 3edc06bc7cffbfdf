package io.psconv.model.convolution;

/**
 * A convolution that reads stored entries only, planned between given maps.
 *
 * <p>pSConv layer of Kundu et al., IEEE Trans. Computers 69(7), 2020 (arXiv 2001.10710). Every
 * output is one chain of fused multiply–adds, rounded once each: the bias, then the stored values
 * by input channel and position; then the residual is added and the ReLU taken. Forms differ in
 * nothing but speed: terms outside the image may be left out or added as zeros.
 *
 * <p>The work is a sequence of phases. The parts of a phase may run on different threads at the
 * same time; a phase starts when all parts of the one before have ended. Where the output is made
 * in bands of rows, from top to bottom, each band has as many phases, and what lies below the rows
 * that it reads need not be there yet.
 */
public sealed interface SparseConvolution
        permits ScalarSparseConvolution,
                VectorSparseConvolution,
                FilterLaneConvolution,
                InterleavedConvolution {
    /** Phases of one convolution. */
    int phases();

    /** Bands of as many rows each that the output is made in. */
    int bands();

    /**
     * Does one part of a phase.
     *
     * @param part from 0 to below {@code parts}; at most as many as the scratch was made for
     */
    void run(int phase, int part, int parts);

    /** How the loops run, for people. */
    LoopPlan plan();

    /** Convolves on the calling thread. */
    default void convolve() {
        for (int phase = 0; phase < phases(); phase++) {
            run(phase, 0, 1);
        }
    }
}
