package io.psconv.bench.report;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One model on one engine at one parallelism and number of cameras.
 *
 * @param model name and version, such as {@code resnet18-psd1_p16@2}
 * @param variant {@code dense}, or the name of a pre-defined sparsity
 * @param framesPerSecond largest throughput without a growing backlog, median of the rounds
 * @param framesPerSecondMin of the rounds
 * @param framesPerSecondMax of the rounds
 * @param cpuMicrosPerFrame the job's own
 * @param compilerCpuMicrosPerFrame of the JVM's compilers, not part of the job's own; null where
 *     unknown, as in files that count it as the job's
 * @param brokerCpuMicrosPerFrame null where unknown
 * @param generatorCpuMicrosPerFrame null where unknown
 * @param latencyLoadFramesPerSecond the load at which the latencies were taken
 * @param latencyMillis from the scheduled arrival until a reader of committed records sees it; null
 *     where unknown
 * @param classifiedLatencyMillis from the scheduled arrival to the classification; null if unknown
 * @param joulesPerFrame null where unknown
 * @param energySource what the joules come from, such as {@code rapl} or {@code modelled}; {@code
 *     mixed} if not one source
 * @param accuracy share of right answers, 0 to 1; null where unknown
 * @param accuracyFrames labelled frames that the accuracy is over, the same ones in every cell of a
 *     run; null where unknown, as in files that do not say
 * @param answerMicros what answers say of their time; null where unknown
 * @param frames that were measured
 * @param points all loads tried, ascending
 * @param parallelismMode subtasks beside those that classify, such as {@code 32-N-32}; null where
 *     the job has none
 */
public record ResultCell(
        String model,
        String variant,
        String engine,
        int parallelism,
        int cameras,
        double framesPerSecond,
        double framesPerSecondMin,
        double framesPerSecondMax,
        CpuMicros cpuMicrosPerFrame,
        @Nullable Double compilerCpuMicrosPerFrame,
        @Nullable Double brokerCpuMicrosPerFrame,
        @Nullable Double generatorCpuMicrosPerFrame,
        double latencyLoadFramesPerSecond,
        @Nullable LatencyMillis latencyMillis,
        @Nullable LatencyMillis classifiedLatencyMillis,
        @Nullable Double joulesPerFrame,
        @Nullable String energySource,
        @Nullable Double accuracy,
        @Nullable Long accuracyFrames,
        @Nullable AnswerMicros answerMicros,
        long frames,
        @Nullable BatchSize batchSize,
        @Nullable CheckpointMillis checkpointMillis,
        List<LoadPoint> points,
        @Nullable String parallelismMode) {
    static final String MODELLED = "modelled";
    private static final String MIXED = "mixed";
    private static final String DENSE = "dense";
    private static final Set<String> FILLS_ZEROS_IN = Set.of("onnxruntime", "djl-pytorch");
    private static final int MOST_POINTS = 200;

    /**
     * @throws IllegalArgumentException if a figure is out of its range
     */
    public ResultCell {
        Require.text("model", model);
        Require.text("variant", variant);
        Require.text("engine", engine);
        Require.atLeast("parallelism", parallelism, 1);
        Require.atLeast("cameras", cameras, 1);
        Require.atLeast("framesPerSecondMin", framesPerSecondMin, 0);
        Require.atLeast("framesPerSecond", framesPerSecond, 0);
        Require.atLeast("framesPerSecondMax", framesPerSecondMax, 0);
        Require.ordered(
                "framesPerSecondMin", framesPerSecondMin, "framesPerSecond", framesPerSecond);
        Require.ordered(
                "framesPerSecond", framesPerSecond, "framesPerSecondMax", framesPerSecondMax);
        Require.atLeastIfKnown("compilerCpuMicrosPerFrame", compilerCpuMicrosPerFrame, 0);
        Require.atLeastIfKnown("brokerCpuMicrosPerFrame", brokerCpuMicrosPerFrame, 0);
        Require.atLeastIfKnown("generatorCpuMicrosPerFrame", generatorCpuMicrosPerFrame, 0);
        Require.atLeast("latencyLoadFramesPerSecond", latencyLoadFramesPerSecond, 0);
        Require.atLeastIfKnown("joulesPerFrame", joulesPerFrame, 0);
        if (joulesPerFrame != null && energySource == null) {
            throw Require.wrong(
                    "energySource", "null", "named where joulesPerFrame is given, like rapl");
        }
        if (energySource != null && !energySource.matches("[a-z][a-z0-9-]{0,39}")) {
            throw Require.wrong(
                    "energySource", energySource, "a lower-case name like rapl or modelled");
        }
        if (accuracy != null) {
            Require.between("accuracy", accuracy, 0, 1);
        }
        if (accuracyFrames != null) {
            Require.atLeast("accuracyFrames", accuracyFrames, 1);
        }
        Require.atLeast("frames", frames, 0);
        if (parallelismMode != null && !parallelismMode.matches("[0-9A-Za-z-]{1,20}")) {
            throw Require.wrong("parallelismMode", parallelismMode, "a name like 32-N-32");
        }
        points = List.copyOf(points);
        if (points.size() > MOST_POINTS) {
            throw Require.wrong("number of points", points.size(), "at most " + MOST_POINTS);
        }
        for (int i = 1; i < points.size(); i++) {
            Require.ordered(
                    "points[" + (i - 1) + "].offeredFramesPerSecond",
                    points.get(i - 1).offeredFramesPerSecond(),
                    "that of the next point",
                    points.get(i).offeredFramesPerSecond());
        }
    }

    CellKey key() {
        return new CellKey(model, engine, parallelism, cameras, parallelismMode);
    }

    boolean isSparse() {
        return !isDense();
    }

    /** Whether zeros are multiplied: by a dense model, or by an engine that fills them in. */
    boolean isDense() {
        return variant.toLowerCase(Locale.ROOT).equals(DENSE) || FILLS_ZEROS_IN.contains(engine);
    }

    /** Where the joules come from, if they are known and come from one source. */
    @Nullable String ownEnergySource() {
        return joulesPerFrame == null || MIXED.equals(energySource) ? null : energySource;
    }

    /** For example {@code resnet18-psd1_p16@2 · jvm}. */
    String subject() {
        return model + " · " + engine;
    }

    /** For example {@code ×2, 8 cameras}, or {@code ×2, 32-N-32}. */
    String axes() {
        if (parallelismMode != null) {
            return "×" + parallelism + ", " + parallelismMode;
        }
        return String.format(
                Locale.ROOT,
                "×%d, %,d %s",
                parallelism,
                cameras,
                cameras == 1 ? "camera" : "cameras");
    }

    /** For example {@code ×2, 8 cams}. */
    String shortAxes() {
        if (parallelismMode != null) {
            return axes();
        }
        return String.format(
                Locale.ROOT, "×%d, %,d %s", parallelism, cameras, cameras == 1 ? "cam" : "cams");
    }

    /** For example {@code resnet18-psd1_p16@2 · jvm · ×2, 8 cameras}. */
    String label() {
        return subject() + " · " + axes();
    }

    /** The network's name without variant and version, or null where its name does not say. */
    @Nullable String network() {
        int at = model.lastIndexOf('@');
        String name = at < 0 ? model : model.substring(0, at);
        String suffix = "-" + variant.toLowerCase(Locale.ROOT);
        return name.length() > suffix.length() && name.endsWith(suffix)
                ? name.substring(0, name.length() - suffix.length())
                : null;
    }

    /** Width of the rounds' range over their median; 0 where nothing was sustained. */
    double relativeSpread() {
        return framesPerSecond == 0
                ? 0
                : (framesPerSecondMax - framesPerSecondMin) / framesPerSecond;
    }
}
