package io.psconv.cli;

import io.psconv.model.dataset.DataSets;
import io.psconv.model.dataset.LabelledImages;
import io.psconv.model.dataset.Split;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.MalformedModelException;
import io.psconv.model.store.ModelStore;
import io.psconv.model.store.StoredModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
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

/** Measures a model's accuracy on labelled images. */
@Command(
        name = "eval",
        description = {
            "Measures a model's accuracy on labelled images.",
            "The data are CIFAR-10 batches, binary or as stacked PNG, or a folder of pictures per"
                    + " class."
        })
final class EvalCommand implements Callable<Integer> {
    @Mixin private final StoreOption store = new StoreOption();

    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @Option(
            names = "--model",
            required = true,
            paramLabel = "NAME[@VERSION]",
            description = "The model.")
    private String model;

    @Option(
            names = "--data",
            paramLabel = "PATH",
            description = "Folder or batch file (default: the bundled sample of CIFAR-10).")
    private @Nullable Path data;

    @Option(
            names = "--convolution",
            defaultValue = "auto",
            description = "Loops: auto, vector or scalar (default: ${DEFAULT-VALUE}).")
    private String convolution = "auto";

    @Option(names = "--json", description = "Print a JSON object instead of a line.")
    private boolean json;

    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, MalformedModelException {
        ModelStore models = store.store();
        StoredModel stored = models.resolve(model);
        CompressedModel read = models.read(stored);
        LabelledImages images =
                DataSets.open(
                        data == null ? StoreOption.sample() : data,
                        read.network().input(),
                        read.metadata().labels(),
                        Split.TEST);
        long start = System.nanoTime();
        double accuracy = Accuracy.of(read, images, convolution, 1, () -> false).orElseThrow();
        int right = (int) Math.round(accuracy * images.count());
        double seconds = (System.nanoTime() - start) / 1e9;
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("model", stored.name());
            result.put("version", stored.version());
            result.put("digest", stored.digest());
            result.put("variant", read.variant().name());
            result.put("images", images.count());
            result.put("right", right);
            result.put("accuracy", accuracy);
            result.put("imagesPerSecond", images.count() / seconds);
            Json.print(out, result);
        } else {
            out.printf(
                    Locale.ROOT,
                    "%s: %,d of %,d images right, accuracy %.2f %% (%.1f images/s, one thread)%n",
                    stored.reference(),
                    right,
                    images.count(),
                    100.0 * right / images.count(),
                    images.count() / seconds);
        }
        return 0;
    }
}
