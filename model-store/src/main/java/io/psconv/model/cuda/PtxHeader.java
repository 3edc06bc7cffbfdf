package io.psconv.model.cuda;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the head of a PTX module asks of driver and device.
 *
 * @param version of the instruction set, for example {@code 8.0}
 * @param target least device, for example {@code sm_80}
 */
record PtxHeader(String version, String target) {
    private static final Pattern VERSION = Pattern.compile("(?m)^\\s*\\.version\\s+(\\d+\\.\\d+)");
    private static final Pattern TARGET = Pattern.compile("(?m)^\\s*\\.target\\s+(\\w+)");
    private static final String UNKNOWN = "unknown";

    /**
     * The first driver for Linux that knows a version, as {@code CUDA release, driver}: NVIDIA's
     * PTX ISA, section release history, and the release notes of CUDA.
     */
    private static final Map<String, String> DRIVERS =
            Map.ofEntries(
                    Map.entry("7.0", "450 (CUDA 11.0)"),
                    Map.entry("7.1", "455 (CUDA 11.1)"),
                    Map.entry("7.2", "460 (CUDA 11.2)"),
                    Map.entry("7.3", "465 (CUDA 11.3)"),
                    Map.entry("7.4", "470 (CUDA 11.4)"),
                    Map.entry("7.5", "495 (CUDA 11.5)"),
                    Map.entry("7.6", "510 (CUDA 11.6)"),
                    Map.entry("7.7", "515 (CUDA 11.7)"),
                    Map.entry("7.8", "520 (CUDA 11.8)"),
                    Map.entry("8.0", "525 (CUDA 12.0)"),
                    Map.entry("8.1", "530 (CUDA 12.1)"),
                    Map.entry("8.2", "535 (CUDA 12.2)"),
                    Map.entry("8.3", "545 (CUDA 12.3)"),
                    Map.entry("8.4", "550 (CUDA 12.4)"),
                    Map.entry("8.5", "555 (CUDA 12.5)"),
                    Map.entry("8.6", "565 (CUDA 12.7)"),
                    Map.entry("8.7", "570 (CUDA 12.8)"),
                    Map.entry("8.8", "575 (CUDA 12.9)"),
                    Map.entry("9.0", "580 (CUDA 13.0)"));

    /** Reads the head of a module. */
    static PtxHeader of(byte[] ptx) {
        String text = new String(ptx, StandardCharsets.US_ASCII);
        return new PtxHeader(first(VERSION, text), first(TARGET, text));
    }

    private static String first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? matcher.group(1) : UNKNOWN;
    }

    /** The first driver that knows this version, for people. */
    String leastDriver() {
        return DRIVERS.getOrDefault(version, "of the CUDA release that PTX " + version + " is of");
    }
}
