package io.psconv.tests.pipeline;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an endpoint for Prometheus shows, in its text format 0.0.4. */
final class Scrape {
    private static final Pattern SAMPLE =
            Pattern.compile("(?<name>[\\w:]+)(?:\\{(?<labels>.*)})? (?<value>\\S+)(?: \\d+)?");
    private static final Pattern LABEL =
            Pattern.compile("(?<key>\\w+)=\"(?<value>(?:[^\"\\\\]|\\\\.)*)\"");

    /** One value. */
    record Sample(String name, Map<String, String> labels, double value) {}

    private final List<Sample> samples;

    private Scrape(List<Sample> samples) {
        this.samples = samples;
    }

    /** Asks an endpoint of this machine. */
    static Scrape of(int port) throws IOException, InterruptedException {
        return read(
                HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(
                                                URI.create("http://127.0.0.1:" + port + "/metrics"))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString())
                        .body());
    }

    static Scrape read(String text) {
        List<Sample> samples = new ArrayList<>();
        for (String line : text.split("\n", -1)) {
            Matcher sample = SAMPLE.matcher(line);
            if (!line.startsWith("#") && sample.matches()) {
                samples.add(
                        new Sample(
                                sample.group("name"),
                                labels(sample.group("labels")),
                                Double.parseDouble(
                                        sample.group("value").replace("Inf", "Infinity"))));
            }
        }
        return new Scrape(samples);
    }

    private static Map<String, String> labels(String text) {
        Map<String, String> labels = new TreeMap<>();
        Matcher label = LABEL.matcher(text == null ? "" : text);
        while (label.find()) {
            labels.put(label.group("key"), label.group("value"));
        }
        return labels;
    }

    List<Sample> samples() {
        return samples;
    }

    Set<String> names() {
        Set<String> names = new TreeSet<>();
        samples.forEach(sample -> names.add(sample.name()));
        return names;
    }

    /** Adds up all series of a name. */
    double sum(String name) {
        return sum(name, labels -> true);
    }

    double sum(String name, Predicate<Map<String, String>> which) {
        return samples.stream()
                .filter(sample -> sample.name().equals(name) && which.test(sample.labels()))
                .mapToDouble(Sample::value)
                .sum();
    }
}
