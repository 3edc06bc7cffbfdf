package io.psconv.model.cuda;

/** Programs as {@link CudaProgramBuilder} makes them. */
record BuiltPrograms(CudaProgramBuilder builder) implements NetworkPrograms {
    @Override
    public DeviceProgram forImages(int images) {
        return builder.build(images);
    }

    @Override
    public ProgramCost cost(int images) {
        return builder.cost(images);
    }
}
