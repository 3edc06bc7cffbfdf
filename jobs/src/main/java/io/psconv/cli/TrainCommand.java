package io.psconv.cli;

import io.psconv.model.dataset.TrainingSets;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.MalformedModelException;
import io.psconv.model.format.UntrainedModel;
import io.psconv.model.network.Architectures;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.network.Network;
import io.psconv.model.pattern.Variant;
import io.psconv.model.store.ModelStore;
import io.psconv.model.store.StoredModel;
import io.psconv.model.training.Recipe;
import io.psconv.model.training.TrainingEngine;
import io.psconv.model.training.TrainingEngines;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains a network and publishes it. */
@Command(
        name = "train",
        description = {
            "Trains a network on labelled images and publishes it to the model store.",
            "A checkpoint is written after each epoch; after Ctrl-C or a power cut the same command"
                    + " with --resume goes on from it. At the end the accuracy on the whole test set"
                    + " is measured, and the learning curve drawn beside the checkpoint and the"
                    + " model."
        })
final class TrainCommand implements Callable<Integer> {
    private static final float LEARNING_RATE = 0.2f;

    @Mixin private final StoreOption store = new StoreOption();
    @Mixin private final TrainingOptions options = new TrainingOptions();

    @Option(
            names = "--network",
            paramLabel = "NAME",
            defaultValue = "resnet18",
            description = "resnet18, vgg16, resnet20 or resnet56; ${DEFAULT-VALUE} if not given.")
    private String network = "resnet18";

    @Option(
            names = "--variant",
            paramLabel = "NAME",
            defaultValue = "PSD1_P16",
            description =
                    "Supports of the sparse layers, dense for all weights; ${DEFAULT-VALUE} if not"
                            + " given.")
    private String variant = "PSD1_P16";

    @Option(
            names = "--size",
            paramLabel = "PIXELS",
            defaultValue = "32",
            description =
                    "Side of the input; images of another size are scaled, batches are not;"
                            + " ${DEFAULT-VALUE} if not given.")
    private int size = 32;

    @Option(
            names = "--init",
            paramLabel = "NAME[@VERSION]",
            description =
                    "Begin with a model of the store, of the same network and variant; for other"
                            + " classes its last layer begins anew.")
    private @Nullable String initial;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "Name in the store (default: network, variant and data set).")
    private @Nullable String name;

    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, MalformedModelException {
        Variant supports = Variant.of(variant);
        TrainingEngine engine = TrainingEngines.choose(options.engine());
        FeatureShape shape = new FeatureShape(3, size, size);
        // Before the images are read, which takes a while.
        Architectures.create(network, shape, 2);
        TrainingSets sets =
                TrainingSets.open(options.data(), shape, options.validation(), options.seed());
        CompressedModel begin = untrained(sets, shape, supports);
        String from = Recipe.RANDOM;
        if (initial != null) {
            ModelStore models = store.store();
            StoredModel stored = models.resolve(initial);
            InitialWeights taken = InitialWeights.of(models.read(stored), begin);
            begin = taken.model();
            sets = sets.withClasses(begin.metadata().labels());
            from = stored.reference() + " sha256:" + stored.digest();
        }
        Recipe recipe =
                new Recipe(
                        Recipe.describe(begin.network()),
                        variant,
                        from,
                        options.length(),
                        options.batch(),
                        options.learningRate(LEARNING_RATE),
                        options.schedule(),
                        options.sgd(),
                        options.augment(),
                        options.validation() == null ? 0 : options.validation(),
                        options.seed());
        return new TrainingCourse(
                        options,
                        store.folder(),
                        name == null ? defaultName(sets) : name,
                        sets,
                        engine,
                        spec.commandLine().getOut(),
                        spec.commandLine().getErr())
                .run(recipe, begin, Map.of(), new LinkedHashMap<>(), CommandText.of(spec));
    }

    private CompressedModel untrained(TrainingSets sets, FeatureShape shape, Variant supports) {
        Network described = Architectures.create(network, shape, sets.train().classes().size());
        return UntrainedModel.create(
                described,
                supports,
                options.seed(),
                sets.name(),
                sets.train().classes(),
                sets.normalisation());
    }

    private String defaultName(TrainingSets sets) {
        return (network + "-" + variant + "-" + sets.name()).toLowerCase(Locale.ROOT);
    }
}
