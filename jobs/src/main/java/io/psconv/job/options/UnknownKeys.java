package io.psconv.job.options;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.ConfigOption;

/** Finds keys that are meant to be options of ours and are not. */
final class UnknownKeys {
    /** Prefixes under which Flink and Kafka have no keys of their own. */
    private static final List<String> OWN_PREFIXES =
            List.of(
                    "camera-events.",
                    "camera.",
                    "checkpoint.",
                    "classifications.",
                    "classify.",
                    "control.",
                    "decisions.",
                    "decode.",
                    "delivery.",
                    "energy.",
                    "frames.",
                    "metrics.otlp.",
                    "rejected-frames.",
                    "rejected.");

    /** Elsewhere a key this close to one of ours is a slip and not a setting of Flink or Kafka. */
    private static final int SLIP = 2;

    private UnknownKeys() {}

    /**
     * Refuses the first unknown key.
     *
     * @throws IllegalArgumentException naming the nearest key
     */
    static void check(Map<String, String> settings) {
        List<String> known = ClassifyConfigOptions.all().stream().map(ConfigOption::key).toList();
        for (String key : new TreeMap<>(settings).keySet()) {
            if (known.contains(key)) {
                continue;
            }
            String nearest =
                    known.stream().min(Comparator.comparing(k -> distance(key, k))).orElseThrow();
            boolean own = OWN_PREFIXES.stream().anyMatch(key::startsWith);
            if (own || distance(key, nearest) <= SLIP) {
                throw new IllegalArgumentException(
                        "option '" + key + "' does not exist; the nearest is '" + nearest + "'");
            }
        }
    }

    /** Levenshtein's: insertions, deletions and replacements that make one of the other. */
    private static int distance(String from, String to) {
        int[] previous = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int[] current = new int[to.length() + 1];
            current[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = previous[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
            }
            previous = current;
        }
        return previous[to.length()];
    }
}
