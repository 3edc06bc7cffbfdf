package io.psconv.cli;

import io.psconv.bench.energy.EnergyAccount;
import io.psconv.bench.energy.EnergyShare;
import io.psconv.bench.energy.EnergyStatement;
import io.psconv.bench.energy.SourceStatement;
import io.psconv.bench.energy.TopicReader;
import io.psconv.job.kafka.ClassificationFormat;
import io.psconv.job.kafka.EnergyWindowJson;
import io.psconv.job.kafka.KafkaProperties;
import io.psconv.job.kafka.StreamPosition;
import io.psconv.job.kafka.TopicCheck;
import io.psconv.operator.record.Classification;
import io.psconv.operator.record.EnergyWindow;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Adds up the energy windows and the committed classifications of a job. */
@Command(
        name = "energy",
        description = {
            "Adds up the energy windows and the committed classifications of a job.",
            "Windows less committed frames is the work that was repeated after failures. Both"
                    + " topics are read whole. Ends with 1 if it does not add up."
        })
final class EnergyCommand implements Callable<Integer> {
    private static final int MOST_ROWS = 20;

    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @Mixin
    private KafkaArguments kafka;

    @Option(
            names = "--from-topic",
            paramLabel = "TOPIC",
            arity = "0..1",
            defaultValue = "energy-windows",
            fallbackValue = "energy-windows",
            description =
                    "Topic of the job's energy windows, its option energy-windows.topic;"
                            + " ${DEFAULT-VALUE} if not given.")
    private String windowsTopic = "energy-windows";

    @Option(
            names = "--classifications",
            paramLabel = "TOPIC",
            defaultValue = "classifications",
            description = "Topic of the job's classifications; ${DEFAULT-VALUE} if not given.")
    private String classificationsTopic = "classifications";

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description =
                    "Windows that start from then on, in milliseconds or like"
                            + " 2026-05-31T12:00:00Z; without it, all.")
    private @Nullable String from;

    @Option(
            names = "--until",
            paramLabel = "TIME",
            description = "Windows that start before then; without it, all.")
    private @Nullable String until;

    @Option(names = "--json", description = "Print a JSON object instead of tables.")
    private boolean json;

    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        EnergyAccount account =
                new EnergyAccount(
                        from == null ? Long.MIN_VALUE : StreamPosition.parseTime("--from", from),
                        until == null
                                ? Long.MAX_VALUE
                                : StreamPosition.parseTime("--until", until));
        read(kafka.toProperties(), account);
        EnergyStatement statement = account.statement();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Json.print(out, facts(statement));
        } else {
            print(statement, out);
        }
        if (statement.addsUp()) {
            return 0;
        }
        line(
                spec.commandLine().getErr(),
                "psconv: it does not add up: %,d windows are unreadable, %,d came again and"
                        + " differed, committed frames had %s J more than their windows",
                statement.unreadableWindows(),
                statement.contradictoryWindows(),
                joules(statement.excessJoules()).strip());
        return 1;
    }

    private void read(KafkaProperties properties, EnergyAccount account) {
        try (TopicCheck check = new TopicCheck(properties)) {
            check.requireTopics(List.of(windowsTopic, classificationsTopic));
        }
        // Ends are noted in this order: a frame that is read has its window closed, if it ever was.
        try (TopicReader classifications = new TopicReader(properties, classificationsTopic);
                TopicReader windows = new TopicReader(properties, windowsTopic)) {
            windows.readAll(value -> addWindow(account, value));
            classifications.readAll(value -> addClassification(account, value));
        }
    }

    private static void addWindow(EnergyAccount account, byte[] value) {
        EnergyWindow window;
        try {
            window = EnergyWindowJson.read(value);
        } catch (IllegalArgumentException e) {
            account.addUnreadableWindow();
            return;
        }
        account.add(window);
    }

    private static void addClassification(EnergyAccount account, byte[] value) {
        Classification classification;
        try {
            classification = ClassificationFormat.read(value);
        } catch (IllegalArgumentException e) {
            account.addUnreadableFrame();
            return;
        }
        account.add(classification);
    }

    private void print(EnergyStatement statement, PrintWriter out) {
        for (SourceStatement source : statement.sources()) {
            print(source, out);
        }
        line(
                out,
                "frames    %,d committed; %,d records of a frame that had one, %,d without a"
                        + " charge, %,d unreadable",
                statement.frames(),
                statement.repeatedFrames(),
                statement.unchargedFrames(),
                statement.unreadableFrames());
        line(
                out,
                "windows   %,d; %,d came again, %,d came again and differed, %,d unreadable",
                statement.windows(),
                statement.repeatedWindows(),
                statement.contradictoryWindows(),
                statement.unreadableWindows());
        if (statement.windows() == 0) {
            line(
                    out,
                    "note      topic '%s' has no windows of that time; is energy-windows.topic of"
                            + " the job set to it?",
                    windowsTopic);
        }
        if (statement.addsUp()) {
            line(out, "adds up   the parts differ from the whole by 0 J");
        }
        out.flush();
    }

    private static void print(SourceStatement source, PrintWriter out) {
        line(
                out,
                "%s: %,d windows of %,d ledgers on %s, %,.1f s%s",
                source.measured() ? "measured by " + source.source() : source.source(),
                source.windows(),
                source.ledgers(),
                source.hosts().isEmpty() ? "no host" : String.join(", ", source.hosts()),
                source.seconds(),
                source.missingWindows() == 0
                        ? ""
                        : String.format(Locale.ROOT, "; %,d missing", source.missingWindows()));
        if (source.measured()) {
            line(out, "  drawn by the hosts          %s J", joules(source.joules()));
            line(out, "    idle                      %s J", joules(source.idleJoules()));
            line(out, "    unattributed              %s J", joules(source.unattributedJoules()));
        }
        line(out, "    attributed to frames      %s J", joules(source.attributedJoules()));
        line(out, "      committed               %s J", joules(source.committedJoules()));
        if (source.measured()) {
            line(out, "      before the first rate   %s J", joules(source.unchargedJoules()));
        }
        line(
                out,
                "      repeated or uncommitted %s J%s",
                joules(source.repeatedJoules()),
                bound(source.repeatedErrorJoules()));
        line(
                out,
                "  charged in %,d records %s J%s",
                source.frames(),
                joules(source.chargedJoules()),
                bound(source.chargedErrorJoules()));
        if (source.strayFrames() > 0) {
            line(
                    out,
                    "    of which %,d records, %s J, count in windows that the topic lacks",
                    source.strayFrames(),
                    joules(source.strayJoules()).strip());
        }
        if (!source.sharedHosts().isEmpty()) {
            line(
                    out,
                    "  several ledgers at once on %s: drawn, idle and unattributed joules count it"
                            + " more than once",
                    String.join(", ", source.sharedHosts()));
        }
        print("model", source.models(), out);
        print("camera", source.cameras(), out);
        line(out, "");
    }

    private static void print(String title, Map<String, EnergyShare> shares, PrintWriter out) {
        if (shares.isEmpty()) {
            return;
        }
        line(
                out,
                "  %-30s %10s %14s %14s %12s",
                title,
                "frames",
                "charged J",
                "own rate J",
                "mJ a frame");
        List<Map.Entry<String, EnergyShare>> rows = new ArrayList<>(shares.entrySet());
        for (Map.Entry<String, EnergyShare> row :
                rows.subList(0, Math.min(MOST_ROWS, rows.size()))) {
            EnergyShare share = row.getValue();
            line(
                    out,
                    "  %-30s %,10d %s %s %12.4f",
                    row.getKey(),
                    share.frames(),
                    joules(share.chargedJoules()),
                    joules(share.drawnJoules()),
                    1e3 * share.joulesPerFrame());
        }
        if (rows.size() > MOST_ROWS) {
            line(out, "  and %,d more; --json has all", rows.size() - MOST_ROWS);
        }
    }

    private static String joules(double joules) {
        return String.format(Locale.ROOT, "%,14.6f", joules);
    }

    private static String bound(double joules) {
        return joules == 0 ? "" : String.format(Locale.ROOT, " ± %,.6f J", joules);
    }

    private static void line(PrintWriter out, String form, Object... values) {
        out.println(String.format(Locale.ROOT, form, values).stripTrailing());
    }

    private static Map<String, Object> facts(EnergyStatement statement) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("addsUp", statement.addsUp());
        facts.put("excessJoules", statement.excessJoules());
        facts.put("frames", statement.frames());
        facts.put("repeatedFrames", statement.repeatedFrames());
        facts.put("unchargedFrames", statement.unchargedFrames());
        facts.put("unreadableFrames", statement.unreadableFrames());
        facts.put("windows", statement.windows());
        facts.put("repeatedWindows", statement.repeatedWindows());
        facts.put("contradictoryWindows", statement.contradictoryWindows());
        facts.put("unreadableWindows", statement.unreadableWindows());
        facts.put("sources", statement.sources().stream().map(EnergyCommand::facts).toList());
        return facts;
    }

    private static Map<String, Object> facts(SourceStatement source) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("source", source.source());
        facts.put("measured", source.measured());
        facts.put("windows", source.windows());
        facts.put("missingWindows", source.missingWindows());
        facts.put("ledgers", source.ledgers());
        facts.put("hosts", source.hosts());
        facts.put("sharedHosts", source.sharedHosts());
        facts.put("seconds", source.seconds());
        facts.put("joules", source.joules());
        facts.put("idleJoules", source.idleJoules());
        facts.put("unattributedJoules", source.unattributedJoules());
        facts.put("attributedJoules", source.attributedJoules());
        facts.put("committedJoules", source.committedJoules());
        facts.put("unchargedJoules", source.unchargedJoules());
        facts.put("repeatedJoules", source.repeatedJoules());
        facts.put("repeatedErrorJoules", source.repeatedErrorJoules());
        facts.put("frames", source.frames());
        facts.put("chargedJoules", source.chargedJoules());
        facts.put("chargedErrorJoules", source.chargedErrorJoules());
        facts.put("strayFrames", source.strayFrames());
        facts.put("strayJoules", source.strayJoules());
        facts.put("models", shares(source.models()));
        facts.put("cameras", shares(source.cameras()));
        return facts;
    }

    private static Map<String, Object> shares(Map<String, EnergyShare> shares) {
        Map<String, Object> facts = new LinkedHashMap<>();
        shares.forEach(
                (name, share) -> {
                    Map<String, Object> fact = new LinkedHashMap<>();
                    fact.put("frames", share.frames());
                    fact.put("chargedJoules", share.chargedJoules());
                    fact.put("drawnJoules", share.drawnJoules());
                    facts.put(name, fact);
                });
        return facts;
    }
}
