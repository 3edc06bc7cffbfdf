package io.psconv.cli;

import io.psconv.model.format.MalformedModelException;
import io.psconv.model.store.ModelStore;
import io.psconv.model.store.ModelVersions;
import io.psconv.model.store.StoredModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The {@code --store} option, shared by all commands that read models. */
final class StoreOption {
    /** Set by the launcher to the folder of the project. */
    private static final String HOME = "psconv.home";

    @Option(
            names = "--store",
            paramLabel = "DIR",
            description =
                    "Folder of the model store (default: the PSCONV_STORE environment variable, or"
                            + " the bundled models).")
    private @Nullable Path folder;

    /** The folder named, or the default one. */
    Path folder() {
        if (folder != null) {
            return folder;
        }
        String named = System.getenv("PSCONV_STORE");
        return named != null && !named.isBlank() ? Path.of(named) : bundled().resolve("zoo");
    }

    ModelStore store() {
        return new ModelStore(folder());
    }

    /**
     * Every version of every model, by name and number.
     *
     * @param failed told in a line of each that cannot be found out about; the others are there
     */
    List<StoredModel> all(Consumer<String> failed) throws IOException {
        ModelStore models = store();
        List<StoredModel> all = new ArrayList<>();
        for (ModelVersions named : models.list()) {
            for (int version : named.versions()) {
                String reference = named.name() + "@" + version;
                try {
                    all.add(models.resolve(reference));
                } catch (IOException | MalformedModelException e) {
                    failed.accept(reference + " failed: " + FailureMessage.of(e));
                }
            }
        }
        return all;
    }

    /** The sample of labelled images that comes with the project. */
    static Path sample() {
        return bundled().resolve("samples").resolve("cifar10-test-2000.png");
    }

    private static Path bundled() {
        return home().resolve("model-store");
    }

    /** The project's folder. */
    static Path home() {
        return Path.of(System.getProperty(HOME, "."));
    }
}
