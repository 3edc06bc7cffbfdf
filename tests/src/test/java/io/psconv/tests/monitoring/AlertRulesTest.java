package io.psconv.tests.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The files of {@code docker/prometheus} and {@code docker/grafana} by themselves. */
class AlertRulesTest {
    @Test
    void prometheusTakesTheConfiguration() throws Exception {
        promtool("check", "config", "prometheus.yml");
    }

    @Test
    void prometheusTakesTheRules() throws Exception {
        assertThat(promtool("check", "rules", "alerts.yml"))
                .contains(MonitoringFiles.alerts().size() + " rules found");
    }

    @Test
    void rulesFireWhenTheyShallAndNotOtherwise() throws Exception {
        assertThat(promtool("test", "rules", "alerts-test.yml")).contains("SUCCESS");
    }

    @Test
    void everyRuleIsTestedBothWays() throws Exception {
        String tests = Files.readString(MonitoringFiles.prometheus().resolve("alerts-test.yml"));

        assertThat(MonitoringFiles.alerts()).hasSizeGreaterThan(10);
        for (String alert : MonitoringFiles.alerts().keySet()) {
            assertThat(tests)
                    .as("a test in which %s does not fire", alert)
                    .containsPattern("\\{eval_time: \\w+, alertname: " + alert + "}");
            assertThat(tests)
                    .as("a test in which %s fires", alert)
                    .containsPattern(
                            Pattern.compile("alertname: " + alert + "\\n +exp_alerts:\\n +- exp"));
        }
    }

    @Test
    void panelsHaveATitleAPlaceAndTheDataSourceOfTheDashboard() throws Exception {
        JsonNode dashboard = MonitoringFiles.dashboard();
        TreeSet<Integer> ids = new TreeSet<>();
        List<boolean[]> taken = new ArrayList<>();
        for (JsonNode panel : dashboard.path("panels")) {
            assertThat(ids.add(panel.path("id").asInt())).as(panel.path("title").asText()).isTrue();
            assertThat(panel.path("title").asText()).isNotBlank();
            take(taken, panel.path("gridPos"), panel.path("title").asText());
            for (JsonNode target : panel.path("targets")) {
                assertThat(target.path("datasource").path("uid").asText())
                        .isEqualTo("${datasource}");
            }
        }
        assertThat(ids).hasSizeGreaterThan(20);
        assertThat(dashboard.path("templating").path("list").findValuesAsText("name"))
                .containsExactly("datasource", "job", "model");
    }

    /** No two panels lie on each other, and none hangs over the edge. */
    private static void take(List<boolean[]> taken, JsonNode place, String title) {
        int right = place.path("x").asInt() + place.path("w").asInt();
        int bottom = place.path("y").asInt() + place.path("h").asInt();
        assertThat(right).as(title).isLessThanOrEqualTo(24);
        for (int y = place.path("y").asInt(); y < bottom; y++) {
            while (taken.size() <= y) {
                taken.add(new boolean[24]);
            }
            for (int x = place.path("x").asInt(); x < right; x++) {
                assertThat(taken.get(y)[x]).as("%s at %s, %s", title, x, y).isFalse();
                taken.get(y)[x] = true;
            }
        }
    }

    @Test
    void everyExpressionNamesSeries() throws Exception {
        for (Map<String, String> expressions :
                List.of(MonitoringFiles.alerts(), MonitoringFiles.panels())) {
            assertThat(expressions).isNotEmpty();
            expressions.forEach(
                    (name, query) -> assertThat(PromQl.names(query)).as(name).isNotEmpty());
        }
    }

    private static String promtool(String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Programs.ofPrometheus("promtool").toString());
        command.addAll(Arrays.asList(arguments));
        Process process =
                new ProcessBuilder(command)
                        .directory(MonitoringFiles.prometheus().toFile())
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }
}
