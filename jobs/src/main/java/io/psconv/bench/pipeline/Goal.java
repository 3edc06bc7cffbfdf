package io.psconv.bench.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A figure beside what it was to be.
 *
 * @param name what it is a figure of
 * @param unit of both numbers; empty for a ratio
 * @param goal what the value is to be at most
 * @param value what was measured
 * @param cell which cell, or pair of cells
 */
record Goal(String name, String unit, double goal, double value, String cell) {
    private static final double BEYOND_NETWORK_MICROS = 100;
    private static final double SECOND_SUBTASK = 1.03;
    private static final double CAMERAS = 1.05;
    private static final int MANY_CAMERAS = 10_000;

    boolean isReached() {
        return value <= goal;
    }

    /** Those of which there are figures. */
    static List<Goal> of(List<CellResult> results) {
        List<Goal> goals = new ArrayList<>();
        if (results.stream().anyMatch(result -> result.cell().mode() != null)) {
            // They are goals for frames through the classify job.
            return goals;
        }
        for (CellResult result : results) {
            if (result.cell().engine().equals("jvm") && result.beyondNetwork() != null) {
                goals.add(
                        new Goal(
                                "processor time of a frame beyond its network",
                                "µs",
                                BEYOND_NETWORK_MICROS,
                                Objects.requireNonNull(result.beyondNetwork()),
                                result.cell().name()));
            }
        }
        for (CellResult result : results) {
            if (result.framesPerSecond() == null) {
                continue;
            }
            Cell cell = result.cell();
            if (cell.parallelism() == 2 && isCpuKnown(result)) {
                partner(results, cell, other -> other.parallelism() == 1, true, false)
                        .filter(Goal::isCpuKnown)
                        .ifPresent(one -> goals.add(secondSubtask(result, one)));
            }
            if (cell.cameras() >= MANY_CAMERAS) {
                partner(results, cell, other -> other.cameras() < MANY_CAMERAS, false, true)
                        .ifPresent(one -> goals.add(manyCameras(result, one)));
            }
        }
        return goals;
    }

    private static boolean isCpuKnown(CellResult result) {
        return result.cpuMicros().containsKey(CellResult.TOTAL);
    }

    private static Optional<CellResult> partner(
            List<CellResult> results,
            Cell cell,
            Predicate<Cell> which,
            boolean sameCameras,
            boolean sameParallelism) {
        return results.stream()
                .filter(other -> which.test(other.cell()))
                .filter(other -> other.cell().model().equals(cell.model()))
                .filter(other -> other.cell().engine().equals(cell.engine()))
                .filter(other -> !sameCameras || other.cell().cameras() == cell.cameras())
                .filter(
                        other ->
                                !sameParallelism
                                        || other.cell().parallelism() == cell.parallelism())
                .filter(other -> other.framesPerSecond() != null)
                .findFirst();
    }

    private static Goal secondSubtask(CellResult two, CellResult one) {
        return new Goal(
                "processor time of a frame with two subtasks, over that with one",
                "",
                SECOND_SUBTASK,
                two.cpuMicros().getOrDefault(CellResult.TOTAL, Double.NaN)
                        / one.cpuMicros().getOrDefault(CellResult.TOTAL, Double.NaN),
                two.cell().name());
    }

    private static Goal manyCameras(CellResult many, CellResult few) {
        return new Goal(
                "throughput of "
                        + few.cell().cameras()
                        + (few.cell().cameras() == 1 ? " camera" : " cameras")
                        + " over that of "
                        + many.cell().cameras(),
                "",
                CAMERAS,
                throughput(few) / throughput(many),
                many.cell().name());
    }

    private static double throughput(CellResult result) {
        return result.framesPerSecond() == null ? Double.NaN : result.framesPerSecond().median();
    }
}
