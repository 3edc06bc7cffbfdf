package io.psconv.operator.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.operator.record.Decision;
import io.psconv.operator.record.DecisionTick;
import io.psconv.operator.record.ModelDecision;
import io.psconv.operator.record.ModelReference;
import io.psconv.operator.record.Refusal;
import io.psconv.operator.record.RequestedTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.junit.jupiter.api.Test;

class TickWatermarksTest {
    private final List<Long> emitted = new ArrayList<>();
    private final TickWatermarks watermarks = new TickWatermarks();

    @Test
    void everyTickIsAWatermarkAtOnce() {
        on(new DecisionTick(5000), 1000);
        on(new DecisionTick(5000), 2000);

        assertThat(emitted).containsExactly(5999L, 6999L);
    }

    @Test
    void nothingElseIs() {
        on(ModelDecision.of("c-0@1", new ModelReference("net", 1, ""), 10), 1000);
        on(new Refusal("c-0@2", "why"), 1001);
        watermarks.onPeriodicEmit(new Collected());

        assertThat(emitted).isEmpty();
    }

    @Test
    void noDecisionTakesEffectAtOrBeforeAWatermarkOfTheLogBeforeIt() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        long lead = random.nextLong(10_000);
        long append = 0;
        for (int entry = 0; entry < 1000; entry++) {
            append += random.nextLong(100);
            if (random.nextBoolean()) {
                on(new DecisionTick(lead), append);
                continue;
            }
            RequestedTime time =
                    new RequestedTime(random.nextLong(100_000), lead + random.nextLong(100));
            long watermark = emitted.isEmpty() ? -1 : emitted.get(emitted.size() - 1);
            assertThat(time.effectiveFromMillis(append))
                    .as("seed %d", seed)
                    .isGreaterThan(watermark);
        }
    }

    private void on(Decision decision, long appendMillis) {
        watermarks.onEvent(decision, appendMillis, new Collected());
    }

    private final class Collected implements WatermarkOutput {
        @Override
        public void emitWatermark(Watermark watermark) {
            emitted.add(watermark.getTimestamp());
        }

        @Override
        public void markIdle() {
            throw new AssertionError("a log without ticks is not complete, hence not idle");
        }

        @Override
        public void markActive() {}
    }
}
