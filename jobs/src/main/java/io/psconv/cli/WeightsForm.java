package io.psconv.cli;

/** How the weights of a trained model are stored. */
enum WeightsForm {
    /** F16 where at most 0.05 points of accuracy are lost by it, else F32. */
    AUTO,
    F32,
    F16
}
