package io.psconv.bench.energy;

import io.psconv.operator.record.ClassScore;
import io.psconv.operator.record.Classification;
import io.psconv.operator.record.EnergyWindow;
import io.psconv.operator.record.FrameEnergy;
import io.psconv.operator.record.FrameId;
import io.psconv.operator.record.FrameTiming;
import io.psconv.operator.record.ModelIdentity;
import io.psconv.operator.record.RouteResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Windows of a second each, and classifications counted in them. */
public final class EnergyRecords {
    /** When window 1 starts; window n does n − 1 seconds later. */
    public static final long START = 1_780_000_000_000L;

    private static final long SECOND_NANOS = 1_000_000_000L;

    private EnergyRecords() {}

    /** A measured window of 30 J idle and as many unattributed as attributed. */
    public static EnergyWindow measured(
            String ledger, long number, double attributed, long busyNanos, double error) {
        return new EnergyWindow(
                ledger,
                "node-1",
                "rapl",
                number,
                START + 1000 * (number - 1),
                START + 1000 * number,
                SECOND_NANOS,
                30 + 2 * attributed,
                30,
                attributed,
                attributed,
                busyNanos,
                busyNanos == 0 ? 0 : attributed / (busyNanos / 1e9),
                error);
    }

    public static EnergyWindow modelled(String ledger, long number, double attributed) {
        return new EnergyWindow(
                ledger,
                "node-2",
                "modelled",
                number,
                START + 1000 * (number - 1),
                START + 1000 * number,
                SECOND_NANOS,
                attributed,
                0,
                attributed,
                0,
                1_000_000,
                attributed / 1e-3,
                0);
    }

    public static FrameEnergy charge(
            String source, double joules, String ledger, long workWindow, long busyNanos) {
        return new FrameEnergy(
                joules, source, workWindow - 1, joules / 8, ledger, workWindow, busyNanos);
    }

    /**
     * A frame's classification by model {@code small} if the offset is even, else {@code large}.
     */
    public static Classification classification(
            long offset, String camera, @Nullable FrameEnergy energy) {
        return new Classification(
                new FrameId("frames", 3, offset),
                camera,
                START,
                "cat",
                List.of(new ClassScore("cat", 0.5f)),
                new ModelIdentity(
                        offset % 2 == 0 ? "small" : "large", 1, "0f".repeat(32), "dense", "jvm"),
                RouteResult.of("default", "single"),
                0,
                false,
                new FrameTiming(0, 0, 0, 1),
                energy);
    }
}
