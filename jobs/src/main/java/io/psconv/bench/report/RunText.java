package io.psconv.bench.report;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A run's machine and settings in words. */
final class RunText {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private RunText() {}

    static String time(Instant time) {
        return TIME.format(time);
    }

    /** One line on where and how long. */
    static String subtitle(PipelineResults results) {
        return String.format(
                Locale.ROOT,
                "%s · %s, %d %s · %s · psconv %s",
                time(results.startedAt()),
                results.machine().cpu(),
                results.machine().cores(),
                results.machine().cores() == 1 ? "core" : "cores",
                duration(results.durationSeconds()),
                results.version());
    }

    static Map<String, String> machine(RunMachine machine) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("processor", machine.cpu());
        facts.put("cores", Integer.toString(machine.cores()));
        facts.put("memory", memory(machine.memoryBytes()));
        facts.put("Java", machine.java());
        facts.put("system", machine.os());
        return facts;
    }

    static Map<String, String> settings(PipelineResults results) {
        RunSettings settings = results.settings();
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("command", "psconv " + results.command());
        facts.put("version", results.version());
        facts.put("started", results.startedAt().toString());
        facts.put("took", duration(results.durationSeconds()));
        facts.put("arrivals", settings.arrivals());
        facts.put("frames", settings.frames());
        facts.put("rounds", Integer.toString(settings.rounds()));
        facts.put("seconds a point", Quantity.of(settings.secondsPerPoint()));
        facts.put(
                "warm-up, not counted",
                settings.warmUpSeconds() == null
                        ? Quantity.UNKNOWN
                        : Quantity.of(settings.warmUpSeconds()) + " s");
        facts.put("delivery guarantee", settings.deliveryGuarantee());
        facts.put("checkpoint interval", settings.checkpointIntervalMillis() + " ms");
        facts.put("seed", Long.toString(settings.seed()));
        facts.put(
                "latencies taken at",
                Quantity.of(100 * settings.latencyLoadShare()) + " % of the throughput");
        facts.putAll(settings.others());
        return facts;
    }

    private static String memory(@Nullable Long bytes) {
        return bytes == null
                ? Quantity.UNKNOWN
                : String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
    }

    private static String duration(double seconds) {
        long whole = Math.round(seconds);
        return whole < 120
                ? whole + " s"
                : String.format(Locale.ROOT, "%d min %d s", whole / 60, whole % 60);
    }
}
