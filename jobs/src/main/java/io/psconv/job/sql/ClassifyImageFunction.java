package io.psconv.job.sql;

import io.psconv.operator.classify.ClassifiedFrame;
import io.psconv.operator.classify.ClassifySettings;
import io.psconv.operator.classify.MicroBatcher;
import io.psconv.operator.decode.UndecodableFrameException;
import io.psconv.operator.node.JobIdentity;
import io.psconv.operator.node.NodeRuntime;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.functions.AsyncPredictFunction;
import org.apache.flink.table.functions.FunctionContext;
import org.jspecify.annotations.Nullable;

/**
 * {@code ML_PREDICT} of one subtask: gives the images of rows in flight to a {@link MicroBatcher}
 * and makes rows of its answers.
 *
 * <p>Public because Flink calls it from generated code.
 */
public final class ClassifyImageFunction extends AsyncPredictFunction {
    private static final long serialVersionUID = 1;

    private final ClassifySettings settings;
    private final ModelInput input;
    private final List<OutputColumn> columns;
    private final boolean failOnRejection;
    private transient NodeRuntime.@Nullable Lease node;
    private transient MicroBatcher batcher;
    private transient OutputRows rows;

    @SuppressWarnings("NullAway.Init") // Flink calls open before any row.
    ClassifyImageFunction(
            ClassifySettings settings,
            ModelInput input,
            List<OutputColumn> columns,
            boolean failOnRejection) {
        this.settings = settings;
        this.input = input;
        this.columns = List.copyOf(columns);
        this.failOnRejection = failOnRejection;
    }

    /** What the subtasks are told. */
    ClassifySettings settings() {
        return settings;
    }

    @Override
    public void open(FunctionContext context) throws Exception {
        open(context.getTaskInfo(), context.getMetricGroup());
    }

    void open(TaskInfo task, MetricGroup metrics) throws IOException, InterruptedException {
        NodeRuntime.Lease joined = NodeRuntime.acquire(settings.node(), JobIdentity.of(metrics));
        node = joined;
        joined.showMeters(metrics);
        joined.meters().started(task.getAttemptNumber());
        batcher =
                MicroBatcher.start(
                        settings, joined, "psconv-ml-predict-" + task.getIndexOfThisSubtask());
        rows =
                new OutputRows(
                        columns,
                        new ModelTexts(batcher.model(), batcher.labels()),
                        settings.topK());
    }

    @Override
    public CompletableFuture<Collection<RowData>> asyncPredict(RowData row) {
        try {
            return batcher.classify(input.payload(row), input.contentType(row)).handle(this::rows);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return CompletableFuture.failedFuture(e);
        }
    }

    private Collection<RowData> rows(
            @Nullable ClassifiedFrame answer, @Nullable Throwable failure) {
        if (answer != null) {
            return List.of(rows.of(answer));
        }
        if (failure instanceof UndecodableFrameException rejection) {
            if (failOnRejection) {
                throw new CompletionException(
                        new IllegalArgumentException(
                                "image was rejected, "
                                        + rejection.reason()
                                        + ": "
                                        + rejection.getMessage()
                                        + "; or set 'on-rejection'='null', for a row without label",
                                rejection));
            }
            return List.of(rows.of(rejection));
        }
        throw new CompletionException(failure);
    }

    @Override
    public void close() {
        try {
            if (batcher != null) {
                batcher.close();
            }
        } finally {
            if (node != null) {
                node.close();
            }
        }
    }
}
