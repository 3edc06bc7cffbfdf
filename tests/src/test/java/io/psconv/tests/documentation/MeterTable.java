package io.psconv.tests.documentation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The README's table of meters. */
public final class MeterTable {
    private static final Pattern ROW =
            Pattern.compile(
                    "\\| `(?<name>[a-z.]+)` \\| `(?<prometheus>[a-z_]+)` \\| (?<type>[a-z]+)(?:,"
                            + " (?<unit>[a-z]+))? \\| (?<tags>[^|]*) \\| (?<meaning>[^|]+) \\|");

    private MeterTable() {}

    /**
     * One row.
     *
     * @param unit may be empty
     */
    public record Row(String name, String prometheus, String type, String unit, Set<String> tags) {}

    /** Rows by the name of their meter. */
    public static Map<String, Row> read() throws IOException {
        String readme = Files.readString(Path.of(System.getProperty("psconv.root"), "README.md"));
        String section = readme.substring(readme.indexOf("\n## Meters\n"));
        Map<String, Row> rows = new LinkedHashMap<>();
        Matcher row = ROW.matcher(section);
        while (row.find()) {
            String unit = row.group("unit");
            rows.put(
                    row.group("name"),
                    new Row(
                            row.group("name"),
                            row.group("prometheus"),
                            row.group("type"),
                            unit == null ? "" : unit,
                            tags(row.group("tags"))));
        }
        return rows;
    }

    private static Set<String> tags(String cell) {
        return Arrays.stream(cell.split(","))
                .map(tag -> tag.strip().replace("`", ""))
                .filter(tag -> !tag.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
