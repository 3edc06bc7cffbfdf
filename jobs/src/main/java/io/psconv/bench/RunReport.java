package io.psconv.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.psconv.operator.record.Classification;
import io.psconv.operator.record.FrameId;
import io.psconv.operator.record.ModelIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What came of a run over labelled frames.
 *
 * @param frames sent
 * @param classified frames with a classification
 * @param rejected frames with a rejection
 * @param duplicates results beyond the first of a frame
 * @param lost frames without a result
 * @param accuracy right classifications over classified frames; null without any
 * @param framesPerSecond frames with a result over the time from the first one's schedule to the
 *     last one's result
 * @param latencyMillis from a frame's schedule until its classification is visible to
 *     read_committed
 * @param joulesPerFrame mean charge; null where no classification carries one
 * @param energySource where the joules come from; null likewise, {@code mixed} if not one source
 * @param model the model that classified; null without a classification or if there were several
 */
public record RunReport(
        int frames,
        int classified,
        int rejected,
        int duplicates,
        int lost,
        @Nullable Double accuracy,
        double framesPerSecond,
        LatencyMillis latencyMillis,
        @Nullable Double joulesPerFrame,
        @Nullable String energySource,
        @Nullable ModelIdentity model) {

    /**
     * Works out a report.
     *
     * @param sent numbers of the frames by their place in Kafka
     * @param labels right label by frame number
     * @param startMillis when frame 0 was due
     */
    public static RunReport of(
            Map<FrameId, Integer> sent, Labels labels, long startMillis, ResultReader results) {
        int right = 0;
        int charged = 0;
        double joules = 0;
        Set<String> sources = new TreeSet<>();
        List<ModelIdentity> models = new ArrayList<>();
        for (Map.Entry<FrameId, Integer> frame : sent.entrySet()) {
            Classification classification = results.classified().get(frame.getKey());
            if (classification == null) {
                continue;
            }
            right += classification.label().equals(labels.of(frame.getValue())) ? 1 : 0;
            if (classification.energy() != null) {
                charged++;
                joules += classification.energy().joules();
                sources.add(classification.energy().source());
            }
            if (!models.contains(classification.model())) {
                models.add(classification.model());
            }
        }
        int classified = results.classified().size();
        int missing = 0;
        for (FrameId frame : sent.keySet()) {
            boolean found =
                    results.classified().containsKey(frame)
                            || results.rejected().containsKey(frame);
            missing += found ? 0 : 1;
        }
        double seconds = Math.max(1, results.lastVisibleMillis() - startMillis) / 1e3;
        return new RunReport(
                sent.size(),
                classified,
                results.rejected().size(),
                results.duplicates(),
                missing,
                classified == 0 ? null : (double) right / classified,
                results.results() / seconds,
                LatencyMillis.of(results.latencyMillis()),
                charged == 0 ? null : joules / charged,
                sources.isEmpty()
                        ? null
                        : sources.size() == 1 ? sources.iterator().next() : "mixed",
                models.size() == 1 ? models.get(0) : null);
    }

    /** Whether every frame came back once, and nothing else did. */
    public boolean isComplete() {
        return lost == 0 && duplicates == 0 && classified + rejected == frames;
    }

    /**
     * Writes the report as one JSON object.
     *
     * @throws IOException if the file cannot be written
     */
    public void write(Path file) throws IOException {
        ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("frames", frames);
        fields.put("classified", classified);
        fields.put("rejected", rejected);
        fields.put("duplicates", duplicates);
        fields.put("lost", lost);
        fields.put("accuracy", accuracy);
        fields.put("framesPerSecond", framesPerSecond);
        fields.put("latencyMillis", latencyMillis);
        fields.put("joulesPerFrame", joulesPerFrame);
        fields.put("energySource", energySource);
        fields.put("model", model);
        Files.writeString(file, mapper.writeValueAsString(fields) + "\n");
    }

    /** The report as a table for people. */
    public String table() {
        StringBuilder table = new StringBuilder();
        row(table, "frames", "%,d", frames);
        row(table, "classified", "%,d", classified);
        row(table, "rejected", "%,d", rejected);
        row(table, "duplicates", "%,d", duplicates);
        row(table, "lost", "%,d", lost);
        if (accuracy != null) {
            row(table, "accuracy", "%.2f %%", accuracy * 100);
        }
        row(table, "throughput", "%.1f frames/s", framesPerSecond);
        row(
                table,
                "latency",
                "p50 %d ms, p95 %d ms, p99 %d ms (schedule to committed)",
                latencyMillis.p50(),
                latencyMillis.p95(),
                latencyMillis.p99());
        if (joulesPerFrame != null && energySource != null) {
            row(table, "energy", "%.3f mJ a frame (%s)", joulesPerFrame * 1e3, energySource);
        } else {
            row(table, "energy", "no reading");
        }
        if (model != null) {
            row(table, "model", "%s@%d", model.name(), model.version());
            row(table, "digest", "%s", model.digest());
            row(table, "variant", "%s, engine %s", model.variant(), model.engine());
        }
        return table.toString();
    }

    private static void row(StringBuilder table, String name, String format, Object... values) {
        table.append(String.format(Locale.ROOT, "  %-12s", name))
                .append(String.format(Locale.ROOT, format, values))
                .append(System.lineSeparator());
    }

    /** Percentiles of a latency, in milliseconds. */
    public record LatencyMillis(long p50, long p95, long p99) {
        static LatencyMillis of(Histogram histogram) {
            return new LatencyMillis(
                    histogram.getValueAtPercentile(50),
                    histogram.getValueAtPercentile(95),
                    histogram.getValueAtPercentile(99));
        }
    }

    /** Right labels by frame number. */
    public interface Labels {
        String of(int number);
    }
}
