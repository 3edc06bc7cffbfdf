package io.psconv.model.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.model.format.SharedData;
import io.psconv.model.network.FeatureShape;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingSetsTest {
    private static final FeatureShape SHAPE = new FeatureShape(3, 2, 2);
    private static final FeatureShape CIFAR = new FeatureShape(3, 32, 32);

    private final Path folder;

    TrainingSetsTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void splitsTheSameShareOffEveryClass() throws IOException {
        writeImages("My Lamps/on", 40);
        writeImages("My Lamps/off", 20);
        writeImages("My Lamps/odd", 2);
        Path lamps = folder.resolve("My Lamps");

        TrainingSets sets = TrainingSets.open(lamps, SHAPE, 0.1, 5);

        assertThat(sets.name()).isEqualTo("my-lamps");
        assertThat(sets.train().classes()).containsExactly("odd", "off", "on");
        assertThat(counts(sets.test())).containsExactly(1, 2, 4);
        assertThat(counts(sets.train())).containsExactly(1, 18, 36);
        assertThat(TrainingSets.open(lamps, SHAPE, 0.1, 5).digest()).isEqualTo(sets.digest());
        assertThat(TrainingSets.open(lamps, SHAPE, 0.1, 6).digest()).isNotEqualTo(sets.digest());
    }

    @Test
    void givesTestImagesTheClassesOfTheTraining() throws IOException {
        writeImages("train/a", 3);
        writeImages("train/b", 3);
        writeImages("val/b", 2);

        TrainingSets sets = TrainingSets.open(folder, SHAPE, null, 5);

        assertThat(sets.test().classes()).containsExactly("a", "b");
        assertThat(sets.test().label(0)).isEqualTo(1);
        assertThat(sets.withClasses(List.of("b", "a")).test().label(0)).isZero();
    }

    @Test
    void wantsAShareExactlyWhereThereIsNoTestPart() throws IOException {
        writeImages("plain/a", 2);
        writeImages("plain/b", 2);
        writeImages("parts/train/a", 2);
        writeImages("parts/val/a", 2);
        assertThatThrownBy(() -> TrainingSets.open(folder.resolve("plain"), SHAPE, null, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has no test part")
                .hasMessageContaining("say which share of the images to split off");
        assertThatThrownBy(() -> TrainingSets.open(folder.resolve("parts"), SHAPE, 0.1, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has a test part already; leave the share out");
        assertThatThrownBy(() -> TrainingSets.open(folder.resolve("plain"), SHAPE, 1.0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("validation share was '1.0'");
    }

    @Test
    void rejectsWhatNothingCanBeLearnedFrom() throws IOException {
        writeImages("one/a", 4);
        assertThatThrownBy(() -> TrainingSets.open(folder.resolve("one"), SHAPE, 0.5, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the training images were all of one class");
        Files.write(folder.resolve("data_batch_1.bin"), new byte[3073 * 2]);
        assertThatThrownBy(() -> TrainingSets.open(folder, CIFAR, 0.5, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("all of one class");
    }

    @Test
    void rejectsATestClassWithoutTrainingImages() throws IOException {
        byte[] train = new byte[3 * 3073];
        train[3073] = 1;
        byte[] test = new byte[3073];
        test[0] = 9;
        Files.write(folder.resolve("data_batch_1.bin"), train);
        Files.write(folder.resolve("test_batch.bin"), test);
        assertThatThrownBy(() -> TrainingSets.open(folder, CIFAR, null, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "class 'truck' has 1 test images but no training image; add some, or remove"
                                + " it");
    }

    @Test
    void rejectsImagesWithoutLabels() {
        LabelledImages images =
                new LabelledImages(SHAPE, List.of("a", "b"), new byte[36], new int[] {0, 1, -1});
        assertThatThrownBy(() -> new TrainingSets("x", images, images))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("image 2 of the training images has no label");
    }

    @Test
    void knowsPublishedNormalisationsAndMeasuresOthers() {
        byte[] pixels = new byte[2 * SHAPE.length()];
        Arrays.fill(pixels, 0, 4, (byte) 255);
        Arrays.fill(pixels, 4, 8, (byte) 51);
        Arrays.fill(pixels, 16, 20, (byte) 51);
        TrainingSets own = sets(SHAPE, List.of("a", "b"), pixels);
        assertThat(own.normalisation().mean()).containsExactly(0.5f, 0.2f, 0f);
        // A colour that never changes is divided by 1.
        assertThat(own.normalisation().standardDeviation()).containsExactly(0.5f, 1f, 1f);
        assertThat(sets(SHAPE, List.of("n01443537", "n01629819"), pixels).normalisation().mean())
                .containsExactly(0.485f, 0.456f, 0.406f);
        assertThat(sets(SHAPE, DataSets.CIFAR10_CLASSES, pixels).normalisation().mean())
                .containsExactly(0.4914f, 0.4822f, 0.4465f);
    }

    @Test
    void readsTinyImageNetAsItIsShared() throws IOException {
        Path shared = SharedData.file("tiny-imagenet");
        // All of it takes half a minute: the archive of test images stands for both.
        Path archive = shared.resolve("val.tar.gz");
        List<String> names = ImageArchive.classNames(List.of(archive));
        assertThat(names).hasSize(200).isSorted();
        List<String> listed =
                Files.readAllLines(shared.resolve("classes.tsv")).stream()
                        .map(line -> line.split("\t")[1])
                        .filter(name -> name.startsWith("n"))
                        .toList();
        assertThat(names).isEqualTo(listed);
        assertThat(DataSets.hasTestPart(shared)).isTrue();
    }

    private static TrainingSets sets(FeatureShape shape, List<String> classes, byte[] pixels) {
        LabelledImages images = new LabelledImages(shape, classes, pixels, new int[] {0, 1});
        return new TrainingSets("x", images, images);
    }

    private static int[] counts(LabelledImages images) {
        int[] counts = new int[images.classes().size()];
        for (int image = 0; image < images.count(); image++) {
            counts[images.label(image)]++;
        }
        return counts;
    }

    private void writeImages(String name, int count) throws IOException {
        Path target = Files.createDirectories(folder.resolve(name));
        for (int number = 0; number < count; number++) {
            BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB);
            image.setRGB(0, 0, (number << 8) | (name.hashCode() & 0xff));
            ImageIO.write(image, "png", target.resolve(number + ".png").toFile());
        }
    }
}
