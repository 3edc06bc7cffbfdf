package io.psconv.tests.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.psconv.job.options.OptionReference;
import io.psconv.job.options.SqlModelConfigOptions;
import io.psconv.model.pattern.Variant;
import io.psconv.operator.metrics.CameraMeters;
import io.psconv.operator.metrics.EnergyMeters;
import io.psconv.operator.metrics.JobRegistry;
import io.psconv.operator.metrics.ModelMeters;
import io.psconv.operator.metrics.NodeMeters;
import io.psconv.operator.metrics.RouteMeters;
import io.psconv.operator.metrics.TransactionMeters;
import io.psconv.operator.record.CameraEventKind;
import io.psconv.operator.record.ClassScore;
import io.psconv.operator.record.EnergyWindow;
import io.psconv.operator.record.FrameEnergy;
import io.psconv.operator.record.ModelIdentity;
import io.psconv.operator.record.PairedResult;
import io.psconv.operator.record.RejectionReason;
import io.psconv.operator.record.RouteResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;
import org.junit.jupiter.api.Test;

/** The README names everything that a user can set, read or meet. */
class ReadmeTest {
    private final String readme;

    ReadmeTest() throws IOException {
        readme = Files.readString(Path.of(System.getProperty("psconv.root"), "README.md"));
    }

    @Test
    void hasTheTableOfOptions() {
        assertThat(readme).contains(OptionReference.markdown(OptionReference.all()));
    }

    @Test
    void describesEveryOptionOfAModelInSql() {
        List<ConfigOption<?>> options =
                Stream.concat(
                                SqlModelConfigOptions.required().stream(),
                                SqlModelConfigOptions.optional().stream())
                        .toList();
        int start = readme.indexOf("### Flink SQL");
        String section = readme.substring(start, readme.indexOf("\n#", start));
        for (ConfigOption<?> option : options) {
            assertThat(section).contains("`" + option.key() + "`");
        }
        assertThat(options).hasSizeGreaterThan(10);
    }

    @Test
    void describesEveryMeterAsItIs() throws IOException {
        PrometheusMeterRegistry registry = everyMeter();
        Map<String, MeterTable.Row> rows = MeterTable.read();

        Map<String, Set<String>> tags = new HashMap<>();
        for (Meter meter : registry.getMeters()) {
            Meter.Id id = meter.getId();
            MeterTable.Row row = rows.get(id.getName());
            assertThat(row).as("row of %s", id.getName()).isNotNull();
            assertThat(row.type()).as(id.getName()).isEqualTo(type(meter));
            assertThat(row.unit()).as(id.getName()).isEqualTo(unit(id));
            Set<String> keys =
                    id.getTags().stream()
                            .map(Tag::getKey)
                            .collect(Collectors.toCollection(TreeSet::new));
            assertThat(row.tags()).as(id.getName()).isEqualTo(keys);
            tags.put(id.getName(), keys);
        }
        assertThat(rows.keySet()).isEqualTo(tags.keySet());
    }

    @Test
    void saysWhatMetersAreCalledInPrometheus() throws IOException {
        Set<String> samples =
                everyMeter()
                        .scrape()
                        .lines()
                        .filter(line -> !line.startsWith("#"))
                        .map(line -> line.split("[{ ]")[0])
                        .collect(Collectors.toSet());

        for (MeterTable.Row row : MeterTable.read().values()) {
            boolean one = row.type().equals("counter") || row.type().equals("gauge");
            assertThat(samples).contains(row.prometheus() + (one ? "" : "_count"));
        }
    }

    private static String type(Meter meter) {
        if (meter instanceof Timer) {
            return "timer";
        }
        if (meter instanceof DistributionSummary) {
            return "summary";
        }
        return meter instanceof Gauge ? "gauge" : "counter";
    }

    private static String unit(Meter.Id id) {
        return id.getBaseUnit() == null ? "" : id.getBaseUnit();
    }

    private static PrometheusMeterRegistry everyMeter() {
        PrometheusMeterRegistry process = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        MeterRegistry registry = new JobRegistry(process, "job").registry();
        new NodeMeters(registry);
        new CameraMeters(registry);
        new TransactionMeters(registry, "classifications");
        ModelIdentity model = new ModelIdentity("model", 1, "digest", "dense", "jvm");
        new RouteMeters(registry)
                .classified(
                        new RouteResult(
                                "default",
                                "primary",
                                null,
                                new PairedResult(model, new ClassScore("a", 1), true, 0)),
                        0,
                        true);
        new ModelMeters(registry, model)
                .classified(1, 1, 1, new FrameEnergy(1, "modelled", 0, 0, "a", 1, 1));
        new EnergyMeters(registry, process, true)
                .closed(new EnergyWindow("a", "host", "rapl", 1, 0, 1, 1, 3, 1, 1, 1, 1, 1e9, 0));
        EnergyMeters.showDropped(registry, new AtomicLong(), AtomicLong::get);
        return process;
    }

    @Test
    void namesEveryReasonAndVariant() {
        for (RejectionReason reason : RejectionReason.values()) {
            assertThat(readme).contains("`" + reason + "`");
        }
        for (String variant : Variant.names()) {
            assertThat(readme).contains(variant);
        }
    }

    @Test
    void namesEveryKindOfCameraEvent() {
        for (CameraEventKind kind : CameraEventKind.values()) {
            assertThat(readme).contains("`" + kind + "`");
        }
    }

    @Test
    void namesOnlyTestsThatAreThere() throws IOException {
        Matcher named = Pattern.compile("`([A-Z]\\w+(?:Test|ITCase))\\.(\\w+)`").matcher(readme);
        Map<String, String> sources = testSources();
        int found = 0;
        while (named.find()) {
            found++;
            assertThat(sources).containsKey(named.group(1));
            assertThat(sources.get(named.group(1)))
                    .as(named.group())
                    .contains("void " + named.group(2) + "(");
        }
        assertThat(found).isGreaterThan(20);
    }

    /** Text of every test class by its name. */
    private static Map<String, String> testSources() throws IOException {
        Map<String, String> sources = new HashMap<>();
        for (String module : List.of("model-store", "operators", "jobs", "tests")) {
            Path root = Path.of(System.getProperty("psconv.root"), module, "src", "test", "java");
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    String name = file.getFileName().toString();
                    sources.put(name.substring(0, name.length() - 5), Files.readString(file));
                }
            }
        }
        return sources;
    }

    @Test
    void namesTheTwoCommands() {
        assertThat(readme).contains("./psconv demo").contains("mvn verify");
    }
}
