package io.psconv.operator.decode;

import static io.psconv.operator.decode.TestImages.bytes;
import static io.psconv.operator.decode.TestImages.encoded;
import static io.psconv.operator.decode.TestImages.frame;
import static io.psconv.operator.decode.TestImages.pattern;
import static io.psconv.operator.decode.TestImages.patternRgb;
import static io.psconv.operator.decode.TestImages.png;
import static io.psconv.operator.decode.TestImages.shades;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import io.psconv.model.format.Normalisation;
import io.psconv.model.network.FeatureShape;
import io.psconv.operator.record.Crop;
import io.psconv.operator.record.Frame;
import io.psconv.operator.record.RejectionReason;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameDecoderTest {
    private static final Normalisation NORMALISATION =
            new Normalisation(
                    List.of(0.4914f, 0.4822f, 0.4465f), List.of(0.2023f, 0.1994f, 0.2010f));

    /** Leaves pixel values as they are, up to rounding. */
    private static final Normalisation PLAIN =
            new Normalisation(List.of(0f, 0f, 0f), List.of(1 / 255f, 1 / 255f, 1 / 255f));

    private static final DecodeLimits LIMITS = new DecodeLimits(1 << 20, 1 << 20);

    @ParameterizedTest
    @ValueSource(strings = {"png", "bmp"})
    void decodesEveryPixelExactly(String format) throws Exception {
        byte[] payload = encoded(pattern(32, 32, BufferedImage.TYPE_3BYTE_BGR), format);

        assertIsNormalisedPattern(
                decode(frame(payload), 32, 32, NORMALISATION, null), 32, 32, 0, 0);
    }

    @Test
    void decodesRawPixelsExactly() throws Exception {
        byte[] payload = rawPattern(32, 16);
        Frame frame = frame(payload, "image/x-raw-rgb;width=32;height=16");

        assertIsNormalisedPattern(decode(frame, 32, 16, NORMALISATION, null), 32, 16, 0, 0);
    }

    @Test
    void writesFromTheOffsetAndNowhereElse() throws Exception {
        byte[] payload = encoded(pattern(4, 4, BufferedImage.TYPE_3BYTE_BGR), "png");
        float[] output = new float[48 + 10];
        Arrays.fill(output, -77);

        try (FrameDecoder decoder = decoder(4, 4, PLAIN, null)) {
            decoder.decode(frame(payload), output, 7);
        }

        assertThat(Arrays.copyOf(output, 7)).containsOnly(-77);
        assertThat(Arrays.copyOfRange(output, 7, 55)).doesNotContain(-77);
        assertThat(Arrays.copyOfRange(output, 55, 58)).containsOnly(-77);
    }

    @Test
    void refusesOutputWithoutRoom() {
        Frame frame = frame(encoded(pattern(4, 4, BufferedImage.TYPE_3BYTE_BGR), "png"));

        try (FrameDecoder decoder = decoder(4, 4, PLAIN, null)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> decoder.decode(frame, new float[50], 3))
                    .withMessage(
                            "output had 50 values and the offset was '3' but an input of 3x4x4 needs"
                                    + " 48");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> decoder.decode(frame, new float[50], -1))
                    .withMessageContaining("the offset was '-1'");
        }
    }

    @Test
    void decodesJpegWithinItsLoss() throws Exception {
        byte[] payload = encoded(shades(64, 64, BufferedImage.TYPE_3BYTE_BGR), "jpeg");

        float[] output = decode(frame(payload), 64, 64, PLAIN, null);

        for (int y = 0; y < 64; y++) {
            for (int x = 0; x < 64; x++) {
                assertThat(output[y * 64 + x]).isCloseTo(255 * x / 64f, within(16f));
                assertThat(output[4096 + y * 64 + x]).isCloseTo(255 * y / 64f, within(16f));
                assertThat(output[8192 + y * 64 + x]).isCloseTo(128, within(16f));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpeg", "bmp"})
    void repeatsGreyInAllChannelsAsStored(String format) throws Exception {
        BufferedImage image = new BufferedImage(16, 16, BufferedImage.TYPE_BYTE_GRAY);
        for (int pixel = 0; pixel < 256; pixel++) {
            image.getRaster().setSample(pixel % 16, pixel / 16, 0, 100);
        }

        float[] output = decode(frame(encoded(image, format)), 16, 16, PLAIN, null);

        assertAll(output, 100);
    }

    @Test
    void takesGreyOfOneBitPerPixel() throws Exception {
        byte[] payload = png(8, 1, 1, 0, bytes(0b10110001));

        float[] output = decode(frame(payload), 8, 1, PLAIN, null);

        assertPlane(output, 0, 255, 0, 255, 255, 0, 0, 0, 255);
        assertPlane(output, 2, 255, 0, 255, 255, 0, 0, 0, 255);
    }

    @Test
    void takesGreyOfSixteenBitsRounded() throws Exception {
        byte[] payload = png(4, 1, 16, 0, bytes(0xff, 0xff, 0x80, 0x80, 0x12, 0x34, 0x00, 0x81));

        float[] output = decode(frame(payload), 4, 1, PLAIN, null);

        assertPlane(output, 1, 255, 128, 18, 1);
    }

    @Test
    void takesColorOfSixteenBitsRounded() throws Exception {
        byte[] payload = png(1, 1, 16, 2, bytes(0xff, 0xff, 0x40, 0x40, 0x00, 0x80));

        assertPixel(decode(frame(payload), 1, 1, PLAIN, null), 255, 64, 0);
    }

    @Test
    void showsTransparencyOverBlack() throws Exception {
        byte[] payload = png(3, 1, 8, 6, bytes(200, 100, 50, 255, 200, 100, 50, 128, 9, 9, 9, 0));

        float[] output = decode(frame(payload), 3, 1, PLAIN, null);

        assertPlane(output, 0, 200, 100, 0);
        assertPlane(output, 1, 100, 50, 0);
        assertPlane(output, 2, 50, 25, 0);
    }

    @Test
    void showsTransparentGreyOverBlack() throws Exception {
        byte[] payload = png(3, 1, 8, 4, bytes(200, 255, 200, 128, 77, 0));

        assertPlane(decode(frame(payload), 3, 1, PLAIN, null), 0, 200, 100, 0);
    }

    @Test
    void showsTransparentColorOfSixteenBitsOverBlack() throws Exception {
        byte[] payload = png(1, 1, 16, 6, bytes(200, 200, 100, 100, 50, 50, 128, 128));

        assertPixel(decode(frame(payload), 1, 1, PLAIN, null), 100, 50, 25);
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "gif", "bmp"})
    void takesPaletteColorsExactly(String format) throws Exception {
        BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_INDEXED);
        for (int pixel = 0; pixel < 64; pixel++) {
            image.getRaster().setSample(pixel % 8, pixel / 8, 0, pixel * 3);
        }

        assertShows(image, decode(frame(encoded(image, format)), 8, 8, PLAIN, null));
    }

    @ParameterizedTest
    @ValueSource(ints = {BufferedImage.TYPE_INT_RGB, BufferedImage.TYPE_USHORT_565_RGB})
    void decodesPackedBitmaps(int type) throws Exception {
        BufferedImage image = pattern(9, 5, type);
        byte[] payload = encoded(image, "bmp");

        float[] output = decode(frame(payload), 9, 5, PLAIN, null);

        assertShows(image, output);
    }

    @Test
    void takesFirstImageOfAnimation() throws Exception {
        byte[] payload = animation(filled(6, 6, 0xff0000), filled(6, 6, 0x00ff00));

        float[] output = decode(frame(payload), 6, 6, PLAIN, null);

        assertPlane(Arrays.copyOf(output, 36), 0, repeated(255, 36));
        assertPlane(Arrays.copyOfRange(output, 36, 72), 0, repeated(0, 36));
    }

    @Test
    void formatIsToldByTheBytesNotByTheHeader() throws Exception {
        byte[] payload = encoded(pattern(8, 8, BufferedImage.TYPE_3BYTE_BGR), "png");

        float[] told = decode(frame(payload, "image/jpeg"), 8, 8, NORMALISATION, null);

        assertIsNormalisedPattern(told, 8, 8, 0, 0);
    }

    @Test
    void rawPixelsThatStartLikeAnImageAreRaw() throws Exception {
        byte[] payload = bytes(0xff, 0xd8, 0xff, 'B', 'M', 0);

        float[] output =
                decode(frame(payload, "image/x-raw-rgb;width=2;height=1"), 2, 1, PLAIN, null);

        assertPlane(output, 0, 255, 66);
        assertPlane(output, 1, 216, 77);
        assertPlane(output, 2, 255, 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "image/x-raw-rgb;width=2;height=1",
                "image/x-raw-rgb; height=1; width=2",
                "Image/X-Raw-RGB ; WIDTH=2 ;Height=1 "
            })
    void readsContentTypeInAnyOrderAndCase(String contentType) throws Exception {
        float[] output = decode(frame(new byte[6], contentType), 2, 1, PLAIN, null);

        assertAll(output, 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "image/x-raw-rgb",
                "image/x-raw-rgb;width=2",
                "image/x-raw-rgb;width=2;height=0",
                "image/x-raw-rgb;width=-2;height=-1",
                "image/x-raw-rgb;width=two;height=1",
                "image/x-raw-rgb;width=2;height=1;stride=8",
                "image/x-raw-rgb;width=2;width=2;height=1",
                "image/x-raw-rgb;width=99999999999;height=1",
                "image/x-raw-rgb;width=2;height=1;"
            })
    void rejectsContentTypeThatDeclaresNoShape(String contentType) {
        var fault = rejected(frame(new byte[6], contentType), 2, 1);

        assertThat(fault.reason()).isEqualTo(RejectionReason.BAD_RAW_SHAPE);
        assertThat(fault)
                .hasMessage(
                        "content type was '"
                                + contentType
                                + "' but it must give width and height once each, both at least 1,"
                                + " and nothing else, like 'image/x-raw-rgb;width=32;height=32'");
    }

    @Test
    void shortensContentTypeOfAnyLength() {
        var fault = rejected(frame(new byte[6], "image/x-raw-rgb;" + "x".repeat(100_000)), 2, 1);

        assertThat(fault.getMessage()).hasSizeLessThan(300);
    }

    @Test
    void rejectsRawPixelsOfOtherLength() {
        var fault = rejected(frame(new byte[7], "image/x-raw-rgb;width=2;height=1"), 2, 1);

        assertThat(fault.reason()).isEqualTo(RejectionReason.BAD_RAW_SHAPE);
        assertThat(fault)
                .hasMessage(
                        "raw pixels had 7 bytes but 2x1 of 3 bytes each are 6; correct width and"
                                + " height in the content type");
    }

    @Test
    void rejectsRawShapeWhoseProductOverflows() {
        var fault =
                rejected(
                        frame(new byte[6], "image/x-raw-rgb;width=2147483647;height=2147483647"),
                        2,
                        1);

        assertThat(fault.reason()).isEqualTo(RejectionReason.TOO_MANY_PIXELS);
    }

    @Test
    void rejectsMissingPayload() {
        var fault = rejected(frame(null), 8, 8);

        assertThat(fault.reason()).isEqualTo(RejectionReason.EMPTY);
        assertThat(fault)
                .hasMessage(
                        "payload was missing but it must be an image; send its encoded bytes as the"
                                + " value");
    }

    @Test
    void rejectsPayloadOfNoBytes() {
        var fault = rejected(frame(new byte[0]), 8, 8);

        assertThat(fault.reason()).isEqualTo(RejectionReason.EMPTY);
        assertThat(fault).hasMessageStartingWith("payload was empty but");
    }

    @ParameterizedTest
    @ValueSource(strings = {"no image at all", "B", "GIF88a", "<svg/>", "%PDF-1.7"})
    void rejectsUnknownFormat(String text) {
        var fault = rejected(frame(text.getBytes(StandardCharsets.US_ASCII), "image/png"), 8, 8);

        assertThat(fault.reason()).isEqualTo(RejectionReason.UNKNOWN_FORMAT);
        assertThat(fault)
                .hasMessage(
                        "payload of "
                                + text.length()
                                + " bytes starts neither like JPEG, PNG, BMP nor GIF; send one of"
                                + " them, or raw pixels with the content type"
                                + " 'image/x-raw-rgb;width=…;height=…'");
    }

    @Test
    void rejectsZeroBytes() {
        assertThat(rejected(frame(new byte[10_000]), 8, 8).reason())
                .isEqualTo(RejectionReason.UNKNOWN_FORMAT);
    }

    @Test
    void rejectsMoreBytesThanAllowed() {
        var fault = rejected(frame(new byte[(1 << 20) + 1]), 8, 8);

        assertThat(fault.reason()).isEqualTo(RejectionReason.TOO_MANY_BYTES);
        assertThat(fault)
                .hasMessage(
                        "payload had 1048577 bytes but at most 1048576 are allowed; send a smaller"
                                + " image or raise the limit");
    }

    @ParameterizedTest
    @CsvSource({"60000,60000", "1048577,1", "1,1048577", "2147483647,2147483647"})
    void rejectsMorePixelsThanAllowedByTheHeaderAlone(int width, int height) {
        var fault = rejected(frame(png(width, height, 8, 2)), 8, 8);

        assertThat(fault.reason()).isEqualTo(RejectionReason.TOO_MANY_PIXELS);
        assertThat(fault)
                .hasMessage(
                        "image declares %dx%d = %d pixels but at most 1048576 are allowed; send a"
                                + " smaller one or raise the limit",
                        width, height, (long) width * height);
    }

    @Test
    void rejectsHugeGif() {
        byte[] payload = encoded(filled(4, 4, 0), "gif");
        int descriptor = indexOf(payload, (byte) 0x2c, 13 + 3 * paletteSize(payload));
        Arrays.fill(payload, descriptor + 5, descriptor + 9, (byte) 0xff);

        assertThat(rejected(frame(payload), 8, 8).reason())
                .isEqualTo(RejectionReason.TOO_MANY_PIXELS);
    }

    @Test
    void rejectsHugeBitmap() {
        byte[] payload = encoded(filled(4, 4, 0), "bmp");
        payload[19] = 0x3f;
        payload[23] = 0x3f;

        // The reader itself finds that the file is too short, before the limit is asked.
        var fault = rejected(frame(payload), 8, 8);

        assertThat(fault.reason()).isEqualTo(RejectionReason.CORRUPT_IMAGE);
        assertThat(fault).hasMessageContaining("Invalid width/height");
    }

    @Test
    void rejectsHugeJpeg() {
        byte[] payload = encoded(filled(16, 16, 0), "jpeg");
        int size = indexOf(payload, (byte) 0xc0, 0);
        payload[size + 4] = (byte) 0xff;
        payload[size + 6] = (byte) 0xff;

        var fault = rejected(frame(payload), 8, 8);

        assertThat(fault.reason()).isEqualTo(RejectionReason.TOO_MANY_PIXELS);
        assertThat(fault).hasMessageStartingWith("image declares 65296x65296 = 4263567616 pixels");
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    void rejectsBitmapThatEmbedsAFileOfUnknownSize(int compression) {
        byte[] payload = encoded(filled(4, 4, 0), "bmp");
        payload[30] = (byte) compression;

        var fault = rejected(frame(payload), 4, 4);

        assertThat(fault.reason()).isEqualTo(RejectionReason.CORRUPT_IMAGE);
        assertThat(fault).hasMessageContaining("it embeds a JPEG or PNG file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpeg", "bmp", "gif"})
    void rejectsTruncatedImages(String format) {
        byte[] whole = encoded(pattern(64, 64, BufferedImage.TYPE_3BYTE_BGR), format);

        for (int percent : new int[] {10, 50, 90}) {
            byte[] payload = Arrays.copyOf(whole, whole.length * percent / 100);
            var fault = rejected(frame(payload), 64, 64);

            assertThat(fault.reason())
                    .as("%d %% of %s", percent, format)
                    .isEqualTo(RejectionReason.CORRUPT_IMAGE);
            assertThat(fault.getMessage())
                    .startsWith(format.toUpperCase(Locale.ROOT) + " could not be decoded: ")
                    .contains("check that it opens in an image viewer");
        }
    }

    @Test
    void acceptsJpegWithoutEndMarker() throws Exception {
        byte[] whole = encoded(filled(16, 16, 0x808080), "jpeg");
        byte[] payload = Arrays.copyOf(whole, whole.length - 2);

        assertThat(decode(frame(payload), 16, 16, PLAIN, null)[0]).isCloseTo(128, within(2f));
    }

    @Test
    void rejectsCmykJpegSayingSo() {
        var fault = rejected(frame(fourComponentJpeg()), 8, 8);

        assertThat(fault.reason()).isEqualTo(RejectionReason.CORRUPT_IMAGE);
        assertThat(fault)
                .hasMessage(
                        "JPEG could not be decoded: it is CMYK; check that it opens in"
                                + " an image viewer and is grey, RGB or YCbCr");
    }

    @Test
    void faultsCarryTheirCauseButNoStackTrace() {
        byte[] payload = Arrays.copyOf(png(8, 8, 8, 2), 60);

        var fault = rejected(frame(payload), 8, 8);

        assertThat(fault.getStackTrace()).isEmpty();
        assertThat(fault).hasCauseInstanceOf(Exception.class);
    }

    @Test
    void goodFrameAfterABadOneIsDecoded() throws Exception {
        byte[] good = encoded(pattern(8, 8, BufferedImage.TYPE_3BYTE_BGR), "png");
        float[] output = new float[192];

        try (FrameDecoder decoder = decoder(8, 8, NORMALISATION, null)) {
            for (int length = good.length / 2; length > 0; length -= 7) {
                Frame bad = frame(Arrays.copyOf(good, length));
                assertThatExceptionOfType(UndecodableFrameException.class)
                        .isThrownBy(() -> decoder.decode(bad, output, 0));
                Arrays.fill(output, 0);
                decoder.decode(frame(good), output, 0);
                assertIsNormalisedPattern(output, 8, 8, 0, 0);
            }
        }
    }

    @Test
    void takesFormatsInAnyOrder() throws Exception {
        List<String> formats = List.of("png", "gif", "bmp", "jpeg");
        float[] output = new float[192];

        try (FrameDecoder decoder = decoder(8, 8, PLAIN, null)) {
            for (String before : formats) {
                for (String after : formats) {
                    decoder.decode(frame(encoded(filled(8, 8, 0), before)), output, 0);
                    decoder.decode(frame(encoded(filled(8, 8, 0xffffff), after)), output, 0);
                    assertThat(output[0])
                            .as("%s after %s", after, before)
                            .isCloseTo(255, within(2f));
                }
            }
        }
    }

    @Test
    void payloadIsNotModified() throws Exception {
        byte[] payload = encoded(pattern(8, 8, BufferedImage.TYPE_3BYTE_BGR), "png");
        byte[] before = payload.clone();

        decode(frame(payload), 5, 3, PLAIN, null);

        assertThat(payload).isEqualTo(before);
    }

    @Test
    void cropsBeforeResizing() throws Exception {
        byte[] payload = encoded(pattern(20, 30, BufferedImage.TYPE_3BYTE_BGR), "png");

        float[] output = decode(frame(payload), 8, 4, NORMALISATION, new Crop(12, 26, 8, 4));

        assertIsNormalisedPattern(output, 8, 4, 12, 26);
    }

    @Test
    void rejectsImageSmallerThanTheCrop() {
        byte[] payload = encoded(pattern(20, 30, BufferedImage.TYPE_3BYTE_BGR), "png");

        var fault =
                catchThrowableOfType(
                        UndecodableFrameException.class,
                        () -> decode(frame(payload), 8, 4, PLAIN, new Crop(13, 26, 8, 4)));

        assertThat(fault.reason()).isEqualTo(RejectionReason.OUTSIDE_CROP);
        assertThat(fault)
                .hasMessage(
                        "image has 20x30 pixels but the crop takes 8x4 from 13,26; send larger"
                                + " images or change the crop");
    }

    @Test
    void halvesByTheMeanOfFourPixels() throws Exception {
        byte[] raw = rawGrey(10, 20, 50, 60, 30, 40, 70, 81);

        float[] output = decode(frame(raw, "image/x-raw-rgb;width=4;height=2"), 2, 1, PLAIN, null);

        assertPlane(output, 0, 25, 65.25);
    }

    @Test
    void resizedWholeNumbersAreNormalisedToTheBitsOfTheTable() throws Exception {
        for (int value = 0; value < 256; value++) {
            byte[] raw = new byte[5 * 7 * 3];
            Arrays.fill(raw, (byte) value);
            Frame frame = frame(raw, "image/x-raw-rgb;width=5;height=7");

            float[] output = decode(frame, 3, 2, NORMALISATION, null);

            for (int channel = 0; channel < 3; channel++) {
                assertThat(Arrays.copyOfRange(output, channel * 6, channel * 6 + 6))
                        .containsOnly(NORMALISATION.table(channel)[value]);
            }
        }
    }

    @Test
    void oneDecoderTakesImagesOfAnySize() throws Exception {
        float[] output = new float[12];
        try (FrameDecoder decoder = decoder(2, 2, PLAIN, null)) {
            for (int side : new int[] {2, 64, 3, 1, 64, 2}) {
                byte[] payload = encoded(filled(side, side, 0x102030), "png");
                decoder.decode(frame(payload), output, 0);
                assertPlane(Arrays.copyOf(output, 4), 0, repeated(0x10, 4));
                assertPlane(Arrays.copyOfRange(output, 8, 12), 0, repeated(0x30, 4));
            }
        }
    }

    @Test
    void decodesAgainAfterClose() throws Exception {
        byte[] payload = encoded(pattern(8, 8, BufferedImage.TYPE_3BYTE_BGR), "png");
        float[] output = new float[192];
        FrameDecoder decoder = decoder(8, 8, NORMALISATION, null);

        decoder.decode(frame(payload), output, 0);
        decoder.close();
        decoder.decode(frame(payload), output, 0);
        decoder.close();

        assertIsNormalisedPattern(output, 8, 8, 0, 0);
    }

    @Test
    void refusesInputsThatAreNotRgb() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FrameDecoder(new FeatureShape(1, 8, 8), PLAIN, LIMITS, null))
                .withMessage(
                        "input shape was '1x8x8' but frames have 3 channels: red, green, blue");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                new FrameDecoder(
                                        new FeatureShape(3, 8, 8),
                                        new Normalisation(List.of(0f), List.of(1f)),
                                        LIMITS,
                                        null))
                .withMessage(
                        "normalisation was for '1' channels but frames have 3: red, green, blue");
    }

    private static FrameDecoder decoder(
            int width, int height, Normalisation normalisation, @Nullable Crop crop) {
        return new FrameDecoder(new FeatureShape(3, height, width), normalisation, LIMITS, crop);
    }

    private static float[] decode(
            Frame frame, int width, int height, Normalisation normalisation, @Nullable Crop crop)
            throws UndecodableFrameException {
        float[] output = new float[3 * height * width];
        try (FrameDecoder decoder = decoder(width, height, normalisation, crop)) {
            decoder.decode(frame, output, 0);
        }
        return output;
    }

    private static UndecodableFrameException rejected(Frame frame, int width, int height) {
        var fault =
                catchThrowableOfType(
                        UndecodableFrameException.class,
                        () -> decode(frame, width, height, PLAIN, null));
        assertThat(fault).as("a fault of " + frame).isNotNull();
        return fault;
    }

    private static void assertIsNormalisedPattern(
            float[] output, int width, int height, int left, int top) {
        for (int channel = 0; channel < 3; channel++) {
            float[] table = NORMALISATION.table(channel);
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    int value = (patternRgb(left + x, top + y) >> (16 - 8 * channel)) & 0xff;
                    assertThat(output[(channel * height + y) * width + x]).isEqualTo(table[value]);
                }
            }
        }
    }

    private static void assertAll(float[] output, double value) {
        assertPlane(output, 0, repeated(value, output.length));
    }

    private static void assertPlane(float[] output, int plane, double... expected) {
        for (int index = 0; index < expected.length; index++) {
            assertThat((double) output[plane * expected.length + index])
                    .as("value %d of plane %d", index, plane)
                    .isCloseTo(expected[index], within(1e-4));
        }
    }

    private static void assertShows(BufferedImage image, float[] output) {
        int pixels = image.getWidth() * image.getHeight();
        for (int pixel = 0; pixel < pixels; pixel++) {
            int rgb = image.getRGB(pixel % image.getWidth(), pixel / image.getWidth());
            assertThat(output[pixel]).isCloseTo((rgb >> 16) & 0xff, within(1e-4f));
            assertThat(output[pixels + pixel]).isCloseTo((rgb >> 8) & 0xff, within(1e-4f));
            assertThat(output[2 * pixels + pixel]).isCloseTo(rgb & 0xff, within(1e-4f));
        }
    }

    private static void assertPixel(float[] output, double... expected) {
        assertPlane(output, 0, expected);
    }

    private static double[] repeated(double value, int count) {
        double[] values = new double[count];
        Arrays.fill(values, value);
        return values;
    }

    private static byte[] rawPattern(int width, int height) {
        byte[] raw = new byte[3 * width * height];
        for (int pixel = 0; pixel < width * height; pixel++) {
            int rgb = patternRgb(pixel % width, pixel / width);
            raw[3 * pixel] = (byte) (rgb >> 16);
            raw[3 * pixel + 1] = (byte) (rgb >> 8);
            raw[3 * pixel + 2] = (byte) rgb;
        }
        return raw;
    }

    private static byte[] rawGrey(int... values) {
        byte[] raw = new byte[3 * values.length];
        for (int index = 0; index < raw.length; index++) {
            raw[index] = (byte) values[index / 3];
        }
        return raw;
    }

    private static BufferedImage filled(int width, int height, int rgb) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
        for (int pixel = 0; pixel < width * height; pixel++) {
            image.setRGB(pixel % width, pixel / width, rgb);
        }
        return image;
    }

    private static int paletteSize(byte[] gif) {
        return 2 << (gif[10] & 7);
    }

    private static int indexOf(byte[] bytes, byte value, int from) {
        int at = from;
        while (bytes[at] != value) {
            at++;
        }
        return at;
    }

    private static byte[] animation(BufferedImage... images) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
        try (var output = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(output);
            writer.prepareWriteSequence(null);
            for (BufferedImage image : images) {
                writer.writeToSequence(new IIOImage(image, null, null), null);
            }
            writer.endWriteSequence();
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    /** Tables and headers of an image of four components, which decoders take for CMYK. */
    private static byte[] fourComponentJpeg() {
        byte[] rgb = encoded(filled(8, 8, 0), "jpeg");
        ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
        jpeg.writeBytes(bytes(0xff, 0xd8));
        int at = 2;
        while ((rgb[at + 1] & 0xff) != 0xda) {
            int length = 2 + (((rgb[at + 2] & 0xff) << 8) | (rgb[at + 3] & 0xff));
            if ((rgb[at + 1] & 0xff) == 0xc0) {
                jpeg.writeBytes(bytes(0xff, 0xc0, 0, 20, 8, 0, 8, 0, 8, 4));
                for (int component = 1; component <= 4; component++) {
                    jpeg.writeBytes(bytes(component, 0x11, 0));
                }
            } else {
                jpeg.write(rgb, at, length);
            }
            at += length;
        }
        jpeg.writeBytes(bytes(0xff, 0xda, 0, 14, 4, 1, 0, 2, 0, 3, 0, 4, 0, 0, 63, 0));
        // Four blocks of a difference of 0 and no other coefficient: 001010 each.
        jpeg.writeBytes(bytes(0x28, 0xa2, 0x8a, 0xff, 0xd9));
        return jpeg.toByteArray();
    }
}
