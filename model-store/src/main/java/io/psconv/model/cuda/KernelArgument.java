package io.psconv.model.cuda;

/** One parameter of a kernel, in the order of its declaration. */
sealed interface KernelArgument {
    /**
     * A 64-bit device pointer.
     *
     * @param index position in {@link DeviceProgram#buffers}
     * @param offset bytes behind the buffer's start
     */
    record Buffer(int index, long offset) implements KernelArgument {
        public Buffer {
            if (index < 0 || offset < 0) {
                throw new IllegalArgumentException(
                        "buffer argument was '"
                                + index
                                + "' at offset '"
                                + offset
                                + "' but neither may be negative");
            }
        }
    }

    /** A 32-bit integer. */
    record Int32(int value) implements KernelArgument {}

    /** A single precision number. */
    record Float32(float value) implements KernelArgument {}
}
