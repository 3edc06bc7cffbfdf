package io.psconv.model.export;

import io.psconv.model.format.CompressedModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * Writes a model in another tool's file format; the same model always becomes the same bytes.
 *
 * <p>What is written is dense: entries outside the supports are explicit zeros, and batch
 * normalization is folded into weights and biases. The network takes {@value #INPUT}, float NCHW
 * {@code (N, channels, height, width)} normalised as the model's metadata says, and gives {@value
 * #OUTPUT}, float {@code (N, classes)}. {@code N} is free.
 */
public interface ModelExporter {
    /** Name of the network's input. */
    String INPUT = "input";

    /** Name of the network's output. */
    String OUTPUT = "logits";

    /** Name of the batch's free dimension. */
    String BATCH = "N";

    /**
     * Writes the file and leaves the stream open.
     *
     * @param name what the model is called, for example {@code resnet18-psd1_p16@1}
     * @throws IOException if the stream cannot be written
     * @throws IllegalArgumentException if the format cannot express the network
     */
    void write(CompressedModel model, String name, OutputStream out) throws IOException;

    /**
     * Writes the file to memory.
     *
     * @throws IllegalArgumentException if the format cannot express the network
     */
    default byte[] toBytes(CompressedModel model, String name) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            write(model, name, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
