package io.psconv.model.dataset;

import static io.psconv.model.dataset.DataSets.CIFAR10_CLASSES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.model.format.SharedData;
import io.psconv.model.network.FeatureShape;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataSetsTest {
    private static final FeatureShape CIFAR = new FeatureShape(3, 32, 32);
    private static final FeatureShape TINY = new FeatureShape(3, 2, 2);
    private static final int RECORD = 3073;

    private final Path folder;

    DataSetsTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void readsBinaryBatchesOfTheSplit() throws IOException {
        byte[] test = records(3, 1);
        byte[] first = records(2, 2);
        byte[] second = records(1, 3);
        Files.write(folder.resolve("test_batch.bin"), test);
        Files.write(folder.resolve("data_batch_2.bin"), second);
        Files.write(folder.resolve("data_batch_1.bin"), first);
        assertThat(asRecords(DataSets.open(folder, CIFAR, List.of(), Split.TEST))).isEqualTo(test);
        LabelledImages train = DataSets.open(folder, CIFAR, CIFAR10_CLASSES, Split.TRAIN);
        assertThat(train.classes()).isEqualTo(CIFAR10_CLASSES);
        assertThat(asRecords(train))
                .isEqualTo(ByteBuffer.allocate(3 * RECORD).put(first).put(second).array());
    }

    @Test
    void readsOneBatchFile() throws IOException {
        byte[] records = records(2, 4);
        Path file = Files.write(folder.resolve("data_batch_1.bin"), records);
        assertThat(asRecords(DataSets.open(file, CIFAR, List.of(), Split.TEST))).isEqualTo(records);
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "3072", "3074"})
    void rejectsBinaryFilesOfAnotherSize(int size) throws IOException {
        Path file = Files.write(folder.resolve("test_batch.bin"), new byte[size]);
        assertThatThrownBy(() -> DataSets.open(folder, CIFAR, List.of(), Split.TEST))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("size of '" + file + "' was '" + size + "' bytes");
    }

    @Test
    void rejectsALabelBeyondTheClasses() throws IOException {
        byte[] records = records(2, 5);
        records[RECORD] = 10;
        Files.write(folder.resolve("test_batch.bin"), records);
        assertThatThrownBy(() -> DataSets.open(folder, CIFAR, List.of(), Split.TEST))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("label of record 1 in")
                .hasMessageContaining("was '10' but there are 10 classes");
    }

    @Test
    void rejectsBinaryBatchesForAnotherInput() throws IOException {
        Files.write(folder.resolve("test_batch.bin"), records(1, 1));
        FeatureShape large = new FeatureShape(3, 64, 64);
        assertThatThrownBy(() -> DataSets.open(folder, large, List.of(), Split.TEST))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("input shape was '3x64x64'");
    }

    @Test
    void readsStackedImages() throws IOException {
        writeStack("set-test.png", 2, 4);
        Files.write(folder.resolve("set-test.labels"), new byte[] {1, 0});
        LabelledImages images = DataSets.open(folder, TINY, List.of("a", "b"), Split.TEST);
        assertThat(images.count()).isEqualTo(2);
        assertThat(images.label(0)).isEqualTo(1);
        // Stored (250, 10, 20 + row) is (250 + 10, 10, 20 + row + 10) modulo 256.
        assertThat(images.pixels(1)).containsExactly(4, 4, 4, 4, 10, 10, 10, 10, 32, 32, 33, 33);
    }

    @Test
    void readsStackedImagesWithoutLabels() throws IOException {
        writeStack("set-test.png", 2, 4);
        LabelledImages images = DataSets.open(folder, TINY, List.of("a", "b"), Split.TEST);
        assertThat(images.label(0)).isEqualTo(LabelledImages.UNLABELLED);
    }

    @Test
    void rejectsLabelsThatDoNotFit() throws IOException {
        writeStack("set-test.png", 2, 4);
        Files.write(folder.resolve("set-test.labels"), new byte[3]);
        assertThatThrownBy(() -> DataSets.open(folder, TINY, List.of("a", "b"), Split.TEST))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("was '3' bytes but it must be one byte for each of the 2");
        Files.write(folder.resolve("set-test.labels"), new byte[] {0, 2});
        assertThatThrownBy(() -> DataSets.open(folder, TINY, List.of("a", "b"), Split.TEST))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("label of image 1 in")
                .hasMessageContaining("was '2' but there are 2 classes");
    }

    @ParameterizedTest
    @CsvSource({"3, 4", "2, 3"})
    void rejectsStacksOfAnotherSize(int width, int height) throws IOException {
        writeStack("set-test.png", width, height);
        assertThatThrownBy(() -> DataSets.open(folder, TINY, List.of("a"), Split.TEST))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("was " + width + "x" + height + " of 8 bits, colour type 2")
                .hasMessageContaining("must be 8-bit RGB, 2 wide, their height a multiple of 2");
    }

    @Test
    void rejectsAHugeStackFromItsHeader() throws IOException {
        byte[] header =
                ByteBuffer.allocate(40)
                        .putLong(0x89504e470d0a1a0aL)
                        .putInt(13)
                        .putInt(0x49484452)
                        .putInt(2)
                        .putInt(2_000_000_000)
                        .put((byte) 8)
                        .put((byte) 2)
                        .array();
        Files.write(folder.resolve("test.png"), header);
        assertThatThrownBy(() -> DataSets.open(folder, TINY, List.of("a"), Split.TEST))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("at most 268435456 pixels");
    }

    @Test
    void rejectsGreyAndForeignFilesAsStacks() throws IOException {
        ImageIO.write(
                new BufferedImage(2, 2, BufferedImage.TYPE_BYTE_GRAY),
                "png",
                folder.resolve("test.png").toFile());
        assertThatThrownBy(() -> DataSets.open(folder, TINY, List.of("a"), Split.TEST))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("must be 8-bit RGB");
        Files.writeString(folder.resolve("test.png"), "no image, but long enough to be one");
        assertThatThrownBy(() -> DataSets.open(folder, TINY, List.of("a"), Split.TEST))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is no PNG file");
    }

    @Test
    void readsAFolderOfImagesByClass() throws IOException {
        writeImage("cat/2.png", 4, 4, 0x404040);
        writeImage("cat/1.jpg", 2, 2, 0x808080);
        writeImage("ant/1.bmp", 2, 2, 0x0000ff);
        Files.writeString(folder.resolve("cat/notes.txt"), "not an image");
        Files.createDirectory(folder.resolve(".hidden"));
        LabelledImages sorted = DataSets.open(folder, TINY, List.of(), Split.TEST);
        assertThat(sorted.classes()).containsExactly("ant", "cat");
        assertThat(sorted.count()).isEqualTo(3);
        assertThat(sorted.label(0)).isZero();
        assertThat(sorted.pixels(0)).containsExactly(0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255);
        assertThat(sorted.pixels(2)).containsOnly(0x40);
        LabelledImages given =
                DataSets.open(folder, TINY, List.of("cat", "dog", "ant"), Split.TRAIN);
        assertThat(given.label(0)).isZero();
        assertThat(given.label(2)).isEqualTo(2);
    }

    @Test
    void readsTheFolderOfTheSplit() throws IOException {
        writeImage("train/ant/1.png", 2, 2, 0x010101);
        writeImage("val/ant/1.png", 2, 2, 0x020202);
        assertThat(DataSets.open(folder, TINY, List.of(), Split.TRAIN).pixels(0)).containsOnly(1);
        assertThat(DataSets.open(folder, TINY, List.of(), Split.TEST).pixels(0)).containsOnly(2);
    }

    @Test
    void rejectsAFolderThatIsNoClass() throws IOException {
        writeImage("cat/1.png", 2, 2, 0);
        writeImage("cow/1.png", 2, 2, 0);
        assertThatThrownBy(() -> DataSets.open(folder, TINY, List.of("cat", "ant"), Split.TEST))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("had a sub-folder 'cow'")
                .hasMessageContaining("a class of [cat, ant]");
    }

    @Test
    void namesTheImageThatIsDamaged() throws IOException {
        Path file = writeImage("cat/1.png", 40, 40, 0x123456);
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, 60));
        assertThatThrownBy(() -> DataSets.open(folder, TINY, List.of(), Split.TEST))
                .isInstanceOf(IOException.class)
                .hasMessage("'" + file + "' is a damaged image; replace it");
        Files.writeString(file, "text");
        assertThatThrownBy(() -> DataSets.open(folder, TINY, List.of(), Split.TEST))
                .isInstanceOf(IOException.class)
                .hasMessage("'" + file + "' is no image; PNG, JPEG, BMP and GIF are read");
    }

    @Test
    void rejectsAnImageWithTooManyPixels() throws IOException {
        Path file = writeImage("cat/1.png", 5000, 4000, 0);
        assertThatThrownBy(() -> DataSets.open(folder, TINY, List.of(), Split.TEST))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "'"
                                + file
                                + "' has '20000000' pixels but it must have at most 16777216; scale"
                                + " it down");
    }

    @Test
    void saysWhatIsMissing() throws IOException {
        Path nowhere = folder.resolve("nowhere");
        assertThatThrownBy(() -> DataSets.open(nowhere, TINY, List.of(), Split.TEST))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("there is no such folder");
        assertThatThrownBy(() -> DataSets.open(folder, TINY, List.of(), Split.TEST))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("but it must hold *.bin or *.png batches");
        Path text = Files.writeString(folder.resolve("a.txt"), "");
        assertThatThrownBy(() -> DataSets.open(text, TINY, List.of(), Split.TEST))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a batch file must end in .bin or .png");
        Files.write(folder.resolve("data_batch_1.bin"), records(1, 1));
        assertThatThrownBy(() -> DataSets.open(folder, CIFAR, List.of(), Split.TEST))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("split was 'test' but '" + folder + "' has only [data_batch_1.bin]");
        Path empty = Files.createDirectory(folder.resolve("images"));
        Files.createDirectory(empty.resolve("cat"));
        assertThatThrownBy(() -> DataSets.open(empty, TINY, List.of(), Split.TEST))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the data set has '0' images");
    }

    @Test
    void readsTheWholeTestSetAsPublished() throws Exception {
        Path cifar = SharedData.file("cifar10");
        LabelledImages images = DataSets.open(cifar, CIFAR, List.of(), Split.TEST);
        assertThat(images.count()).isEqualTo(10_000);
        assertThat(sha256(asRecords(images)))
                .as("the official test_batch.bin")
                .isEqualTo("8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b");
    }

    @Test
    void readsATrainingBatchAsPublished() throws Exception {
        Path file = SharedData.file("cifar10/data_batch_1.png");
        assertThat(sha256(asRecords(DataSets.open(file, CIFAR, List.of(), Split.TRAIN))))
                .as("the official data_batch_1.bin")
                .isEqualTo("cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5");
    }

    @Test
    void bundlesTheFirstTestImages() throws Exception {
        LabelledImages sample = DataSets.open(samples(), CIFAR, List.of(), Split.TEST);
        assertThat(sample.count()).isEqualTo(2000);
        assertThat(sample.classes().get(sample.label(0))).isEqualTo("cat");
        LabelledImages all =
                DataSets.open(
                        SharedData.file("cifar10/test_batch.png"), CIFAR, List.of(), Split.TEST);
        assertThat(asRecords(sample)).isEqualTo(asRecords(all.first(2000)));
    }

    private static Path samples() {
        return Path.of(System.getProperty("psconv.root", ".."), "model-store", "samples");
    }

    private static byte[] records(int count, long seed) {
        byte[] records = new byte[count * RECORD];
        new Random(seed).nextBytes(records);
        for (int record = 0; record < count; record++) {
            records[record * RECORD] = (byte) (record % 10);
        }
        return records;
    }

    private static byte[] asRecords(LabelledImages images) {
        byte[] records = new byte[images.count() * RECORD];
        for (int index = 0; index < images.count(); index++) {
            records[index * RECORD] = (byte) images.label(index);
            images.copyPixels(index, records, index * RECORD + 1);
        }
        return records;
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    /** Every pixel is (250, 10, 20 + row). */
    private void writeStack(String name, int width, int height) throws IOException {
        BufferedImage stack = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                stack.setRGB(x, y, 250 << 16 | 10 << 8 | 20 + y);
            }
        }
        ImageIO.write(stack, "png", folder.resolve(name).toFile());
    }

    private Path writeImage(String name, int width, int height, int colour) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, colour);
            }
        }
        String ending = name.substring(name.lastIndexOf('.') + 1);
        assertThat(ImageIO.write(image, ending, file.toFile())).isTrue();
        return file;
    }
}
