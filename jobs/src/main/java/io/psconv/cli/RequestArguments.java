package io.psconv.cli;

import io.psconv.job.kafka.ControlClient;
import io.psconv.job.kafka.LoggedDecision;
import io.psconv.job.kafka.SentRequest;
import io.psconv.job.kafka.StreamPosition;
import io.psconv.operator.record.ControlRequest;
import io.psconv.operator.record.Refusal;
import io.psconv.operator.record.RequestedTime;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What every request has: when it shall count, and whether to wait for its decision; a mix-in. */
final class RequestArguments {
    @Mixin private final ControlArguments control = new ControlArguments();

    @Option(
            names = "--at",
            paramLabel = "TIME",
            defaultValue = "now",
            description =
                    "Event time from which it shall count: now, milliseconds since 1970 UTC, or"
                            + " like 2026-05-31T12:00:00Z; ${DEFAULT-VALUE} if not given.")
    private String at = "now";

    @Option(
            names = "--lead",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description =
                    "Least time between the decision and its effect, like 5s; the job's"
                            + " control.lead counts if it is longer.")
    private @Nullable Duration lead;

    @Option(names = "--no-wait", description = "Do not wait for the decision.")
    private boolean noWait;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "90s",
            converter = DurationConverter.class,
            description = "How long to wait for it; ${DEFAULT-VALUE} if not given.")
    private Duration timeout = Duration.ofSeconds(90);

    @Option(names = "--json", description = "Print a JSON object instead of a line.")
    private boolean json;

    ControlArguments control() {
        return control;
    }

    /**
     * When the request shall count.
     *
     * @throws IllegalArgumentException if an option cannot be used
     */
    RequestedTime time() {
        long from =
                at.strip().toLowerCase(Locale.ROOT).equals("now")
                        ? 0
                        : StreamPosition.parseTime("--at", at, "now or a time");
        return new RequestedTime(from, lead == null ? 0 : lead.toMillis());
    }

    /**
     * Sends a request and says what became of it.
     *
     * @return status of the command
     */
    int send(ControlClient client, ControlRequest request, PrintWriter out, PrintWriter err)
            throws IOException, InterruptedException {
        SentRequest sent = client.send(request);
        if (noWait) {
            print(out, Map.of("request", sent.id().toString()), "sent request " + sent.id());
            return 0;
        }
        Optional<LoggedDecision> decision = client.await(sent, timeout);
        if (decision.isEmpty()) {
            throw new IOException(
                    "no decision on request "
                            + sent.id()
                            + " within "
                            + timeout.toMillis() / 1000.0
                            + " s: no job with control.topic "
                            + control.control()
                            + " runs, or it is behind; the request stays and is decided when one"
                            + " comes to it, see models routes");
        }
        LoggedDecision logged = decision.get();
        if (logged.entry() instanceof Refusal refusal) {
            String line = "request " + sent.id() + " is refused: " + refusal.reason();
            if (json) {
                Json.print(out, DecisionText.members(logged));
            } else {
                err.println("psconv: " + line);
            }
            return 1;
        }
        print(
                out,
                DecisionText.members(logged),
                "request " + sent.id() + " is accepted: " + DecisionText.of(logged));
        return 0;
    }

    private void print(PrintWriter out, Map<String, Object> members, String line)
            throws IOException {
        if (json) {
            Json.print(out, members);
        } else {
            out.println(line);
        }
    }
}
