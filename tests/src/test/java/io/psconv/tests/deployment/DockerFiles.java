package io.psconv.tests.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.psconv.job.options.ClassifyConfigOptions;
import io.psconv.job.options.ClassifyOptions;
import io.psconv.job.options.JobArguments;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.configuration.Configuration;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Reads what lies in {@code docker/}, and runs the tools that judge it. */
final class DockerFiles {
    static final Path FOLDER = Path.of(System.getProperty("psconv.root"), "docker");

    /** The default of the image's build argument, over several lines. */
    private static final Pattern LAYOUT = Pattern.compile("ARG LAYOUT=\"([^\"]*)\"");

    private DockerFiles() {}

    /** What a program said and how it ended. */
    record Output(int status, String text) {}

    static String text(String name) throws IOException {
        return Files.readString(FOLDER.resolve(name));
    }

    /** A YAML document, anchors and merge keys resolved. */
    static JsonNode yaml(String text) {
        Object read = new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
        return new ObjectMapper().valueToTree(read);
    }

    /** Arguments of {@code psconv layout} that the image is built with unless told otherwise. */
    static List<String> layoutArguments() throws IOException {
        Matcher argument = LAYOUT.matcher(text("Dockerfile"));
        assertThat(argument.find()).isTrue();
        return List.of(argument.group(1).replace("\\\n", "").strip().split("\\s+"));
    }

    /** Those that the image for NVIDIA devices is built with. */
    static List<String> gpuLayoutArguments() throws IOException {
        String arguments =
                yaml(text("compose.gpu.yaml"))
                        .at("/services/jobmanager/build/args/LAYOUT")
                        .asText();
        return List.of(arguments.strip().split("\\s+"));
    }

    /** The job's options in the image, with those that a cluster gives it. */
    static ClassifyOptions options(List<String> given) throws IOException {
        return options(layoutArguments(), given);
    }

    /** The job's options in an image laid out so, with those that a cluster gives it. */
    static ClassifyOptions options(List<String> layout, List<String> given) throws IOException {
        List<String> arguments = new ArrayList<>();
        layout.stream().filter(word -> word.startsWith("-D")).forEach(arguments::add);
        int engine = layout.indexOf("--engine");
        if (engine >= 0) {
            arguments.add("-Dclassify.engine=" + layout.get(engine + 1));
        }
        arguments.addAll(given);
        Configuration configuration = JobArguments.parse(arguments.toArray(String[]::new));
        configuration.set(ClassifyConfigOptions.CLASSIFY_STORE, "/opt/psconv/store");
        configuration.set(ClassifyConfigOptions.CLASSIFY_MODEL, "resnet18-psd1_p16");
        return ClassifyOptions.of(configuration);
    }

    /** Runs a program to its end; 127 if there is none of that name. */
    static Output run(ProcessBuilder program) throws Exception {
        Process process;
        try {
            process = program.redirectErrorStream(true).start();
        } catch (IOException e) {
            return new Output(127, String.valueOf(e.getMessage()));
        }
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Output(process.exitValue(), text);
    }
}
