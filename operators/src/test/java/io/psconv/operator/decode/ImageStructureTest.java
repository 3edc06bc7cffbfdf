package io.psconv.operator.decode;

import static io.psconv.operator.decode.TestImages.bytes;
import static io.psconv.operator.decode.TestImages.encoded;
import static io.psconv.operator.decode.TestImages.pattern;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.psconv.operator.record.RejectionReason;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is counted or left out of an image file before it is decoded. */
class ImageStructureTest {
    private static final byte[] SCAN = bytes(0xff, 0xda, 0, 3, 9, 1, 2, 3);

    @Test
    void countsScansUpToTheEndOfTheImage() throws Exception {
        byte[] jpeg =
                joined(bytes(0xff, 0xd8), SCAN, SCAN, bytes(0xff, 0xd9), SCAN, bytes(0xff, 0xd9));

        assertThat(JpegSegments.check(jpeg, 2)).isEqualTo(2);
    }

    @Test
    void countsOneScanOfWhatImageIoWrites() throws Exception {
        byte[] jpeg = encoded(pattern(200, 200, BufferedImage.TYPE_3BYTE_BGR), "jpeg");

        assertThat(JpegSegments.check(jpeg, 1)).isEqualTo(1);
    }

    @Test
    void takesNoMarkerFromInsideASegmentOrFromStuffedBytes() throws Exception {
        byte[] comment = bytes(0xff, 0xfe, 0, 6, 0xff, 0xda, 0xff, 0xda);
        byte[] stuffed = bytes(0xff, 0xda, 0, 2, 0xff, 0, 0xff, 0xd0, 0xff, 0xff, 0xff, 0xd7);
        byte[] jpeg = joined(bytes(0xff, 0xd8), comment, stuffed, bytes(0xff, 0xd9));

        assertThat(JpegSegments.check(jpeg, 1)).isEqualTo(1);
    }

    @Test
    void unknownMarkersHideNoScan() {
        byte[] hiding = bytes(0xff, 0x02, 0xff, 0xff);
        byte[] jpeg = joined(bytes(0xff, 0xd8), SCAN, hiding, SCAN, SCAN);

        assertThatExceptionOfType(UndecodableFrameException.class)
                .isThrownBy(() -> JpegSegments.check(jpeg, 2))
                .withMessage(
                        "image has more than 2 scans, each of which is a pass over all pixels; send"
                                + " a baseline JPEG or raise the limit")
                .extracting(UndecodableFrameException::reason)
                .isEqualTo(RejectionReason.TOO_MANY_SCANS);
    }

    @Test
    void endsWithThePayloadWhereverThatIs() throws Exception {
        byte[] jpeg = joined(bytes(0xff, 0xd8, 0xff, 0xfe, 0, 4, 1, 2), SCAN);

        for (int length = 2; length <= jpeg.length; length++) {
            assertThat(JpegSegments.check(Arrays.copyOf(jpeg, length), 9)).isLessThan(2);
        }
    }

    @ParameterizedTest
    @CsvSource({"0,1", "1,1", "16,1", "17,2", "64,4"})
    void everySixteenScansCountAsOnePass(int scans, int passes) {
        assertThat(JpegSegments.passes(scans)).isEqualTo(passes);
    }

    @Test
    void keepsAGifWithoutCommentsAsItIs() throws Exception {
        byte[] gif = encoded(pattern(4, 4, BufferedImage.TYPE_BYTE_INDEXED), "gif");

        assertThat(GifExtensions.without(gif)).isSameAs(gif);
    }

    @Test
    void leavesOutAllExtensionsButTheLastGraphicControl() throws Exception {
        byte[] header =
                bytes('G', 'I', 'F', '8', '9', 'a', 4, 0, 4, 0, 0x80, 0, 0, 1, 2, 3, 4, 5, 6);
        byte[] control = bytes(0x21, 0xf9, 4, 1, 0, 0, 7, 0);
        byte[] other = bytes(0x21, 0xf9, 4, 1, 0, 0, 8, 0);
        byte[] comment = bytes(0x21, 0xfe, 2, 'h', 'i', 1, '!', 0);
        byte[] image = bytes(0x2c, 0, 0, 0, 0, 4, 0, 4, 0, 0);

        assertThat(GifExtensions.without(joined(header, other, comment, control, comment, image)))
                .isEqualTo(joined(header, control, image));
        assertThat(GifExtensions.without(joined(header, comment, image)))
                .isEqualTo(joined(header, image));
        assertThat(GifExtensions.without(Arrays.copyOf(header, 15))).hasSize(15);
    }

    @Test
    void rejectsAGifThatEndsInsideOfAnExtension() {
        byte[] gif = bytes('G', 'I', 'F', '8', '9', 'a', 4, 0, 4, 0, 0, 0, 0, 0x21, 0xfe, 9, 1);

        assertThatExceptionOfType(UndecodableFrameException.class)
                .isThrownBy(() -> GifExtensions.without(gif))
                .withMessageStartingWith(
                        "GIF could not be decoded: it ends inside of an extension");
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            bytes.writeBytes(part);
        }
        return bytes.toByteArray();
    }
}
