package io.psconv.model.cuda;

/** Makes a network's programs; those of one network share their constants. */
interface NetworkPrograms {
    /**
     * The program for a batch.
     *
     * @param images 1 to 1024
     * @throws IllegalArgumentException if a layer is one that there is no kernel for
     */
    DeviceProgram forImages(int images);

    /** What the program for a batch moves and computes at least. */
    ProgramCost cost(int images);
}
