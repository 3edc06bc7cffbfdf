package io.psconv.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MotionJpegTest {
    @Test
    void cutsConcatenatedImagesAsTheyWere() throws IOException {
        List<byte[]> images = List.of(jpeg(1, false), jpeg(2, true), jpeg(3, false));

        assertThat(frames(concatenated(images))).containsExactlyElementsOf(images);
    }

    @Test
    void aThumbnailWithinASegmentDoesNotEndTheFrame() throws IOException {
        byte[] image = jpeg(1, false);
        byte[] thumbnail = jpeg(2, false);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(image, 0, 2);
        int length = thumbnail.length + 2;
        out.write(new byte[] {(byte) 0xFF, (byte) 0xE1, (byte) (length >> 8), (byte) length});
        out.write(thumbnail);
        out.write(image, 2, image.length - 2);

        assertThat(frames(concatenated(List.of(out.toByteArray(), image))))
                .containsExactly(out.toByteArray(), image);
    }

    @Test
    void skipsBytesBetweenFrames() throws IOException {
        byte[] image = jpeg(1, false);
        byte[] stream =
                concatenated(List.of(hex("00ff00d8ff"), image, hex("ffffff"), image, hex("ff")));

        assertThat(frames(stream)).containsExactly(image, image);
    }

    @Test
    void keepsRestartsStuffedAndFillBytes() throws IOException {
        // SOI, SOS of 2 bytes, data with FF00, RST0, RST7 and fill bytes before EOI.
        byte[] image = hex("ffd8" + "ffda0002" + "01ff00ffd002ffd703" + "ffffffd9");

        assertThat(frames(concatenated(List.of(image, image)))).containsExactly(image, image);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00", "ff", "d8ff", "nothing of an image"})
    void findsNothingWhereThereIsNothing(String text) throws IOException {
        assertThat(frames(text.getBytes(java.nio.charset.StandardCharsets.UTF_8))).isEmpty();
    }

    @Test
    void saysWhichFrameIsCutShort() throws IOException {
        byte[] image = jpeg(1, false);
        byte[] stream = concatenated(List.of(image, image));

        for (int cut : new int[] {1, 2, image.length / 2, image.length - 3}) {
            byte[] shorter = java.util.Arrays.copyOf(stream, stream.length - cut);
            assertThatThrownBy(() -> frames(shorter))
                    .isInstanceOf(EOFException.class)
                    .hasMessage(
                            "motion JPEG ends within frame 2, which starts at byte "
                                    + image.length
                                    + "; cut the file there");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "car-parking_ccby4.mjpeg, 377",
        "car-highway_mit.mjpeg, 38",
        "automobile-roundabout_davis-car-roundabout.mjpeg, 75",
        "horse_davis-horsejump-high.mjpeg, 50",
    })
    void cutsRealClips(String name, int count) throws IOException {
        Path clip = Path.of(System.getProperty("psconv.shared-data", ""), "clips", name);
        assumeTrue(Files.exists(clip), clip + " is not there");

        byte[] stream = Files.readAllBytes(clip);
        List<byte[]> frames = frames(stream);

        assertThat(frames).hasSize(count);
        assertThat(concatenated(frames)).isEqualTo(stream);
        BufferedImage last = ImageIO.read(new ByteArrayInputStream(frames.get(count - 1)));
        assertThat(last.getWidth()).isEqualTo(320);
        assertThat(last.getHeight()).isEqualTo(180);
    }

    private static List<byte[]> frames(byte[] stream) throws IOException {
        List<byte[]> frames = new ArrayList<>();
        try (MotionJpeg splitter = new MotionJpeg(new ByteArrayInputStream(stream))) {
            for (byte[] next = splitter.next(); next != null; next = splitter.next()) {
                frames.add(next);
            }
            assertThat(splitter.next()).isNull();
        }
        return frames;
    }

    /** An image of noise, which has FF bytes in its data. */
    static byte[] jpeg(int seed, boolean progressive) throws IOException {
        BufferedImage image = new BufferedImage(48, 32, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(seed);
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                image.setRGB(x, y, random.nextInt());
            }
        }
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ImageOutputStream target = ImageIO.createImageOutputStream(out)) {
            writer.setOutput(target);
            ImageWriteParam parameters = writer.getDefaultWriteParam();
            parameters.setProgressiveMode(
                    progressive ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
            writer.write(null, new IIOImage(image, List.of(), null), parameters);
        } finally {
            writer.dispose();
        }
        return Objects.requireNonNull(out.toByteArray());
    }

    static byte[] concatenated(List<byte[]> parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        parts.forEach(out::writeBytes);
        return out.toByteArray();
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}
