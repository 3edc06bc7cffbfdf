package io.psconv.job.crayfish;

import io.psconv.operator.metrics.ModelMeters;
import io.psconv.operator.metrics.ThreadCpuTime;
import io.psconv.operator.node.NodeRuntime;
import io.psconv.operator.record.TensorBatch;
import io.psconv.operator.score.ScoreSettings;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.jspecify.annotations.Nullable;

/** Makes tensors of JSON, and counts the time it takes as that of decoding. */
final class TensorParser extends RichMapFunction<byte[], TensorBatch> {
    private static final long serialVersionUID = 1;

    private final ScoreSettings settings;

    private transient NodeRuntime.@Nullable Lease node;

    @SuppressWarnings("NullAway.Init") // made by open
    private transient ModelMeters meters;

    TensorParser(ScoreSettings settings) {
        this.settings = settings;
    }

    @Override
    public void open(OpenContext context) throws Exception {
        NodeRuntime.Lease joined = NodeRuntime.acquire(settings.node(), getRuntimeContext());
        node = joined;
        meters = new ModelMeters(joined.registry(), settings.identity());
    }

    /**
     * Parses a record.
     *
     * @throws IllegalArgumentException if it is not one of {@link TensorBatchJson}: a benchmark
     *     that skipped records would measure nothing
     */
    @Override
    public TensorBatch map(byte[] value) {
        long start = System.nanoTime();
        long cpuStart = ThreadCpuTime.nanos();
        TensorBatch batch = TensorBatchJson.read(value);
        long cpuNanos = ThreadCpuTime.nanos() - cpuStart;
        meters.decoded(System.nanoTime() - start, cpuNanos);
        return batch;
    }

    @Override
    public void close() {
        if (node != null) {
            node.close();
            node = null;
        }
    }
}
