package io.psconv.bench.report;

/**
 * What was asked for and not measured, and why.
 *
 * @param engine empty for all
 */
public record SkippedCell(String model, String engine, String reason) {
    /**
     * @throws IllegalArgumentException if one says nothing
     */
    public SkippedCell {
        Require.text("model", model);
        Require.text("reason", reason);
    }
}
