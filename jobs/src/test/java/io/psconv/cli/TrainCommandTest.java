package io.psconv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.psconv.model.dataset.TrainingSets;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.Normalisation;
import io.psconv.model.format.UntrainedModel;
import io.psconv.model.network.Architectures;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.pattern.Variant;
import io.psconv.model.store.ModelStore;
import io.psconv.model.training.Checkpoint;
import io.psconv.model.training.EpochRecord;
import io.psconv.model.training.LearningRateSchedule;
import io.psconv.model.training.Recipe;
import io.psconv.model.training.SgdSettings;
import io.psconv.model.training.StepReport;
import io.psconv.model.training.Trainer;
import io.psconv.model.training.TrainingEngines;
import io.psconv.model.training.TrainingLength;
import io.psconv.model.training.TrainingListener;
import io.psconv.model.training.TrainingTask;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainCommandTest {
    private final Path folder;
    private final Path data;
    private final Path store;
    private final Path checkpoint;

    TrainCommandTest(@TempDir Path folder) throws IOException {
        this.folder = folder;
        this.data = folder.resolve("lamps");
        this.store = folder.resolve("store");
        this.checkpoint = folder.resolve("lamp.checkpoint.safetensors");
        writeImages("on", 12, 0xe0e0e0);
        writeImages("off", 12, 0x101010);
    }

    @Test
    void trainsAndPublishesWithItsRecord() throws Exception {
        CommandRun run = train("--epochs", "3", "--weights", "F32");

        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        List<String> lines = run.out().lines().toList();
        assertThat(lines.get(0))
                .startsWith(
                        "data       lamps: 18 training and 6 test images of 2 classes, sha256:");
        assertThat(lines.get(1))
                .startsWith(
                        "network    resnet20 3x32x32 to 2 classes, PSD1_P16: 46,482 parameters,");
        assertThat(lines.get(2)).isEqualTo("engine     bias, one bias; 1 threads");
        assertThat(run.out())
                .contains("hours an epoch (")
                .contains("epoch   1.00  loss ")
                .contains("epoch   3.00  loss ")
                .containsPattern("accuracy   \\d+\\.\\d\\d % of 6 test images \\(F32\\)")
                .contains("published  lamp@1 in " + store + ", F32");
        assertThat(folder.resolve("lamp.svg")).content().contains("<svg", "prefers-color-scheme");
        ModelStore models = new ModelStore(store);
        CompressedModel model = models.read(models.resolve("lamp"));
        assertThat(model.metadata().labels()).containsExactly("off", "on");
        assertThat(model.metadata().dataset()).isEqualTo("lamps");
        assertThat(model.golden()).isNotNull();
        assertThat(model.metadata().provenance())
                .containsKeys("recipe", "hours", "data_digest", "test_accuracy_percent")
                .containsEntry("epochs", "3.00")
                .containsEntry("seed", "4")
                .containsEntry("engine", "bias (one bias)")
                .containsEntry("train_images", "18");
        assertThat(store.resolve("lamp").resolve("1").resolve("learning-curve.svg"))
                .hasSameBinaryContentAs(folder.resolve("lamp.svg"));
        assertThat(Checkpoint.read(checkpoint).published()).isEqualTo("lamp@1");

        // The model is in the store: its checkpoint does not stand in the way.
        assertThat(train("--epochs", "1").out()).contains("published  lamp@2");
        CommandRun again = train("--epochs", "1", "--resume");
        assertThat(again.status()).isEqualTo(1);
        assertThat(again.err()).contains("has ended and was published as lamp@2");
    }

    @Test
    void printsTheSameAsJson() throws Exception {
        CommandRun run = train("--epochs", "2", "--json");

        assertThat(run.status()).isZero();
        JsonNode facts = new ObjectMapper().readTree(run.out());
        assertThat(facts.get("model").asText()).isEqualTo("lamp");
        assertThat(facts.get("variant").asText()).isEqualTo("PSD1_P16");
        assertThat(facts.get("accuracy").isNumber()).isTrue();
        assertThat(facts.get("accuracyF16").isNumber()).isTrue();
        assertThat(facts.get("weights").asText()).isEqualTo("F16");
        assertThat(facts.get("batch").asInt()).isEqualTo(8);
        assertThat(facts.get("history")).hasSize(2);
        assertThat(run.err()).contains("published  lamp@1");
    }

    @Test
    void goesOnWithTheSameRecipeOnly() throws Exception {
        stopAfterOneStep();

        CommandRun anew = train("--epochs", "3");
        assertThat(anew.status()).isEqualTo(1);
        assertThat(anew.err())
                .contains("checkpoint '" + checkpoint + "' is of a training that has not ended");
        CommandRun other = train("--epochs", "3", "--resume", "--no-nesterov");
        assertThat(other.status()).isEqualTo(1);
        assertThat(other.err()).contains("recipe has nesterov 'true' and not 'false'");
        assertThat(Checkpoint.read(checkpoint).position().step()).isEqualTo(1);

        CommandRun resumed = train("--epochs", "3", "--resume");
        assertThat(resumed.err()).isEmpty();
        assertThat(resumed.status()).isZero();
        assertThat(resumed.out()).contains("published  lamp@1");
    }

    @Test
    void refusesToResumeWithOtherImagesOrWithout() throws Exception {
        CommandRun none = train("--epochs", "3", "--resume");
        assertThat(none.status()).isEqualTo(1);
        assertThat(none.err()).contains("--resume was given but there is no checkpoint");
        stopAfterOneStep();
        writeImages("on", 13, 0xe0e0e0);
        CommandRun other = train("--epochs", "3", "--resume");
        assertThat(other.status()).isEqualTo(1);
        assertThat(other.err()).contains("the checkpoint's images have digest");
    }

    @Test
    void namesACheckpointThatIsDamaged() throws Exception {
        stopAfterOneStep();
        byte[] bytes = Files.readAllBytes(checkpoint);
        Files.write(checkpoint, Arrays.copyOf(bytes, bytes.length / 2));

        CommandRun run = train("--epochs", "3", "--resume");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.err())
                .startsWith("psconv: checkpoint '" + checkpoint + "' cannot be gone on from, ")
                .contains("; start anew with another file, or remove this one");
    }

    @Test
    void saysAtWhichStepTheLossWasLost() throws Exception {
        CommandRun run = train("--epochs", "60", "--learning-rate", "99", "--momentum", "0.99");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err())
                .startsWith("psconv: the loss was 'NaN' in epoch ")
                .contains(", step ", "at learning rate ", "checkpoint '" + checkpoint + "' keeps");
        assertThat(Checkpoint.read(checkpoint).isPublished()).isFalse();
        assertThat(store.resolve("lamp")).doesNotExist();
    }

    @Test
    void saysWhatIsWrongBeforeItReadsImages() {
        assertThat(train().status()).isEqualTo(2);
        assertThat(train("--epochs", "1", "--time", "1m").status()).isEqualTo(2);
        CommandRun time = train("--time", "soon");
        assertThat(time.status()).isEqualTo(2);
        assertThat(time.err()).contains("'soon' is no time like 90s, 45m or 12h");
        CommandRun unit = train("--time", "45");
        assertThat(unit.status()).isEqualTo(2);
        assertThat(unit.err()).contains("'45' has no unit; write 90s, 45m or 12h");
        CommandRun engine = train("--epochs", "1", "--engine", "abacus");
        assertThat(engine.status()).isEqualTo(1);
        assertThat(engine.err()).contains("engine was 'abacus' but it must be one of [", "bias");
        CommandRun variant = train("--epochs", "1", "--variant", "PS5");
        assertThat(variant.status()).isEqualTo(1);
        assertThat(variant.err()).contains("variant was 'PS5'");
        CommandRun batch = train("--epochs", "1", "--batch", "7");
        assertThat(batch.status()).isEqualTo(1);
        assertThat(batch.err()).contains("batch was '7' but this engine trains multiples of 2");
        assertThat(checkpoint).doesNotExist();
    }

    @Test
    void beginsWithAModelOfTheStore() throws Exception {
        publish("other", List.of("cat", "cow", "dog"));
        CommandRun run = train("--epochs", "1", "--init", "other", "--weights", "F32");
        assertThat(run.err()).isEmpty();
        ModelStore models = new ModelStore(store);
        CompressedModel from = models.read(models.resolve("other"));
        CompressedModel made = models.read(models.resolve("lamp"));
        assertThat(made.tensor("layer1.0.conv1.weight"))
                .isEqualTo(from.tensor("layer1.0.conv1.weight"));
        assertThat(made.tensor("linear.bias")).hasSize(2);
        assertThat(made.metadata().normalisation()).isEqualTo(from.metadata().normalisation());
        assertThat(made.metadata().provenance().get("recipe")).contains("initial other@1 sha256:");
        CommandRun variant = train("--epochs", "1", "--init", "other", "--variant", "PS4_P4");
        assertThat(variant.status()).isEqualTo(1);
        assertThat(variant.err()).contains("psconv compress changes it");
    }

    @Test
    void compressesAModelOfTheStore() throws Exception {
        publish("other", List.of("on", "off"));

        CommandRun run =
                CommandRun.of(
                        arguments(
                                List.of("compress", "--from", "other", "--variant", "PS1_P9"),
                                "--epochs",
                                "1"));

        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        assertThat(run.out())
                .containsPattern(
                        "before     \\d+\\.\\d\\d % of 6 test images \\(other@1, PSD1_P16\\)")
                .containsPattern("projected  \\d+\\.\\d\\d % \\(PS1_P9, (plain|rescaled);")
                .contains("published  lamp@1");
        ModelStore models = new ModelStore(store);
        CompressedModel made = models.read(models.resolve("lamp"));
        assertThat(made.variant()).isEqualTo(Variant.of("PS1_P9"));
        assertThat(made.metadata().labels()).containsExactly("on", "off");
        assertThat(made.metadata().provenance())
                .containsEntry("source.model", "other@1")
                .containsEntry("source.variant", "PSD1_P16")
                .containsKeys(
                        "test_accuracy_percent_before",
                        "test_accuracy_percent_projected",
                        "test_accuracy_percent");
    }

    /** What Ctrl-C leaves. */
    private void stopAfterOneStep() throws Exception {
        FeatureShape shape = new FeatureShape(3, 32, 32);
        TrainingSets sets = TrainingSets.open(data, shape, 0.25, 4);
        CompressedModel start =
                UntrainedModel.create(
                        Architectures.create("resnet20", shape, 2),
                        Variant.of("PSD1_P16"),
                        4,
                        sets.name(),
                        sets.train().classes(),
                        sets.normalisation());
        Recipe recipe =
                new Recipe(
                        Recipe.describe(start.network()),
                        "PSD1_P16",
                        Recipe.RANDOM,
                        TrainingLength.ofEpochs(3),
                        8,
                        0.2f,
                        LearningRateSchedule.ONE_CYCLE,
                        new SgdSettings(0.9f, true, 5e-4f, 0.1f),
                        true,
                        0.25,
                        4);
        OneStep listener = new OneStep();
        new Trainer(
                        new TrainingTask(recipe, start, sets, 1, 1, 0, checkpoint),
                        TrainingEngines.choose(BiasEngineProvider.NAME),
                        listener,
                        () -> listener.done,
                        System::nanoTime)
                .run(null);
    }

    private void publish(String name, List<String> labels) throws IOException {
        CompressedModel model =
                UntrainedModel.create(
                        Architectures.create(
                                "resnet20", new FeatureShape(3, 32, 32), labels.size()),
                        Variant.of("PSD1_P16"),
                        9,
                        "animals",
                        labels,
                        new Normalisation(
                                List.of(0.5f, 0.25f, 0.125f), List.of(0.25f, 0.5f, 0.75f)));
        new ModelStore(store).publish(name, model);
    }

    private CommandRun train(String... more) {
        return CommandRun.of(arguments(List.of("train", "--network", "resnet20"), more));
    }

    private String[] arguments(List<String> first, String... more) {
        List<String> arguments = new ArrayList<>(first);
        Map<String, String> options =
                Map.of(
                        "--data", data.toString(),
                        "--store", store.toString(),
                        "--checkpoint", checkpoint.toString(),
                        "--name", "lamp",
                        "--validation", "0.25",
                        "--seed", "4",
                        "--threads", "1",
                        "--batch", "8",
                        "--engine", BiasEngineProvider.NAME);
        List<String> given = List.of(more);
        options.forEach(
                (option, value) -> {
                    if (!given.contains(option)) {
                        arguments.add(option);
                        arguments.add(value);
                    }
                });
        arguments.addAll(given);
        return arguments.toArray(String[]::new);
    }

    private void writeImages(String name, int count, int colour) throws IOException {
        Path target = Files.createDirectories(data.resolve(name));
        for (int number = 0; number < count; number++) {
            BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
            for (int index = 0; index < 1024; index++) {
                image.setRGB(index % 32, index / 32, colour + number);
            }
            ImageIO.write(image, "png", target.resolve(number + ".png").toFile());
        }
    }

    private static final class OneStep implements TrainingListener {
        private boolean done;

        @Override
        public void stepped(StepReport step) {
            done = true;
        }

        @Override
        public void evaluating(int images, int all) {
            // Not come to.
        }

        @Override
        public void epochEnded(EpochRecord epoch) {
            // Not come to.
        }
    }
}
