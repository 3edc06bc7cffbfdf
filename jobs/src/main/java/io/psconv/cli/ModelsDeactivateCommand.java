package io.psconv.cli;

import io.psconv.job.kafka.ControlClient;
import io.psconv.job.kafka.ControlHistory;
import io.psconv.operator.record.DeactivationRequest;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Asks a running job to give up a route. */
@Command(
        name = "deactivate",
        description =
                "Ends a route from an event time on; its cameras take another one, or the default"
                        + " one, which cannot end.")
final class ModelsDeactivateCommand implements Callable<Integer> {
    @SuppressWarnings("NullAway.Init") // Required, hence set by picocli.
    @Option(names = "--route", required = true, description = "The route.")
    private String route;

    @Mixin private final RequestArguments request = new RequestArguments();

    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        DeactivationRequest deactivation =
                new DeactivationRequest(ModelsActivateCommand.NOT_SENT, route, request.time());
        try (ControlClient client = request.control().open()) {
            requireRoute(client.history());
            return request.send(
                    client, deactivation, spec.commandLine().getOut(), spec.commandLine().getErr());
        }
    }

    /** A job would accept it, since it changes nothing; to the user it is a slip. */
    private void requireRoute(ControlHistory history) {
        List<String> routes = history.namedRoutes();
        if (!routes.contains(route)) {
            throw new IllegalArgumentException(
                    "route '"
                            + route
                            + "' was never asked for; there are: "
                            + routes.stream().collect(Collectors.joining(", ")));
        }
    }
}
