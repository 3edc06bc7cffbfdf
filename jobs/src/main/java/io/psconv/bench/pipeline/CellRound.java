package io.psconv.bench.pipeline;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of one cell in one round.
 *
 * @param best the highest load that was sustained; null if none was
 * @param latency the lower load at which latencies were taken; null if none was sustained
 * @param points all loads
 * @param answers what the answers say
 * @param checkpoints how long checkpoints took
 */
record CellRound(
        @Nullable LoadPoint best,
        @Nullable LoadPoint latency,
        List<LoadPoint> points,
        AnswerFigures answers,
        CheckpointTimes checkpoints) {
    CellRound {
        points = List.copyOf(points);
    }
}
