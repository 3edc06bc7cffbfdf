package io.psconv.operator.verify;

import io.psconv.operator.record.Decision;
import io.psconv.operator.record.DecisionTick;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;

/**
 * How far the log of decisions is complete: whatever stands behind a tick takes effect no sooner
 * than the tick's append time and lead. So every tick is a watermark, at once; nothing else is.
 */
public final class TickWatermarks implements WatermarkGenerator<Decision> {
    @Override
    public void onEvent(Decision decision, long appendMillis, WatermarkOutput output) {
        if (decision instanceof DecisionTick tick) {
            output.emitWatermark(new Watermark(appendMillis + tick.leadMillis() - 1));
        }
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
        // Without a tick nothing is known of what is decided next.
    }
}
