package io.psconv.cli;

import io.psconv.model.engine.GoldenCheck;
import io.psconv.model.engine.GoldenMismatchException;
import io.psconv.model.engine.InferenceEngines;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.MalformedModelException;
import io.psconv.model.store.ModelStore;
import io.psconv.model.store.StoredModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks digests, files and golden vectors. */
@Command(
        name = "verify",
        description =
                "Checks a model's digest, its file and its golden vectors; all models without a"
                        + " name.")
final class ModelsVerifyCommand implements Callable<Integer> {
    @Mixin private final StoreOption store = new StoreOption();

    @Parameters(paramLabel = "NAME[@VERSION]", arity = "0..1", description = "The model.")
    private @Nullable String model;

    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, MalformedModelException {
        ModelStore models = store.store();
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        List<String> unknown = new ArrayList<>();
        List<StoredModel> wanted =
                model == null ? store.all(unknown::add) : List.of(models.resolve(model));
        unknown.forEach(err::println);
        int failures = unknown.size();
        for (StoredModel stored : wanted) {
            try {
                CompressedModel read = models.read(stored);
                GoldenCheck.verify(InferenceEngines.choose("auto", "auto", false).load(read));
                out.println(
                        stored.reference()
                                + " is sound"
                                + (read.golden() == null ? " (no golden vectors)" : ""));
            } catch (IOException | MalformedModelException | GoldenMismatchException e) {
                failures++;
                err.println(stored.reference() + " failed: " + e.getMessage());
            }
        }
        if (wanted.isEmpty() && failures == 0) {
            out.println("the store " + store.folder() + " holds no model");
        }
        return failures == 0 ? 0 : 1;
    }
}
