package io.psconv.cli;

import io.psconv.model.export.ExportFile;
import io.psconv.model.export.ExportFormat;
import io.psconv.model.export.ModelExporter;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.MalformedModelException;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.store.ModelStore;
import io.psconv.model.store.StoredModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a model as a file that other runtimes classify with. */
@Command(
        name = "export",
        description = {
            "Exports a model as a dense ONNX or TorchScript file.",
            "Entries that the variant does not store are explicit zeros; batch normalization is"
                    + " folded into weights and biases."
        })
final class ModelsExportCommand implements Callable<Integer> {
    @Mixin private final StoreOption store = new StoreOption();

    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @Parameters(paramLabel = "NAME[@VERSION]", description = "The model; its newest version.")
    private String model;

    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @Option(names = "--format", required = true, description = "One of: onnx, torchscript.")
    private ExportFormat format;

    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @Option(names = "--output", paramLabel = "FILE", required = true, description = "The file.")
    private Path output;

    @Option(names = "--force", description = "Replace the file if it exists.")
    private boolean force;

    @Option(names = "--json", description = "Print a JSON object instead of a table.")
    private boolean json;

    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, MalformedModelException {
        if (!force && Files.exists(output)) {
            throw new IllegalArgumentException(
                    "--output was '"
                            + output
                            + "' but that exists; name another file, or add --force to replace it");
        }
        ModelStore models = store.store();
        StoredModel stored = models.resolve(model);
        CompressedModel read = models.read(stored);
        long bytes = ExportFile.write(format, read, stored.reference(), output, force);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Json.print(out, facts(stored, read, bytes));
        } else {
            print(out, stored, read, bytes);
        }
        return 0;
    }

    private Map<String, Object> facts(StoredModel stored, CompressedModel read, long bytes) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("name", stored.name());
        facts.put("version", stored.version());
        facts.put("digest", stored.digest());
        facts.put("format", format.toString());
        facts.put("file", output.toString());
        facts.put("bytes", bytes);
        facts.put("input", tensor(ModelExporter.INPUT, inputShape(read)));
        facts.put("output", tensor(ModelExporter.OUTPUT, outputShape(read)));
        facts.put("mean", read.metadata().normalisation().mean());
        facts.put("standardDeviation", read.metadata().normalisation().standardDeviation());
        facts.put("labels", read.metadata().labels());
        return facts;
    }

    private void print(PrintWriter out, StoredModel stored, CompressedModel read, long bytes) {
        out.printf("exported %s, variant %s%n", stored.reference(), read.variant().name());
        row(out, "file", "%s (%s, %,d bytes)", output, format, bytes);
        row(out, "input", "%s, float32 NCHW %s", ModelExporter.INPUT, inputShape(read));
        row(out, "", "(pixel / 255 - mean) / standard deviation, by channel");
        row(out, "mean", "%s", read.metadata().normalisation().mean());
        row(out, "standard deviation", "%s", read.metadata().normalisation().standardDeviation());
        row(out, "output", "%s, float32 %s", ModelExporter.OUTPUT, outputShape(read));
    }

    private static void row(PrintWriter out, String name, String value, Object... arguments) {
        out.printf("%-19s %s%n", name, String.format(Locale.ROOT, value, arguments));
    }

    private static Map<String, Object> tensor(String name, List<Object> shape) {
        Map<String, Object> tensor = new LinkedHashMap<>();
        tensor.put("name", name);
        tensor.put("type", "float32");
        tensor.put("shape", shape);
        return tensor;
    }

    private static List<Object> inputShape(CompressedModel model) {
        FeatureShape image = model.network().input();
        return List.of(ModelExporter.BATCH, image.channels(), image.height(), image.width());
    }

    private static List<Object> outputShape(CompressedModel model) {
        return List.of(ModelExporter.BATCH, model.network().classes());
    }
}
