package io.psconv.cli;

import io.psconv.job.kafka.ControlClient;
import io.psconv.operator.record.ActivationRequest;
import io.psconv.operator.record.ModelDecision;
import io.psconv.operator.record.RequestedArm;
import io.psconv.operator.record.RequestedPlan;
import io.psconv.operator.record.RoutePlan;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Asks a running job to classify with another model. */
@Command(
        name = "activate",
        description = {
            "Makes a running job classify with a model, or with several, from an event time on.",
            "The job checks the models first; ends with 1 if it refuses, or does not decide."
        })
final class ModelsActivateCommand implements Callable<Integer> {
    /** The request has its place in the topic only once it is sent. */
    static final String NOT_SENT = "";

    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @Parameters(
            paramLabel = "NAME[@VERSION]",
            description = "Model in the job's store; the newest version if none is given.")
    private String model;

    @Option(
            names = "--route",
            defaultValue = ModelDecision.DEFAULT_ROUTE,
            description =
                    "Route that shall use it; ${DEFAULT-VALUE}, which serves all cameras that have"
                            + " no other, if not given.")
    private String route = ModelDecision.DEFAULT_ROUTE;

    @Option(
            names = "--cameras",
            paramLabel = "PATTERN",
            defaultValue = RoutePlan.ALL_CAMERAS,
            description =
                    "Cameras of another route than the default one, with * for any characters; all"
                            + " if not given. A camera takes the first route, by name, that has"
                            + " it.")
    private String cameras = RoutePlan.ALL_CAMERAS;

    @Option(
            names = "--split",
            paramLabel = "NAME[@VERSION]=WEIGHT",
            description =
                    "Another model that gets weight / sum of all weights of the frames;"
                            + " repeatable.")
    private List<String> split = new ArrayList<>();

    @Option(names = "--weight", paramLabel = "N", description = "With --split: the first model's.")
    private @Nullable Integer weight;

    @Option(
            names = "--paired",
            paramLabel = "NAME[@VERSION]",
            description = "Another model that is only compared with the first on every frame.")
    private @Nullable String paired;

    @Option(
            names = "--escalate-to",
            paramLabel = "NAME[@VERSION]",
            description = "Another model for frames of which the first is not sure.")
    private @Nullable String escalateTo;

    @Option(
            names = "--margin",
            paramLabel = "X",
            description =
                    "With --escalate-to: difference of the two largest probabilities, above 0 to"
                            + " 1, below which the first is not sure.")
    private @Nullable Float margin;

    @Mixin private final RequestArguments request = new RequestArguments();

    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        ActivationRequest activation =
                new ActivationRequest(NOT_SENT, route, plan(), request.time());
        try (ControlClient client = request.control().open()) {
            return request.send(
                    client, activation, spec.commandLine().getOut(), spec.commandLine().getErr());
        }
    }

    private RequestedPlan plan() {
        int kinds =
                (split.isEmpty() ? 0 : 1) + (paired == null ? 0 : 1) + (escalateTo == null ? 0 : 1);
        if (kinds > 1) {
            throw wrong("--split, --paired and --escalate-to exclude each other");
        }
        if (split.isEmpty() && weight != null) {
            throw wrong("--weight goes with --split only");
        }
        if ((escalateTo == null) != (margin == null)) {
            throw wrong("--escalate-to and --margin go together");
        }
        List<RequestedArm> arms = new ArrayList<>();
        arms.add(new RequestedArm(model, weight == null ? 1 : weight));
        if (!split.isEmpty()) {
            split.forEach(text -> arms.add(arm(text)));
            return new RequestedPlan(RoutePlan.Kind.SPLIT, cameras, arms, 0);
        }
        if (paired != null) {
            arms.add(new RequestedArm(paired, 1));
            return new RequestedPlan(RoutePlan.Kind.PAIRED, cameras, arms, 0);
        }
        if (escalateTo != null && margin != null) {
            arms.add(new RequestedArm(escalateTo, 1));
            return new RequestedPlan(RoutePlan.Kind.CASCADE, cameras, arms, margin);
        }
        return new RequestedPlan(RoutePlan.Kind.SINGLE, cameras, arms, 0);
    }

    private RequestedArm arm(String text) {
        int equals = text.lastIndexOf('=');
        String number = text.substring(equals + 1);
        if (equals < 1 || !number.matches("\\d{1,9}")) {
            throw wrong(
                    "--split was '"
                            + text
                            + "' but it must be NAME[@VERSION]=WEIGHT, for example resnet20=10");
        }
        return new RequestedArm(text.substring(0, equals), Integer.parseInt(number));
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
