package io.psconv.bench.gpu;

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
 * All lines of a check, as a table and as JSON.
 *
 * @param date of the check, ISO 8601
 * @param machine driver and devices
 */
public record CheckReport(String date, String machine, List<CheckRow> rows) {
    public CheckReport {
        rows = List.copyOf(rows);
    }

    /** Whether nothing that must hold failed. */
    public boolean passed() {
        return rows.stream().noneMatch(row -> row.result() == CheckRow.Result.FAILED);
    }

    /** For people. */
    public String table() {
        int what = width(rows.stream().map(CheckRow::what).toList());
        int found = width(rows.stream().map(CheckRow::found).toList());
        StringBuilder table = new StringBuilder();
        table.append(String.format(Locale.ROOT, "CUDA engine on %s, %s%n%n", machine, date));
        for (CheckRow row : rows) {
            table.append(
                    String.format(
                                    Locale.ROOT,
                                    "%-8s %-" + what + "s  %-" + found + "s  %s",
                                    label(row.result()),
                                    row.what(),
                                    row.found(),
                                    row.wanted())
                            .stripTrailing());
            table.append(System.lineSeparator());
        }
        return table.toString();
    }

    /** Long reasons of what was skipped do not push the other columns away. */
    private static int width(List<String> texts) {
        return texts.stream()
                .mapToInt(String::length)
                .filter(length -> length <= 60)
                .max()
                .orElse(1);
    }

    private static String label(CheckRow.Result result) {
        return switch (result) {
            case PASSED -> "ok";
            case FAILED -> "FAILED";
            case MISSED -> "missed";
            case INFORMATION -> "";
            case SKIPPED -> "skipped";
        };
    }

    /**
     * Writes one JSON object.
     *
     * @throws IOException if the file cannot be written
     */
    public void write(Path file) throws IOException {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("date", date);
        fields.put("machine", machine);
        fields.put("passed", passed());
        fields.put("rows", rows);
        Files.writeString(
                file,
                new ObjectMapper()
                                .enable(SerializationFeature.INDENT_OUTPUT)
                                .writeValueAsString(fields)
                        + "\n");
    }
}
