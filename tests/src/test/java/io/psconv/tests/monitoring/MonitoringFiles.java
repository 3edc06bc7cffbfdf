package io.psconv.tests.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code docker/} asks Prometheus for. */
public final class MonitoringFiles {
    private static final Pattern RULE =
            Pattern.compile(
                    "- alert: (?<alert>\\w+)\\n +expr: (?:\\|\\n(?<block>(?: {10,}.*\\n)+)|(?<line>.*)\\n)");

    private MonitoringFiles() {}

    /** Where Prometheus' files are. */
    public static Path prometheus() {
        return docker().resolve("prometheus");
    }

    /** Expressions of the alert rules by the name of the alert. */
    public static Map<String, String> alerts() throws IOException {
        Map<String, String> alerts = new LinkedHashMap<>();
        Matcher rule = RULE.matcher(Files.readString(prometheus().resolve("alerts.yml")));
        while (rule.find()) {
            String line = rule.group("line");
            alerts.put(rule.group("alert"), line == null ? rule.group("block") : line);
        }
        return alerts;
    }

    /**
     * Expressions of the dashboard by panel and number, for a range of half a minute, all jobs and
     * models and whatever the panel's resolution.
     */
    public static Map<String, String> panels() throws IOException {
        Map<String, String> panels = new LinkedHashMap<>();
        for (JsonNode panel : dashboard().path("panels")) {
            for (JsonNode target : panel.path("targets")) {
                panels.put(
                        panel.path("title").asText() + " " + target.path("refId").asText(),
                        filled(target.path("expr").asText()));
            }
        }
        for (JsonNode annotation : dashboard().path("annotations").path("list")) {
            panels.put(annotation.path("name").asText(), filled(annotation.path("expr").asText()));
        }
        return panels;
    }

    private static String filled(String expression) {
        return expression
                .replace("$__rate_interval", "30s")
                .replace("$__range", "30s")
                .replace("$job", ".*")
                .replace("$model", ".*");
    }

    /** The dashboard as Grafana reads it. */
    public static JsonNode dashboard() throws IOException {
        return new ObjectMapper()
                .readTree(docker().resolve("grafana/dashboards/psconv.json").toFile());
    }

    private static Path docker() {
        return Path.of(System.getProperty("psconv.root"), "docker");
    }
}
