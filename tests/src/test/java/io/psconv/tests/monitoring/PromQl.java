package io.psconv.tests.monitoring;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** As much of Prometheus' query language as it takes to find the series that a query names. */
public final class PromQl {
    private static final Pattern STRINGS = Pattern.compile("\"[^\"]*\"|'[^']*'");
    private static final Pattern MATCHERS = Pattern.compile("\\{[^}]*}|\\[[^\\]]*]");
    private static final Pattern LABELS =
            Pattern.compile("\\b(by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)");
    private static final Pattern NAME =
            Pattern.compile("(?<![\\w:.])(?<name>[a-zA-Z_:][\\w:]*)(?!\\w)(?<call>\\s*\\()?");
    private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool", "offset");

    private PromQl() {}

    /** Names of series in a query. */
    public static Set<String> names(String query) {
        String rest = STRINGS.matcher(query).replaceAll("");
        rest = MATCHERS.matcher(rest).replaceAll("");
        rest = LABELS.matcher(rest).replaceAll("");
        Set<String> names = new TreeSet<>();
        Matcher name = NAME.matcher(rest);
        while (name.find()) {
            if (name.group("call") == null && !WORDS.contains(name.group("name"))) {
                names.add(name.group("name"));
            }
        }
        return names;
    }
}
