package io.psconv.model.cuda;

import io.psconv.model.network.FeatureShape;

/**
 * The output of a layer on a device.
 *
 * @param buffer index in the program
 * @param offset bytes behind the buffer's start
 * @param shape of one image
 * @param form how values lie
 * @param order of the channels; of one period for forms other than {@code MAPS}
 */
record DeviceMap(int buffer, long offset, FeatureShape shape, Form form, ChannelOrder order) {
    /** How the values of a map lie. */
    enum Form {
        /** NHWC in the program's precision. */
        MAPS,
        /** As images come, fp32 NCHW. */
        PLANES,
        /** A row of fp32 values an image. */
        VECTOR
    }

    KernelArgument argument() {
        return new KernelArgument.Buffer(buffer, offset);
    }

    int values() {
        return shape.height() * shape.width() * order.size();
    }
}
