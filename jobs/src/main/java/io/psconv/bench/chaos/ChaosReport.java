package io.psconv.bench.chaos;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What came of a run of chaos; {@link Oracle} and {@link CommitFailures} say what is counted.
 *
 * @param minutes how long frames were sent
 * @param seed of the run
 * @param framesPerSecond that were sent
 * @param parallelism of the job
 * @param swaps decisions that took another model
 * @param produced frames that the broker acknowledged
 * @param committed of them, with an answer that {@code read_committed} shows
 * @param commitFailures transactions that were given up
 * @param kills how often each kind of process was killed
 * @param recoverySeconds from a kill until the first committed classification of a later frame
 * @param findings the first violations in words
 */
public record ChaosReport(
        double minutes,
        long seed,
        double framesPerSecond,
        int parallelism,
        int swaps,
        int produced,
        int committed,
        int lost,
        int duplicated,
        int misrouted,
        int outOfOrder,
        int wrongVersion,
        int commitFailures,
        Kills kills,
        RecoverySeconds recoverySeconds,
        List<String> findings) {

    /** Whether everything that must be zero is, and something was produced at all. */
    public boolean isClean() {
        return produced > 0
                && lost + duplicated + misrouted + outOfOrder + wrongVersion + commitFailures == 0;
    }

    /**
     * Writes the figures as one JSON object.
     *
     * @throws IOException if the file cannot be written
     */
    public void write(Path file) throws IOException {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("minutes", minutes);
        fields.put("seed", seed);
        fields.put("framesPerSecond", framesPerSecond);
        fields.put("parallelism", parallelism);
        fields.put("swaps", swaps);
        fields.put("produced", produced);
        fields.put("committed", committed);
        fields.put("lost", lost);
        fields.put("duplicated", duplicated);
        fields.put("misrouted", misrouted);
        fields.put("outOfOrder", outOfOrder);
        fields.put("wrongVersion", wrongVersion);
        fields.put("commitFailures", commitFailures);
        fields.put("kills", kills);
        fields.put("recoverySeconds", recoverySeconds);
        ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        Files.writeString(file, mapper.writeValueAsString(fields) + "\n");
    }

    /** The report as a table for people. */
    public String table() {
        StringBuilder table = new StringBuilder();
        row(table, "produced", "%,d frames in %.1f min (seed %d)", produced, minutes, seed);
        row(table, "committed", "%,d", committed);
        row(table, "lost", "%,d", lost);
        row(table, "duplicated", "%,d", duplicated);
        row(table, "misrouted", "%,d", misrouted);
        row(table, "out of order", "%,d", outOfOrder);
        row(table, "wrong version", "%,d (%d swaps)", wrongVersion, swaps);
        row(table, "commit failures", "%,d", commitFailures);
        row(
                table,
                "kills",
                "%d (%d task managers, %d JobManagers, %d brokers)",
                kills.total(),
                kills.taskManager(),
                kills.jobManager(),
                kills.broker());
        row(
                table,
                "recovery",
                "p50 %.1f s, max %.1f s (kill to first committed later frame)",
                recoverySeconds.p50(),
                recoverySeconds.max());
        findings.forEach(finding -> row(table, "found", "%s", finding));
        return table.toString();
    }

    private static void row(StringBuilder table, String name, String format, Object... values) {
        table.append(String.format(Locale.ROOT, "  %-16s", name))
                .append(String.format(Locale.ROOT, format, values))
                .append(System.lineSeparator());
    }

    /** How often each kind of process was killed. */
    public record Kills(int taskManager, int jobManager, int broker) {
        int total() {
            return taskManager + jobManager + broker;
        }
    }

    /** Percentiles of the time that a recovery took. */
    public record RecoverySeconds(double p50, double max) {}
}
