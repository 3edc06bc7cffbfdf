package io.psconv.operator.verify;

import io.psconv.operator.record.CropDecision;
import io.psconv.operator.record.Decision;
import io.psconv.operator.record.ModelDecision;
import io.psconv.operator.record.Refusal;
import io.psconv.operator.record.RequestId;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.util.Collector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes on the first decision of each request and no ticks. A refusal changes nothing, but those
 * who are told count it. For a parallelism of 1, before decisions are broadcast.
 */
public final class FirstDecisions
        implements FlatMapFunction<Decision, Decision>, CheckpointedFunction {
    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(FirstDecisions.class);
    private static final String DECIDED_STATE = "decided-requests";

    private transient DecidedRequests decided;
    private transient ListState<String> decidedState;

    @SuppressWarnings("NullAway.Init") // Flink calls initializeState before any decision.
    public FirstDecisions() {}

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        decidedState =
                context.getOperatorStateStore()
                        .getListState(new ListStateDescriptor<>(DECIDED_STATE, Types.STRING));
        decided = new DecidedRequests();
        for (String request : decidedState.get()) {
            decided.decide(request);
        }
    }

    @Override
    public void flatMap(Decision decision, Collector<Decision> out) {
        if (decision instanceof Refusal refusal) {
            passFirst(refusal.request(), refusal, out);
        } else if (decision instanceof ModelDecision model) {
            passFirst(model.request(), model, out);
        } else if (decision instanceof CropDecision crop) {
            passFirst(crop.request(), crop, out);
        }
    }

    private void passFirst(String request, Decision decision, Collector<Decision> out) {
        if (decided.decide(request)) {
            out.collect(decision);
        } else {
            LOG.info("Request {} was decided before; ignoring {}", request, decision);
        }
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        decidedState.update(decided.newest().stream().map(RequestId::toString).toList());
    }
}
