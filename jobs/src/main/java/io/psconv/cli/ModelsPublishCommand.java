package io.psconv.cli;

import io.psconv.model.engine.GoldenCheck;
import io.psconv.model.engine.InferenceEngines;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.MalformedModelException;
import io.psconv.model.format.ModelFileReader;
import io.psconv.model.store.StoredModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Puts a model file into the store. */
@Command(
        name = "publish",
        description = "Publishes a model file, checked, as the next version of a name.")
final class ModelsPublishCommand implements Callable<Integer> {
    @Mixin private final StoreOption store = new StoreOption();

    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @Parameters(paramLabel = "FILE", description = "Model file, as in a store.")
    private Path file;

    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @Option(names = "--name", required = true, description = "Name in the store, lower case.")
    private String name;

    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, MalformedModelException {
        ModelFileReader reader = new ModelFileReader();
        byte[] bytes = reader.readBytes(file);
        CompressedModel model = reader.read(bytes);
        GoldenCheck.verify(InferenceEngines.choose("auto", "auto", false).load(model));
        StoredModel stored = store.store().publish(name, bytes);
        spec.commandLine()
                .getOut()
                .printf("published %s, sha256:%s%n", stored.reference(), stored.digest());
        return 0;
    }
}
