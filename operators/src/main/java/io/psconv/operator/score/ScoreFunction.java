package io.psconv.operator.score;

import io.psconv.model.engine.Classifier;
import io.psconv.model.engine.InferenceEngine;
import io.psconv.model.engine.InferenceEngines;
import io.psconv.operator.device.GpuResources;
import io.psconv.operator.metrics.ModelMeters;
import io.psconv.operator.metrics.ThreadCpuTime;
import io.psconv.operator.node.NodeRuntime;
import io.psconv.operator.node.SharedModels;
import io.psconv.operator.node.StoredModels;
import io.psconv.operator.node.WarmUp;
import io.psconv.operator.record.ModelReference;
import io.psconv.operator.record.TensorBatch;
import java.nio.file.Path;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.jspecify.annotations.Nullable;

/**
 * Scores each record as it comes, by itself: no micro-batches, no state, no routes.
 *
 * <p>The subtasks of a process share a model's weights, as those of the classify operator do.
 */
public final class ScoreFunction extends RichMapFunction<TensorBatch, TensorBatch> {
    private static final long serialVersionUID = 1;
    private static final String CONVOLUTION = "auto";

    private final ScoreSettings settings;

    private transient NodeRuntime.@Nullable Lease node;
    private transient SharedModels.@Nullable Lease lease;
    private transient @Nullable Classifier classifier;

    @SuppressWarnings("NullAway.Init") // made by open
    private transient ModelMeters meters;

    private transient int inputLength;
    private transient int classes;

    public ScoreFunction(ScoreSettings settings) {
        this.settings = settings;
    }

    @Override
    public void open(OpenContext context) throws Exception {
        NodeRuntime.Lease joined = NodeRuntime.acquire(settings.node(), getRuntimeContext());
        node = joined;
        joined.showMeters(getRuntimeContext().getMetricGroup());
        meters = new ModelMeters(joined.registry(), settings.identity());
        InferenceEngine engine =
                InferenceEngines.choose(
                        GpuResources.engine(settings.engine(), getRuntimeContext()),
                        CONVOLUTION,
                        settings.requireVector());
        StoredModels models = new StoredModels(Path.of(settings.store()), engine);
        ModelReference model = settings.model();
        SharedModels.Lease held = models.lease(joined.models(), model, null);
        lease = held;
        inputLength = held.model().model().network().input().length();
        classes = held.model().model().network().classes();
        Classifier made = held.model().newClassifier(settings.maxBatchSize());
        classifier = made;
        float[] input = new float[settings.maxBatchSize() * inputLength];
        float[] scores = new float[settings.maxBatchSize() * classes];
        WarmUp.run(
                settings.identity(),
                settings.maxBatchSize(),
                () -> made.classify(input, settings.maxBatchSize(), scores));
    }

    /**
     * Scores a record.
     *
     * @throws IllegalArgumentException if its inputs are more than the settings say, or not of the
     *     network's shape: a benchmark that skipped records would measure nothing
     */
    @Override
    public TensorBatch map(TensorBatch batch) {
        if (batch.count() > settings.maxBatchSize() || batch.length() != inputLength) {
            throw new IllegalArgumentException(
                    "a record had "
                            + batch.count()
                            + " inputs of "
                            + batch.length()
                            + " values but model "
                            + settings.model()
                            + " takes up to "
                            + settings.maxBatchSize()
                            + " of "
                            + inputLength);
        }
        if (classifier == null) {
            throw new IllegalStateException("map was called before open");
        }
        float[] scores = new float[batch.count() * classes];
        long start = System.nanoTime();
        long cpuStart = ThreadCpuTime.nanos();
        classifier.classify(batch.values(), batch.count(), scores);
        long cpuNanos = ThreadCpuTime.nanos() - cpuStart;
        meters.classified(batch.count(), System.nanoTime() - start, cpuNanos, null);
        return batch.withScores(scores);
    }

    @Override
    public void close() {
        if (classifier != null) {
            classifier.close();
            classifier = null;
        }
        if (lease != null) {
            lease.close();
            lease = null;
        }
        if (node != null) {
            node.close();
            node = null;
        }
    }
}
