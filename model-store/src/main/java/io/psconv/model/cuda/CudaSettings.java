package io.psconv.model.cuda;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * How networks are computed, and where.
 *
 * @param precision of weights and feature maps
 * @param devices indexes of those that classifiers are spread over; all of them if empty
 */
record CudaSettings(Precision precision, List<Integer> devices) {
    /** Option of the engine: {@code fp16} or {@code fp32}. */
    static final String PRECISION = "precision";

    /** Option of the engine: {@code auto}, or indexes with {@code +} between them. */
    static final String DEVICES = "devices";

    private static final String AUTO = "auto";
    private static final Set<String> KNOWN = Set.of(PRECISION, DEVICES);

    public CudaSettings {
        devices = devices.stream().distinct().sorted().toList();
    }

    /**
     * Reads the options of an engine.
     *
     * @throws IllegalArgumentException if there is no such option or value
     */
    static CudaSettings of(Map<String, String> options) {
        Set<String> unknown = new TreeSet<>(options.keySet());
        unknown.removeAll(KNOWN);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    "options of engine '"
                            + CudaEngine.NAME
                            + "' were "
                            + unknown
                            + " but they must be some of "
                            + new TreeSet<>(KNOWN));
        }
        return new CudaSettings(
                precision(options.getOrDefault(PRECISION, "fp16")),
                devices(options.getOrDefault(DEVICES, AUTO)));
    }

    private static Precision precision(String text) {
        for (Precision precision : Precision.values()) {
            if (label(precision).equals(text)) {
                return precision;
            }
        }
        throw new IllegalArgumentException(
                PRECISION
                        + " of engine '"
                        + CudaEngine.NAME
                        + "' was '"
                        + text
                        + "' but it must be one of "
                        + Stream.of(Precision.values()).map(CudaSettings::label).toList());
    }

    /** As options have it, for example {@code fp16}. */
    static String label(Precision precision) {
        return precision.name().toLowerCase(Locale.ROOT);
    }

    private static List<Integer> devices(String text) {
        if (text.equals(AUTO)) {
            return List.of();
        }
        try {
            return Stream.of(text.split("\\+", -1)).map(Integer::valueOf).toList();
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    DEVICES
                            + " of engine '"
                            + CudaEngine.NAME
                            + "' was '"
                            + text
                            + "' but it must be auto, an index such as 0, or several such as 0+2",
                    e);
        }
    }
}
