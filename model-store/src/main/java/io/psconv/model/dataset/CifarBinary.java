package io.psconv.model.dataset;

import io.psconv.model.network.FeatureShape;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads the binary batches of CIFAR-10: records of a label and the red, green and blue planes.
 *
 * <p>Form of https://www.cs.toronto.edu/~kriz/cifar.html, "binary version": 1 + 3 × 32 × 32 bytes
 * an image.
 */
final class CifarBinary {
    static final FeatureShape SHAPE = new FeatureShape(3, 32, 32);
    static final String EXTENSION = ".bin";

    private static final int RECORD_BYTES = 1 + 3 * 32 * 32;

    private CifarBinary() {}

    static LabelledImages read(List<Path> files, FeatureShape shape, List<String> classes)
            throws IOException {
        if (!shape.equals(SHAPE)) {
            throw new IllegalArgumentException(
                    "input shape was '"
                            + shape
                            + "' but CIFAR-10 batches hold images of "
                            + SHAPE
                            + "; choose a model for them");
        }
        long count = 0;
        for (Path file : files) {
            count += records(file);
        }
        ImageSetBuilder images = new ImageSetBuilder(SHAPE, classes, count);
        for (Path file : files) {
            read(file, records(file), classes, images);
        }
        return images.build();
    }

    private static long records(Path file) throws IOException {
        long size = Files.size(file);
        if (size == 0 || size % RECORD_BYTES != 0) {
            throw new IOException(
                    "size of '"
                            + file
                            + "' was '"
                            + size
                            + "' bytes but it must be a multiple of the "
                            + RECORD_BYTES
                            + " bytes of a CIFAR-10 record; fetch the file again");
        }
        return size / RECORD_BYTES;
    }

    private static void read(Path file, long records, List<String> classes, ImageSetBuilder images)
            throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            for (long record = 0; record < records; record++) {
                int label = in.read();
                int read = in.readNBytes(images.pixels(), images.nextOffset(), SHAPE.length());
                if (read != SHAPE.length()) {
                    throw new EOFException("'" + file + "' ended within record " + record);
                }
                if (label >= classes.size()) {
                    throw new IOException(
                            "label of record "
                                    + record
                                    + " in '"
                                    + file
                                    + "' was '"
                                    + label
                                    + "' but there are "
                                    + classes.size()
                                    + " classes; the file is no CIFAR-10 batch, or the labels are"
                                    + " another set's");
                }
                images.add(label);
            }
        }
    }
}
