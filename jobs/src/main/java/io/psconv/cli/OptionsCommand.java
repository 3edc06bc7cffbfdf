package io.psconv.cli;

import io.psconv.job.options.OptionReference;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says which options the classify job has. */
@Command(
        name = "options",
        description = {
            "Lists the options of the classify job: key, default, meaning.",
            "Each is set with -Dkey=value of classify, layout or a laid-out folder's submit.sh."
        })
final class OptionsCommand implements Callable<Integer> {
    @Parameters(
            arity = "0..1",
            paramLabel = "WORD",
            description = "Only options whose key or meaning has this word; all if not given.")
    private @Nullable String word;

    @ArgGroup private Form form = new Form();

    @SuppressWarnings("NullAway.Init") // Set by picocli.
    @Spec
    private CommandSpec spec;

    /** How options are printed; as text if neither is asked for. */
    private static final class Form {
        @Option(names = "--json", description = "Print a JSON array instead of text.")
        private boolean json;

        @Option(names = "--markdown", description = "Print a Markdown table instead of text.")
        private boolean markdown;
    }

    @Override
    public Integer call() throws IOException {
        List<OptionReference> options =
                OptionReference.all().stream().filter(this::isAskedFor).toList();
        if (options.isEmpty()) {
            throw new IllegalArgumentException(
                    "WORD was '"
                            + word
                            + "' but no option has it in its key or meaning; without it all are"
                            + " listed");
        }
        PrintWriter out = spec.commandLine().getOut();
        if (form.json) {
            Json.print(out, options.stream().map(OptionsCommand::members).toList());
        } else if (form.markdown) {
            out.print(OptionReference.markdown(options));
        } else {
            options.forEach(option -> print(out, option));
        }
        out.flush();
        return 0;
    }

    private boolean isAskedFor(OptionReference option) {
        return word == null
                || (option.key() + " " + option.description())
                        .toLowerCase(Locale.ROOT)
                        .contains(word.toLowerCase(Locale.ROOT));
    }

    private static Map<String, @Nullable Object> members(OptionReference option) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("key", option.key());
        members.put("default", option.defaultValue());
        members.put("description", option.description());
        return members;
    }

    private static void print(PrintWriter out, OptionReference option) {
        String value = option.defaultValue();
        out.println(option.key() + (value == null ? "" : " = " + value));
        out.println("    " + option.description());
    }
}
