package io.psconv.cli;

import io.psconv.job.kafka.ControlClient;
import io.psconv.job.options.CropForm;
import io.psconv.operator.record.Crop;
import io.psconv.operator.record.CropRequest;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Asks a running job to classify another part of a camera's frames. */
@Command(
        name = "crop",
        description = "Classifies another part of a camera's frames from an event time on.")
final class ModelsCropCommand implements Callable<Integer> {
    @SuppressWarnings("NullAway.Init") // Required, hence set by picocli.
    @Option(names = "--camera", required = true, description = "The camera, key of its frames.")
    private String camera;

    @SuppressWarnings("NullAway.Init") // Required, hence set by picocli.
    @ArgGroup(multiplicity = "1")
    private Part part;

    @Mixin private final RequestArguments request = new RequestArguments();

    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @Spec
    private CommandSpec spec;

    /** Which part: one of the two. */
    static final class Part {
        @Option(
                names = "--rectangle",
                paramLabel = "X,Y,WIDTH,HEIGHT",
                description = "The part, in pixels of the camera's frames.")
        private @Nullable String rectangle;

        @Option(names = "--clear", description = "What the job's option decode.crop says.")
        private boolean clear;
    }

    @Override
    public Integer call() throws Exception {
        @Nullable String rectangle = part.clear ? null : part.rectangle;
        @Nullable Crop crop = rectangle == null ? null : CropForm.parse("--rectangle", rectangle);
        CropRequest cropped =
                new CropRequest(ModelsActivateCommand.NOT_SENT, camera, crop, request.time());
        try (ControlClient client = request.control().open()) {
            return request.send(
                    client, cropped, spec.commandLine().getOut(), spec.commandLine().getErr());
        }
    }
}
