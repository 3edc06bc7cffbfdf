package io.psconv.operator.decode;

import io.psconv.model.format.Normalisation;
import io.psconv.model.network.FeatureShape;
import io.psconv.operator.record.Crop;
import io.psconv.operator.record.Frame;
import io.psconv.operator.record.RejectionReason;
import org.jspecify.annotations.Nullable;

/**
 * Frames to normalised NCHW input: decode, crop, resize, normalise.
 *
 * <p>JPEG, PNG, BMP and GIF (first image) are told by their first bytes, whatever the content type
 * says. Pixels declared as {@link RawShape raw} are taken so, since nothing in them tells; their
 * length has to fit the declared shape exactly. Grey is repeated in all channels, transparency is
 * shown over black, embedded color profiles are ignored, and images are not turned by their EXIF
 * orientation. Resizing averages over areas ({@link AreaAverage}), without keeping the aspect
 * ratio; where sizes agree every pixel is exact.
 *
 * <p>Keeps readers and buffers: one decoder a thread, closed by whoever made it.
 */
public final class FrameDecoder implements AutoCloseable {
    private final FeatureShape input;
    private final DecodeLimits limits;
    private final @Nullable Crop crop;
    private final InputWriter writer;
    private final ImageFileReader files;

    /**
     * A decoder for one model.
     *
     * @param input the model's input, of 3 channels
     * @param normalisation the model's, for 3 channels
     * @param crop the part of every image to classify, or null for all of it
     * @throws IllegalArgumentException if there are not 3 channels
     */
    public FrameDecoder(
            FeatureShape input,
            Normalisation normalisation,
            DecodeLimits limits,
            @Nullable Crop crop) {
        this.input = input;
        this.limits = limits;
        this.crop = crop;
        writer = new InputWriter(input, normalisation);
        files = new ImageFileReader(limits);
    }

    /**
     * Writes one frame's input.
     *
     * @param output receives {@code (channels, height, width)} from {@code offset} on; what it
     *     holds there after an exception is undefined
     * @throws UndecodableFrameException if the payload is no image that can be classified, with the
     *     reason
     * @throws IllegalArgumentException if {@code output} has no room
     */
    public void decode(Frame frame, float[] output, int offset) throws UndecodableFrameException {
        decode(frame, crop, output, offset);
    }

    /**
     * Writes one frame's input, as {@link #decode(Frame, float[], int)}.
     *
     * @param part the part of the image to classify instead of this decoder's, or null for all
     */
    public void decode(Frame frame, @Nullable Crop part, float[] output, int offset)
            throws UndecodableFrameException {
        if (offset < 0 || output.length - offset < input.length()) {
            throw new IllegalArgumentException(
                    "output had "
                            + output.length
                            + " values and the offset was '"
                            + offset
                            + "' but an input of "
                            + input
                            + " needs "
                            + input.length());
        }
        byte[] payload = payloadOf(frame);
        RgbRows rows = rowsOf(frame.contentType(), payload);
        writer.write(rows, partOf(rows, part), output, offset);
    }

    @Override
    public void close() {
        files.close();
    }

    private byte[] payloadOf(Frame frame) throws UndecodableFrameException {
        byte[] payload = frame.payload();
        if (payload == null || payload.length == 0) {
            throw new UndecodableFrameException(
                    RejectionReason.EMPTY,
                    "payload was "
                            + (payload == null ? "missing" : "empty")
                            + " but it must be an image; send its encoded bytes as the value");
        }
        if (payload.length > limits.maxBytes()) {
            throw new UndecodableFrameException(
                    RejectionReason.TOO_MANY_BYTES,
                    "payload had "
                            + payload.length
                            + " bytes but at most "
                            + limits.maxBytes()
                            + " are allowed; send a smaller image or raise the limit");
        }
        return payload;
    }

    private RgbRows rowsOf(@Nullable String contentType, byte[] payload)
            throws UndecodableFrameException {
        if (contentType != null && RawShape.isDeclaredBy(contentType)) {
            return rawRows(RawShape.of(contentType), payload);
        }
        ImageFormat format = ImageFormat.of(payload);
        if (format == null) {
            throw new UndecodableFrameException(
                    RejectionReason.UNKNOWN_FORMAT,
                    "payload of "
                            + payload.length
                            + " bytes starts neither like JPEG, PNG, BMP nor GIF; send one of them,"
                            + " or raw pixels with the content type '"
                            + RawShape.CONTENT_TYPE
                            + ";width=…;height=…'");
        }
        return files.read(format, payload);
    }

    private RgbRows rawRows(RawShape shape, byte[] payload) throws UndecodableFrameException {
        PixelLimit.check(shape.width(), shape.height(), 1, limits.maxPixels());
        if (shape.bytes() != payload.length) {
            throw new UndecodableFrameException(
                    RejectionReason.BAD_RAW_SHAPE,
                    "raw pixels had "
                            + payload.length
                            + " bytes but "
                            + shape.width()
                            + "x"
                            + shape.height()
                            + " of 3 bytes each are "
                            + shape.bytes()
                            + "; correct width and height in the content type");
        }
        return new RawRows(shape, payload);
    }

    private static Crop partOf(RgbRows rows, @Nullable Crop crop) throws UndecodableFrameException {
        if (crop == null) {
            return new Crop(0, 0, rows.width(), rows.height());
        }
        if (!crop.within(rows.width(), rows.height())) {
            throw new UndecodableFrameException(
                    RejectionReason.OUTSIDE_CROP,
                    "image has "
                            + rows.width()
                            + "x"
                            + rows.height()
                            + " pixels but the crop takes "
                            + crop
                            + "; send larger images or change the crop");
        }
        return crop;
    }
}
