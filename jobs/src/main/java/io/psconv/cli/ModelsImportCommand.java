package io.psconv.cli;

import io.psconv.model.dataset.DataSets;
import io.psconv.model.dataset.LabelledImages;
import io.psconv.model.dataset.Split;
import io.psconv.model.engine.GoldenCheck;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.DenseImporter;
import io.psconv.model.format.GoldenVectors;
import io.psconv.model.format.MalformedModelException;
import io.psconv.model.format.Normalisation;
import io.psconv.model.network.Architectures;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.pattern.Variant;
import io.psconv.model.store.StoredModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Turns dense PyTorch-named weights into a model of the store. */
@Command(
        name = "import",
        description = {
            "Imports dense weights with PyTorch's tensor names from a safetensors file.",
            "A weight outside the variant's supports is an error. What the file says of itself"
                    + " (variant, norm_mean, norm_std, classes) counts where no option is given."
        })
final class ModelsImportCommand implements Callable<Integer> {
    private static final int GOLDEN_IMAGES = 8;
    private static final long GOLDEN_SEED = 8;

    @Mixin private final StoreOption store = new StoreOption();

    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @Parameters(paramLabel = "FILE", description = "Dense weights, safetensors.")
    private Path file;

    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @Option(names = "--name", required = true, description = "Name in the store, lower case.")
    private String name;

    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @Option(
            names = "--architecture",
            required = true,
            description = "One of: resnet18, vgg16, resnet20, resnet56.")
    private String architecture;

    @Option(
            names = "--input-size",
            defaultValue = "32",
            description = "Side of the input in pixels (default: ${DEFAULT-VALUE}).")
    private int inputSize;

    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @Option(names = "--dataset", required = true, description = "What it was trained on.")
    private String dataset;

    @Option(names = "--variant", description = "Supports of the sparse layers, e.g. PSD1_P16.")
    private @Nullable String variant;

    @Option(
            names = "--labels",
            split = ",",
            description = "Class names in the order of the logits.")
    private @Nullable List<String> labels;

    @Option(names = "--mean", split = ",", description = "Normalisation mean by channel, 0 to 1.")
    private @Nullable List<Float> mean;

    @Option(names = "--std", split = ",", description = "Standard deviation by channel, 0 to 1.")
    private @Nullable List<Float> standardDeviation;

    @Option(
            names = "--provenance",
            paramLabel = "KEY=VALUE",
            description = "Something to keep with the model; may be repeated.")
    private final Map<String, String> provenance = new LinkedHashMap<>();

    @Option(
            names = "--golden",
            paramLabel = "DATA",
            description =
                    "Data set whose first "
                            + GOLDEN_IMAGES
                            + " images become golden vectors (default: seeded noise).")
    private @Nullable Path goldenData;

    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, MalformedModelException {
        if ((mean == null) != (standardDeviation == null)) {
            throw new IllegalArgumentException("--mean and --std go together; give both or none");
        }
        checkShares("--mean", mean);
        checkShares("--std", standardDeviation);
        checkLabels();
        FeatureShape input = new FeatureShape(3, inputSize, inputSize);
        if (!Architectures.names().contains(architecture)) {
            throw new IllegalArgumentException(
                    "--architecture was '"
                            + architecture
                            + "' but it must be one of "
                            + Architectures.names());
        }
        CompressedModel model =
                DenseImporter.builder()
                        .setArchitecture(architecture)
                        .setInput(input)
                        .setDataset(dataset)
                        .optVariant(variant == null ? null : Variant.of(variant))
                        .optLabels(labels)
                        .optNormalisation(
                                mean == null || standardDeviation == null
                                        ? null
                                        : new Normalisation(mean, standardDeviation))
                        .optProvenance(provenance)
                        .build()
                        .read(file);
        StoredModel stored = store.store().publish(name, model.withGolden(golden(model)));
        spec.commandLine()
                .getOut()
                .printf(
                        "imported %s, variant %s, sha256:%s%n",
                        stored.reference(), model.variant().name(), stored.digest());
        return 0;
    }

    private GoldenVectors golden(CompressedModel model) throws IOException {
        FeatureShape shape = model.network().input();
        if (goldenData == null) {
            byte[] noise = new byte[GOLDEN_IMAGES * shape.length()];
            new Random(GOLDEN_SEED).nextBytes(noise);
            return GoldenCheck.compute(model, noise, GOLDEN_IMAGES);
        }
        LabelledImages images =
                DataSets.open(goldenData, shape, model.metadata().labels(), Split.TEST)
                        .first(GOLDEN_IMAGES);
        byte[] pixels = new byte[images.count() * shape.length()];
        for (int image = 0; image < images.count(); image++) {
            images.copyPixels(image, pixels, image * shape.length());
        }
        return GoldenCheck.compute(model, pixels, images.count());
    }

    private void checkLabels() {
        Set<String> seen = new HashSet<>();
        for (String label : labels == null ? List.<String>of() : labels) {
            if (label.isBlank() || !seen.add(label)) {
                throw new IllegalArgumentException(
                        "--labels had '"
                                + label
                                + "' "
                                + (label.isBlank() ? "as a name" : "twice")
                                + " but each class needs a name of its own");
            }
        }
    }

    /** Pixels are shares of full brightness when they are normalised. */
    private static void checkShares(String option, @Nullable List<Float> values) {
        if (values == null) {
            return;
        }
        for (float value : values) {
            if (!(value >= 0 && value <= 1)) {
                throw new IllegalArgumentException(
                        option
                                + " was '"
                                + value
                                + "' but it must be between 0 and 1; divide values of 0 to 255 by"
                                + " 255");
            }
        }
    }
}
