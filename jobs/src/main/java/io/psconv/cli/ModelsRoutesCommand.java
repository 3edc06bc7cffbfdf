package io.psconv.cli;

import io.psconv.job.kafka.ControlClient;
import io.psconv.job.kafka.ControlHistory;
import io.psconv.job.kafka.ControlHistory.Effective;
import io.psconv.job.kafka.ControlHistory.Route;
import io.psconv.job.kafka.ControlRequestJson;
import io.psconv.job.kafka.DecisionJson;
import io.psconv.job.kafka.LoggedRequest;
import io.psconv.operator.record.AcceptedCrop;
import io.psconv.operator.record.AcceptedPlan;
import io.psconv.operator.record.DecisionEntry;
import io.psconv.operator.record.MalformedRequest;
import io.psconv.operator.record.ModelDecision;
import io.psconv.operator.record.Refusal;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says what running jobs classify with, by the log of decisions. */
@Command(
        name = "routes",
        description =
                "What each route serves now and since when, what is pending, what was refused last"
                        + " and why, and which requests nobody has decided upon.")
final class ModelsRoutesCommand implements Callable<Integer> {
    @Mixin private final ControlArguments control = new ControlArguments();

    @Option(names = "--json", description = "Print a JSON object instead of text.")
    private boolean json;

    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        ControlHistory history;
        try (ControlClient client = control.open()) {
            history = client.history();
        }
        long now = System.currentTimeMillis();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Json.print(out, members(history, now));
        } else {
            print(out, history, now);
        }
        return 0;
    }

    private static void print(PrintWriter out, ControlHistory history, long now) {
        for (Route route : history.routes(now)) {
            out.println("route " + route.route() + " " + serving(route));
            for (Effective<AcceptedPlan> plan : route.pending()) {
                out.printf(
                        "  pending: %s from %s (%s)%n",
                        DecisionText.does(plan.accepted().plan()),
                        DecisionText.time(plan.fromMillis()),
                        plan.accepted().request());
            }
            @Nullable Refusal refused = route.refused();
            if (refused != null) {
                out.printf("  refused last: %s: %s%n", refused.request(), refused.reason());
            }
        }
        for (Effective<AcceptedCrop> crop : history.crops(now).values()) {
            out.println(cropped(crop, "since"));
        }
        for (Effective<AcceptedCrop> crop : history.pendingCrops(now)) {
            out.println("pending: " + cropped(crop, "from"));
        }
        for (Refusal refusal : history.otherRefusals()) {
            out.printf("refused: %s: %s%n", refusal.request(), refusal.reason());
        }
        for (LoggedRequest request : history.undecided()) {
            out.printf(
                    "undecided: %s, sent %s: %s%n",
                    request.id(), DecisionText.time(request.timestampMillis()), request.request());
        }
        @Nullable Long tick = history.lastTickMillis();
        out.println(
                tick == null
                        ? "no job has decided anything here yet"
                        : "a job decided requests until " + DecisionText.time(tick));
    }

    private static String serving(Route route) {
        Effective<AcceptedPlan> serving = route.serving();
        if (serving == null) {
            return route.route().equals(ModelDecision.DEFAULT_ROUTE)
                    ? "serves what the job's option classify.model says"
                    : "serves no camera";
        }
        return DecisionText.does(serving.accepted().plan())
                + " since "
                + DecisionText.time(serving.fromMillis())
                + " ("
                + serving.accepted().request()
                + ")";
    }

    private static String cropped(Effective<AcceptedCrop> crop, String since) {
        return "camera "
                + crop.accepted().camera()
                + " "
                + DecisionText.shows(crop.accepted().crop())
                + " "
                + since
                + " "
                + DecisionText.time(crop.fromMillis())
                + " ("
                + crop.accepted().request()
                + ")";
    }

    private static Map<String, Object> members(ControlHistory history, long now)
            throws IOException {
        List<Map<String, Object>> routes = new ArrayList<>();
        for (Route route : history.routes(now)) {
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("route", route.route());
            Effective<AcceptedPlan> serving = route.serving();
            members.put("serving", serving == null ? null : members(serving.accepted(), serving));
            members.put("pending", members(route.pending()));
            Refusal refused = route.refused();
            members.put(
                    "refused", refused == null ? null : Json.members(DecisionJson.write(refused)));
            routes.add(members);
        }
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("routes", routes);
        all.put("crops", members(List.copyOf(history.crops(now).values())));
        all.put("pendingCrops", members(history.pendingCrops(now)));
        List<Map<String, Object>> refused = new ArrayList<>();
        for (Refusal refusal : history.otherRefusals()) {
            refused.add(Json.members(DecisionJson.write(refusal)));
        }
        all.put("refused", refused);
        List<Map<String, Object>> undecided = new ArrayList<>();
        for (LoggedRequest request : history.undecided()) {
            undecided.add(members(request));
        }
        all.put("undecided", undecided);
        all.put("lastTickMillis", history.lastTickMillis());
        all.put("nowMillis", now);
        return all;
    }

    private static <T extends DecisionEntry> List<Map<String, Object>> members(
            List<Effective<T>> all) throws IOException {
        List<Map<String, Object>> members = new ArrayList<>();
        for (Effective<T> effective : all) {
            members.add(members(effective.accepted(), effective));
        }
        return members;
    }

    private static Map<String, Object> members(DecisionEntry accepted, Effective<?> effective)
            throws IOException {
        Map<String, Object> members = Json.members(DecisionJson.write(accepted));
        members.put("effectiveFromMillis", effective.fromMillis());
        return members;
    }

    private static Map<String, Object> members(LoggedRequest request) throws IOException {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("request", request.id().toString());
        members.put("sentMillis", request.timestampMillis());
        if (request.request() instanceof MalformedRequest malformed) {
            members.put("malformed", malformed.reason());
        } else {
            members.putAll(Json.members(ControlRequestJson.write(request.request())));
        }
        return members;
    }
}
