package io.psconv.bench.gpu;

import io.psconv.bench.engine.BenchReport.Row;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the CUDA engine's speed is aimed at, worked out from rows of {@code bench engine}.
 *
 * <p>A variant's goal is 0.9 times the ratio of multiply–accumulates over PyTorch's dense network
 * in the same precision at the same batch, of 256 images or more, or 0.8 times what the device's
 * memory allows where that is less; the dense network's is 0.95 times PyTorch's; and PSD1_P16 of
 * ResNet18 in half precision is to classify 100,000 frames a second from the host's memory on a
 * card of the H100's class.
 *
 * @param rows measured
 */
public record SpeedGoals(List<Row> rows) {
    private static final String CUDA = "cuda";
    private static final String TORCH = "torch-cuda";
    private static final String DENSE = "dense";
    private static final int LARGE_BATCH = 256;
    private static final double SPARSE_SHARE = 0.9;
    private static final double DENSE_SHARE = 0.95;
    private static final double MEMORY_SHARE = 0.8;
    private static final double FRAMES_PER_SECOND = 100_000;

    public SpeedGoals {
        rows = List.copyOf(rows);
    }

    /** A line for each network, precision and variant at its best batch. */
    public List<CheckRow> check() {
        List<CheckRow> found = new ArrayList<>();
        for (Row row : rows) {
            if (row.engine().equals(CUDA) && isBest(row)) {
                found.add(beside(row));
            }
        }
        rows.stream()
                .filter(
                        row ->
                                row.engine().equals(CUDA)
                                        && row.network().equals("resnet18")
                                        && row.variant().equals("PSD1_P16")
                                        && row.precision().equals("fp16"))
                .max(Comparator.comparingDouble(SpeedGoals::speed))
                .ifPresent(
                        row ->
                                found.add(
                                        CheckRow.goal(
                                                "resnet18 PSD1_P16 fp16, from host memory",
                                                speedText(row),
                                                String.format(
                                                        Locale.ROOT,
                                                        "at least %,.0f images/s (H100)",
                                                        FRAMES_PER_SECOND),
                                                speed(row) >= FRAMES_PER_SECOND)));
        return found;
    }

    private boolean isBest(Row row) {
        return rows.stream()
                .filter(other -> isSame(row, other) && other.engine().equals(row.engine()))
                .filter(other -> other.variant().equals(row.variant()))
                .allMatch(other -> speed(other) <= speed(row));
    }

    private static boolean isSame(Row row, Row other) {
        return other.network().equals(row.network()) && other.precision().equals(row.precision());
    }

    private CheckRow beside(Row row) {
        String what = row.network() + " " + row.variant() + " " + row.precision();
        Optional<Row> torch =
                rows.stream()
                        .filter(other -> other.engine().equals(TORCH) && isSame(row, other))
                        .filter(other -> other.batch() == row.batch())
                        .findFirst();
        if (torch.isEmpty() || row.batch() < LARGE_BATCH) {
            return CheckRow.information(what, speedText(row));
        }
        double share = row.variant().equals(DENSE) ? DENSE_SHARE : SPARSE_SHARE * row.macRatio();
        double ratio = speed(row) / speed(torch.get());
        @Nullable Double most = row.mostImagesPerSecond();
        if (most != null && MEMORY_SHARE * most < share * speed(torch.get())) {
            return CheckRow.goal(
                    what,
                    speedText(row) + String.format(Locale.ROOT, ", %.2f × PyTorch", ratio),
                    String.format(
                            Locale.ROOT,
                            "at least %,.0f images/s, %.1f of the memory's",
                            MEMORY_SHARE * most,
                            MEMORY_SHARE),
                    speed(row) >= MEMORY_SHARE * most);
        }
        return CheckRow.goal(
                what,
                speedText(row) + String.format(Locale.ROOT, ", %.2f × PyTorch", ratio),
                String.format(Locale.ROOT, "at least %.2f × PyTorch", share),
                ratio >= share);
    }

    private static double speed(Row row) {
        return row.imagesPerSecond().median();
    }

    private static String speedText(Row row) {
        return String.format(Locale.ROOT, "%,.0f images/s at batch %d", speed(row), row.batch());
    }
}
