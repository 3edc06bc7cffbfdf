package io.psconv.cli;

import io.psconv.job.kafka.StreamPosition;
import io.psconv.operator.record.RejectionReason;
import java.io.PrintWriter;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Sends rejected frames again, once what was wrong is mended. */
@Command(
        name = "replay-rejected",
        description = {
            "Sends rejected frames to the frames topic again, each once.",
            "Frames keep camera, time and content type, and say in the headers psconv-replay-of"
                    + " and psconv-replay-attempt which frame they were. The group remembers, by"
                    + " reason, what was gone through: started again, the command goes on behind"
                    + " it. Ends with 1 if the original of a frame is not to be had."
        })
final class ReplayRejectedCommand implements Callable<Integer> {
    private static final int INTERRUPTED = 130;

    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @Mixin
    private KafkaArguments kafka;

    @Option(
            names = "--rejected",
            paramLabel = "TOPIC",
            defaultValue = "rejected-frames",
            description = "Topic of rejected frames; ${DEFAULT-VALUE} if not given.")
    private String rejected = "rejected-frames";

    @Option(
            names = "--frames",
            paramLabel = "TOPIC",
            description = "Topic to send to; the one that each frame came from if not given.")
    private @Nullable String frames;

    @Option(
            names = "--reason",
            paramLabel = "REASON",
            split = ",",
            description = "Only frames rejected for these: ${COMPLETION-CANDIDATES}.")
    private @Nullable Set<RejectionReason> reasons;

    @Option(
            names = "--from",
            description =
                    "Pass over what was written before a time, in milliseconds or like"
                            + " 2026-05-31T12:00:00Z; without it, where the group has come to.")
    private @Nullable String from;

    @Option(
            names = "--until",
            defaultValue = "latest",
            description = "latest (what is there at the start) or a time.")
    private String until = "latest";

    @Option(
            names = "--max-attempts",
            paramLabel = "N",
            defaultValue = "3",
            description = "How often a frame is sent again; ${DEFAULT-VALUE} if not given.")
    private int maxAttempts = 3;

    @Option(
            names = "--group",
            paramLabel = "ID",
            defaultValue = "psconv-replay",
            description =
                    "Consumer group that remembers what was gone through; another one starts"
                            + " anew. ${DEFAULT-VALUE} if not given.")
    private String group = "psconv-replay";

    @Option(names = "--dry-run", description = "Only count; send and remember nothing.")
    private boolean dryRun;

    @Option(names = "--json", description = "Print the counts as JSON.")
    private boolean json;

    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        ReplaySettings settings = settings();
        ReplaySummary summary;
        boolean stopped;
        try (StopSignal stop = new StopSignal();
                RejectedReplay replay = new RejectedReplay(kafka.toProperties(), settings)) {
            PrintWriter err = spec.commandLine().getErr();
            summary =
                    replay.run(
                            stop,
                            sent -> {
                                if (!json && !dryRun) {
                                    err.printf("psconv: %,d sent%n", sent);
                                }
                            });
            stopped = stop.isStopped();
        }
        print(summary);
        if (stopped) {
            return INTERRUPTED;
        }
        return summary.failures() == 0 ? 0 : 1;
    }

    private ReplaySettings settings() {
        return new ReplaySettings(
                rejected,
                frames,
                group,
                reasons == null ? EnumSet.allOf(RejectionReason.class) : reasons,
                from == null ? null : StreamPosition.parseStart("--from", from),
                StreamPosition.parseStop("--until", until),
                maxAttempts,
                dryRun);
    }

    private void print(ReplaySummary summary) throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("dryRun", dryRun);
            map.putAll(summary.toMap());
            Json.print(out, map);
            return;
        }
        for (ReplayOutcome outcome : ReplayOutcome.values()) {
            long count = summary.of(outcome);
            if (count > 0 || outcome == ReplayOutcome.SENT) {
                out.printf(
                        "%,10d  %s%n",
                        count,
                        dryRun && outcome == ReplayOutcome.SENT
                                ? "would be sent again"
                                : outcome.text());
            }
        }
        for (String frame : summary.gone()) {
            out.printf("gone: %s%n", frame);
        }
        out.flush();
    }
}
