package io.psconv.tests.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.psconv.job.options.ClassifyConfigOptions;
import io.psconv.model.pattern.Variant;
import io.psconv.operator.metrics.CameraMeters;
import io.psconv.operator.metrics.EnergyMeters;
import io.psconv.operator.metrics.ModelMeters;
import io.psconv.operator.metrics.NodeMeters;
import io.psconv.operator.metrics.RouteMeters;
import io.psconv.operator.record.CameraEventKind;
import io.psconv.operator.record.ClassScore;
import io.psconv.operator.record.EnergyWindow;
import io.psconv.operator.record.FrameEnergy;
import io.psconv.operator.record.ModelIdentity;
import io.psconv.operator.record.PairedResult;
import io.psconv.operator.record.RejectionReason;
import io.psconv.operator.record.RouteResult;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
    void namesEveryOption() throws IllegalAccessException {
        int options = 0;
        for (Field field : ClassifyConfigOptions.class.getFields()) {
            if (field.get(null) instanceof ConfigOption<?> option) {
                options++;
                assertThat(readme).contains("| `" + option.key() + "` |");
            }
        }
        assertThat(options).isGreaterThan(20);
    }

    @Test
    void namesEveryMeter() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        new NodeMeters(registry);
        new CameraMeters(registry);
        ModelIdentity model = new ModelIdentity("model", 1, "digest", "dense", "jvm");
        new RouteMeters(registry)
                .classified(
                        new RouteResult(
                                "default",
                                "primary",
                                null,
                                new PairedResult(model, new ClassScore("a", 1), true, 0)),
                        true);
        new ModelMeters(registry, model)
                .classified(1, 1, new FrameEnergy(1, "modelled", 0, 0, "a", 1, 1));
        new EnergyMeters(registry, true)
                .closed(new EnergyWindow("a", "host", "rapl", 1, 0, 1, 1, 3, 1, 1, 1, 1, 1e9, 0));

        assertThat(registry.getMeters()).isNotEmpty();
        for (Meter meter : registry.getMeters()) {
            assertThat(readme).contains("| `" + meter.getId().getName() + "` |");
        }
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
