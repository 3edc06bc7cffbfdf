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
 * @param judged how many labelled records were answered rightly; null if none were judged in this
 *     round
 * @param checkpoints how long checkpoints took; null of a job without any
 * @param drained frames a second that were answered when more were there than the job could take
 * @param bursts what came of a load with bursts; null if there was none
 */
record CellRound(
        @Nullable LoadPoint best,
        @Nullable LoadPoint latency,
        List<LoadPoint> points,
        AnswerFigures answers,
        @Nullable Judgement judged,
        @Nullable CheckpointTimes checkpoints,
        double drained,
        @Nullable BurstFigures bursts) {
    CellRound {
        points = List.copyOf(points);
    }
}
