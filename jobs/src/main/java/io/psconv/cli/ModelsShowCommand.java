package io.psconv.cli;

import io.psconv.model.engine.NetworkTimings;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.MalformedModelException;
import io.psconv.model.network.NetworkCost;
import io.psconv.model.pattern.Variant;
import io.psconv.model.store.ModelStore;
import io.psconv.model.store.StoredModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says what a model is and what it costs. */
@Command(name = "show", description = "Shows a model's network, variant, cost and provenance.")
final class ModelsShowCommand implements Callable<Integer> {
    @Mixin private final StoreOption store = new StoreOption();

    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @Parameters(paramLabel = "NAME[@VERSION]", description = "The model; its newest version.")
    private String model;

    @Option(names = "--json", description = "Print a JSON object instead of a table.")
    private boolean json;

    @Option(
            names = "--plan",
            description =
                    "Also say how each layer is executed on this machine and how long it takes,"
                            + " predicted and measured; takes some seconds.")
    private boolean plan;

    @Option(
            names = "--images",
            paramLabel = "N",
            defaultValue = "8",
            description =
                    "Images that --plan runs at once: 1, 2, 4, 8, or, unless vectors have eight lanes, 16."
                            + " The largest number is interleaved where maps are narrow enough"
                            + " (default: 8).")
    private int images = 8;

    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, MalformedModelException {
        if (!NetworkTimings.imageCounts().contains(images)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--images was '"
                            + images
                            + "' but it must be one of "
                            + NetworkTimings.imageCounts());
        }
        ModelStore models = store.store();
        StoredModel stored = models.resolve(model);
        CompressedModel read = models.read(stored);
        Map<String, Object> facts = facts(stored, read);
        @Nullable PlanReport report = plan ? PlanReport.measure(read, images) : null;
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            if (report != null) {
                facts.put("plan", report.facts());
            }
            Json.print(out, facts);
        } else {
            facts.forEach((name, value) -> out.printf("%-22s %s%n", name, text(value)));
            if (report != null) {
                report.print(out);
            }
        }
        return 0;
    }

    private static String text(Object value) {
        return value instanceof List<?> list
                ? list.stream().map(String::valueOf).collect(Collectors.joining(", "))
                : value.toString();
    }

    private static Map<String, Object> facts(StoredModel stored, CompressedModel model)
            throws IOException {
        NetworkCost cost = NetworkCost.of(model.network(), model.variant());
        NetworkCost dense = NetworkCost.of(model.network(), Variant.DENSE);
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("name", stored.name());
        facts.put("version", stored.version());
        facts.put("digest", stored.digest());
        facts.put("bytes", Files.size(stored.path()));
        facts.put("architecture", model.network().architecture());
        facts.put("variant", model.variant().name());
        facts.put("input", model.network().input().toString());
        facts.put("dataset", model.metadata().dataset());
        facts.put("labels", model.metadata().labels());
        facts.put("parameters", cost.parameters());
        facts.put("macs", cost.macs());
        facts.put("unpaddedMacs", cost.unpaddedMacs());
        facts.put("macRatio", (double) dense.macs() / cost.macs());
        facts.put("goldenImages", model.golden() == null ? 0 : model.golden().count());
        new TreeMap<>(model.metadata().provenance())
                .forEach((key, value) -> facts.put("provenance." + key, value));
        return facts;
    }
}
