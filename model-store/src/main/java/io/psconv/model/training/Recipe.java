package io.psconv.model.training;

import io.psconv.model.network.Network;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What decides the outcome of a training beside the images: to go on with one, all of it must be
 * the same. Threads and engine are no part of it.
 *
 * @param network as {@link #describe} has it
 * @param variant name of the supports
 * @param initial what the weights begin with, {@code random} or a model's reference
 * @param batch images of every step, at least 2
 * @param learningRate highest one, above 0
 * @param augment whether images are cropped and flipped
 * @param validation share of the images that was split off to judge by, 0 where the data have such
 *     a part
 * @param seed of the first weights, the order of the images and their augmentation
 */
public record Recipe(
        String network,
        String variant,
        String initial,
        TrainingLength length,
        int batch,
        float learningRate,
        LearningRateSchedule schedule,
        SgdSettings sgd,
        boolean augment,
        double validation,
        long seed) {
    /** What {@link #initial} is for a network that nobody has trained. */
    public static final String RANDOM = "random";

    private static final String SEPARATOR = "; ";

    public Recipe {
        checkText("network", network);
        checkText("variant", variant);
        checkText("initial model", initial);
        if (batch < 2 || batch > 65_536) {
            throw new IllegalArgumentException(
                    "batch was '"
                            + batch
                            + "' but it must be from 2, which batch normalization needs, to 65536");
        }
        if (!(learningRate > 0 && learningRate <= 100)) {
            throw new IllegalArgumentException(
                    "learning rate was '"
                            + learningRate
                            + "' but it must be above 0 and at most 100");
        }
        if (!(validation >= 0 && validation < 1)) {
            throw new IllegalArgumentException(
                    "validation share was '" + validation + "' but it must be from 0 to below 1");
        }
    }

    /** A network in a few words. */
    public static String describe(Network network) {
        return network.architecture()
                + " "
                + network.input()
                + " to "
                + network.classes()
                + " classes";
    }

    /** The recipe in one line; equal recipes have equal lines. */
    public String text() {
        return entries().entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining(SEPARATOR));
    }

    private Map<String, String> entries() {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put("network", network);
        entries.put("variant", variant);
        entries.put("initial", initial);
        entries.put("length", length.toString());
        entries.put("batch", Integer.toString(batch));
        entries.put("learning-rate", Float.toString(learningRate));
        entries.put("schedule", schedule.toString());
        entries.put("momentum", Float.toString(sgd.momentum()));
        entries.put("nesterov", Boolean.toString(sgd.nesterov()));
        entries.put("weight-decay", Float.toString(sgd.weightDecay()));
        entries.put("label-smoothing", Float.toString(sgd.labelSmoothing()));
        entries.put("augment", Boolean.toString(augment));
        entries.put("validation", Double.toString(validation));
        entries.put("seed", Long.toString(seed));
        return entries;
    }

    /**
     * Says where another recipe's {@link #text} differs from this one.
     *
     * @return a phrase for each difference; empty if the recipes are equal
     */
    public List<String> differences(String otherText) {
        Map<String, String> others = new LinkedHashMap<>();
        for (String part : otherText.split(SEPARATOR, -1)) {
            int space = part.indexOf(' ');
            others.put(
                    space < 0 ? part : part.substring(0, space),
                    space < 0 ? "" : part.substring(space + 1));
        }
        Map<String, String> own = entries();
        Set<String> keys = new LinkedHashSet<>(own.keySet());
        keys.addAll(others.keySet());
        List<String> differences = new ArrayList<>();
        for (String key : keys) {
            String value = own.getOrDefault(key, "");
            String other = others.getOrDefault(key, "");
            if (!value.equals(other)) {
                differences.add(key + " '" + other + "' and not '" + value + "'");
            }
        }
        return differences;
    }

    private static void checkText(String what, String text) {
        if (text.isBlank() || text.contains(";")) {
            throw new IllegalArgumentException(
                    what + " was '" + text + "' but it must be there and have no ';'");
        }
    }
}
