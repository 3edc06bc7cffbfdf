package io.psconv.job;

import io.psconv.operator.record.Decision;
import io.psconv.operator.record.DecisionTick;
import io.psconv.operator.state.RecordTypes;
import io.psconv.operator.verify.FirstDecisions;
import io.psconv.operator.verify.TickWatermarks;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/** The log of decisions as the classify operator follows it. */
final class DecisionFlow {
    private static final String UID = "model-decisions";

    private DecisionFlow() {}

    /**
     * Decisions, of each request the first one. Their watermark says up to which event time nothing
     * is decided any more.
     *
     * @param source the log, or null for none: then all is decided at once
     */
    static DataStream<Decision> of(
            StreamExecutionEnvironment environment, @Nullable Source<Decision, ?, ?> source) {
        if (source == null) {
            // The operator's second input must be there; this one ends at once. On its own, as a
            // finished source is restored only if all that is chained to it has finished too.
            return environment
                    .fromData(RecordTypes.DECISION, new DecisionTick(0))
                    .name("no-decisions")
                    .setParallelism(1)
                    .uid(UID);
        }
        DataStream<Decision> log =
                environment
                        .fromSource(
                                source,
                                // Never idle: without ticks nobody knows what is decided.
                                WatermarkStrategy.forGenerator(context -> new TickWatermarks()),
                                UID,
                                RecordTypes.DECISION)
                        .setParallelism(1)
                        .uid(UID);
        return log.flatMap(new FirstDecisions())
                .returns(RecordTypes.DECISION)
                .name("first-decisions")
                .setParallelism(1)
                .uid("first-decisions");
    }
}
