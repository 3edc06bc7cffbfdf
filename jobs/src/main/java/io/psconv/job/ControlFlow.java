package io.psconv.job;

import io.psconv.job.options.ClassifyOptions;
import io.psconv.job.options.ControlOptions;
import io.psconv.operator.record.ControlRequest;
import io.psconv.operator.record.DecisionEntry;
import io.psconv.operator.record.DecisionTick;
import io.psconv.operator.state.RecordTypes;
import io.psconv.operator.verify.VerifierSettings;
import io.psconv.operator.verify.VerifyFunction;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The part of the classify job that decides on requests: requests and ticks in, the log of
 * decisions out. It touches the other part by way of Kafka only.
 */
final class ControlFlow {
    private static final double MILLIS_PER_SECOND = 1000;

    /** The function counts the time of a request itself, from its turn on. */
    private static final long NO_TIMEOUT = 0;

    /** More undecided requests than this hold up checkpoints, and with them the answers. */
    private static final int UNDECIDED = 10_000;

    private ControlFlow() {}

    /** Adds it to an environment. */
    static void define(
            StreamExecutionEnvironment environment,
            ClassifyOptions options,
            Source<ControlRequest, ?, ?> requests,
            Sink<DecisionEntry> log) {
        DataStream<ControlRequest> asked =
                environment
                        .fromSource(
                                requests,
                                WatermarkStrategy.noWatermarks(),
                                "control-requests",
                                RecordTypes.CONTROL_REQUEST)
                        .setParallelism(1)
                        .uid("control-requests");
        DataStream<DecisionEntry> decided =
                AsyncDataStream.orderedWait(
                                asked,
                                new VerifyFunction(
                                        settings(options), options.control().verifyTimeout()),
                                NO_TIMEOUT,
                                TimeUnit.MILLISECONDS,
                                UNDECIDED)
                        .returns(RecordTypes.DECISION_ENTRY)
                        .name("verifier")
                        .setParallelism(1)
                        .uid("verifier");
        DataStream<DecisionEntry> ticks =
                environment
                        .fromSource(
                                ticks(options.control()),
                                WatermarkStrategy.noWatermarks(),
                                "decision-ticks",
                                RecordTypes.DECISION_ENTRY)
                        .setParallelism(1)
                        .uid("decision-ticks");
        decided.union(ticks).sinkTo(log).name("decision-log").setParallelism(1).uid("decision-log");
    }

    private static DataGeneratorSource<DecisionEntry> ticks(ControlOptions control) {
        DecisionTick tick = new DecisionTick(control.lead().toMillis());
        return new DataGeneratorSource<>(
                index -> tick,
                Long.MAX_VALUE,
                RateLimiterStrategy.perSecond(
                        MILLIS_PER_SECOND / control.tickInterval().toMillis()),
                RecordTypes.DECISION_ENTRY);
    }

    private static VerifierSettings settings(ClassifyOptions options) {
        return new VerifierSettings(
                Path.of(options.model().store()).toAbsolutePath().toString(),
                options.engine().spec(),
                options.engine().convolution().toString(),
                options.engine().requireVector(),
                options.batch().maxSize(),
                options.batch().maxBufferedBytes(),
                options.control().lead().toMillis());
    }
}
