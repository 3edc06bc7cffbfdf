package io.psconv.cli;

import io.psconv.model.store.StoredModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists what the store holds. */
@Command(name = "list", description = "Lists every version of every model in the store.")
final class ModelsListCommand implements Callable<Integer> {
    @Mixin private final StoreOption store = new StoreOption();

    @Option(names = "--json", description = "Print a JSON array instead of a table.")
    private boolean json;

    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        List<String> failures = new ArrayList<>();
        List<StoredModel> models = store.all(failures::add);
        print(out, models, failures);
        failures.forEach(spec.commandLine().getErr()::println);
        return failures.isEmpty() ? 0 : 1;
    }

    private void print(PrintWriter out, List<StoredModel> models, List<String> failures)
            throws IOException {
        if (json) {
            List<Map<String, Object>> rows = new ArrayList<>();
            for (StoredModel model : models) {
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("name", model.name());
                row.put("version", model.version());
                row.put("digest", model.digest());
                rows.add(row);
            }
            Json.print(out, rows);
            return;
        }
        if (models.isEmpty() && failures.isEmpty()) {
            out.println("the store " + store.folder() + " holds no model");
        }
        for (StoredModel model : models) {
            out.printf("%-32s @%-4d sha256:%s%n", model.name(), model.version(), model.digest());
        }
    }
}
