package io.psconv.model.cuda;

import org.jspecify.annotations.Nullable;

/** Memory of a device that a program uses. */
sealed interface DeviceBuffer {
    /** Bytes to allocate, at least 1. */
    long size();

    /**
     * What never changes: weights, biases, tables. Uploaded once.
     *
     * <p>Programs of one model for different batches hold the same object where they mean the same
     * memory; a device keeps one copy of it.
     *
     * @param name for messages, such as {@code layer1.0.conv1 weights}
     * @param bytes little-endian; not modified
     */
    record Constant(String name, byte[] bytes) implements DeviceBuffer {
        public Constant {
            if (bytes.length == 0) {
                throw new IllegalArgumentException(
                        "constant '" + name + "' had no bytes but a buffer has at least one");
            }
        }

        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }

        @Override
        public String toString() {
            return name + " (" + bytes.length + " bytes)";
        }
    }

    /**
     * What the launches of one program write and read; its content before a run does not matter.
     *
     * @param size bytes, a multiple of {@link DeviceProgram#ALIGNMENT}
     */
    record Scratch(long size) implements DeviceBuffer {
        public Scratch {
            if (size < 1 || size % DeviceProgram.ALIGNMENT != 0) {
                throw new IllegalArgumentException(
                        "scratch size was '"
                                + size
                                + "' but it must be a positive multiple of "
                                + DeviceProgram.ALIGNMENT);
            }
        }
    }
}
