package io.psconv.operator.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.operator.record.CropDecision;
import io.psconv.operator.record.Decision;
import io.psconv.operator.record.DecisionTick;
import io.psconv.operator.record.ModelDecision;
import io.psconv.operator.record.ModelReference;
import io.psconv.operator.record.Refusal;
import io.psconv.operator.state.RecordTypes;
import java.util.List;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.StreamFlatMap;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FirstDecisionsTest {
    private static final ModelReference NET = new ModelReference("net", 1, "");

    @Test
    void onlyTicksStayBehind() throws Exception {
        ModelDecision model = ModelDecision.of("c-0@1", NET, 10);
        CropDecision crop = new CropDecision("c-0@2", "gate", null, 20);

        Refusal refusal = new Refusal("c-0@3", "why");

        Run run = run(null, new DecisionTick(1), model, crop, refusal);

        assertThat(run.passed()).containsExactly(model, crop, refusal);
    }

    @Test
    void aRefusedRequestStaysRefusedWhenItIsDecidedAgain() throws Exception {
        Refusal refusal = new Refusal("c-0@1", "no such model");

        Run run =
                run(
                        null,
                        refusal,
                        ModelDecision.of("c-0@1", NET, 10),
                        new Refusal("c-0@1", "still none"));

        assertThat(run.passed()).containsExactly(refusal);
    }

    @Test
    void whatWasDecidedIsKnownAfterARestore() throws Exception {
        ModelDecision later = ModelDecision.of("c-0@2", NET, 30);
        Run before = run(null, new Refusal("c-0@1", "why"), ModelDecision.of("c-1@7", NET, 10));

        Run restored =
                run(
                        before.state(),
                        ModelDecision.of("c-0@1", NET, 20),
                        ModelDecision.of("c-1@7", NET, 20),
                        later);

        assertThat(restored.passed()).containsExactly(later);
    }

    private static Run run(@Nullable OperatorSubtaskState state, Decision... decisions)
            throws Exception {
        TypeSerializer<Decision> serializer =
                RecordTypes.DECISION.createSerializer(new ExecutionConfig().getSerializerConfig());
        var harness =
                new OneInputStreamOperatorTestHarness<>(
                        new StreamFlatMap<>(new FirstDecisions()), serializer);
        try {
            harness.setup(serializer);
            if (state != null) {
                harness.initializeState(state);
            }
            harness.open();
            for (Decision decision : decisions) {
                harness.processElement(new StreamRecord<>(decision, 0));
            }
            return new Run(harness.extractOutputValues(), harness.snapshot(1, 1));
        } finally {
            harness.close();
        }
    }

    private record Run(List<Decision> passed, OperatorSubtaskState state) {}
}
