package io.psconv.model.dataset;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.model.network.FeatureShape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageArchiveTest {
    private static final FeatureShape SHAPE = new FeatureShape(3, 2, 2);

    private final Path folder;
    private final ByteArrayOutputStream tar = new ByteArrayOutputStream();

    ImageArchiveTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void readsImagesByTheFolderTheyLieIn() throws IOException {
        entry("train/", "5", new byte[0]);
        entry("train/b/1.png", "0", image(4, 0x404040));
        entry("train/b/notes.txt", "0", new byte[] {1, 2, 3});
        entry("train/a/images/1.png", "0", image(2, 0x0000ff));
        gzip("train.tar.gz");
        tar.reset();
        entry("val/b/9.png", "0", image(2, 0x010101));
        plain("val.tar");

        TrainingSets sets = TrainingSets.open(folder, SHAPE, null, 0);

        assertThat(sets.train().classes()).containsExactly("a", "b");
        assertThat(sets.train().count()).isEqualTo(2);
        assertThat(sets.train().label(0)).isEqualTo(1);
        assertThat(sets.train().pixels(0)).containsOnly(0x40);
        assertThat(sets.train().label(1)).isZero();
        assertThat(sets.test().label(0)).isEqualTo(1);
        assertThat(sets.test().pixels(0)).containsOnly(1);
    }

    @Test
    void rejectsImagesOutsideOfClasses() throws IOException {
        entry("1.png", "0", image(2, 0));
        Path file = plain("train.tar");
        assertThatThrownBy(() -> open())
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "'"
                                + file
                                + "' had '1.png' but an image must lie in a folder named for its"
                                + " class");
        tar.reset();
        entry("c/1.png", "0", image(2, 0));
        plain("train.tar");
        assertThatThrownBy(() -> DataSets.open(folder, SHAPE, List.of("a", "b"), Split.TRAIN))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("its folder 'c' must be named for a class of [a, b]");
    }

    @Test
    void rejectsArchivesThatAreCutOff() throws IOException {
        entry("a/1.png", "0", image(2, 0));
        byte[] whole = tar.toByteArray();
        for (int length : new int[] {100, 512, 513, whole.length - 600}) {
            Files.write(folder.resolve("train.tar"), Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> open())
                    .as("length %d of %d", length, whole.length)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("'" + folder.resolve("train.tar") + "'")
                    .hasMessageContaining("make it again");
        }
    }

    @Test
    void rejectsHeadersThatLie() throws IOException {
        entry("a/1.png", "0", image(2, 0));
        byte[] whole = tar.toByteArray();
        whole[3] ^= 1;
        Files.write(folder.resolve("train.tar"), whole);
        assertThatThrownBy(() -> open())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("checksum of ");
        tar.reset();
        header("a/1.png", "0", 1L << 32);
        plain("train.tar");
        assertThatThrownBy(() -> open())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("size of 'a/1.png'")
                .hasMessageContaining("was '4294967296' but it must be at most 67108864 bytes");
        tar.reset();
        entry("a/1.png", "2", new byte[0]);
        plain("train.tar");
        assertThatThrownBy(() -> open())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("type of 'a/1.png'")
                .hasMessageContaining("was '2'");
    }

    @Test
    void rejectsGzipThatIsNone() throws IOException {
        Files.writeString(folder.resolve("train.tar.gz"), "text");
        assertThatThrownBy(() -> open()).isInstanceOf(IOException.class);
    }

    private LabelledImages open() throws IOException {
        return DataSets.open(folder, SHAPE, List.of(), Split.TRAIN);
    }

    private void entry(String name, String type, byte[] content) throws IOException {
        header(name, type, content.length);
        tar.write(content);
        tar.write(new byte[(512 - content.length % 512) % 512]);
    }

    private void header(String name, String type, long size) throws IOException {
        byte[] header = new byte[512];
        put(header, 0, name);
        put(header, 124, String.format(Locale.ROOT, "%011o", size));
        put(header, 148, "        ");
        put(header, 156, type);
        put(header, 257, "ustar");
        int sum = 0;
        for (byte value : header) {
            sum += value & 0xff;
        }
        put(header, 148, String.format(Locale.ROOT, "%06o\0 ", sum));
        tar.write(header);
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(US_ASCII);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    private Path plain(String name) throws IOException {
        tar.write(new byte[1024]);
        return Files.write(folder.resolve(name), tar.toByteArray());
    }

    private void gzip(String name) throws IOException {
        tar.write(new byte[1024]);
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(folder.resolve(name)))) {
            out.write(tar.toByteArray());
        }
    }

    private static byte[] image(int side, int colour) throws IOException {
        BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        for (int index = 0; index < side * side; index++) {
            image.setRGB(index % side, index / side, colour);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "png", bytes);
        return bytes.toByteArray();
    }
}
