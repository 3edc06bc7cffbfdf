package io.psconv.job.sql;

import io.psconv.job.options.SqlModelConfigOptions;
import io.psconv.job.options.SqlModelOptions;
import io.psconv.operator.classify.ClassifySettings;
import io.psconv.operator.node.NodeSettings;
import io.psconv.operator.record.ModelDecision;
import io.psconv.operator.record.ModelReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.api.config.MLPredictRuntimeConfigOptions;
import org.apache.flink.table.functions.AsyncPredictFunction;
import org.apache.flink.table.ml.AsyncPredictRuntimeProvider;
import org.apache.flink.table.ml.ModelProvider;

/** A model of a store, found when the query was planned. */
final class PsconvModelProvider implements AsyncPredictRuntimeProvider {
    private static final String FIRST_REQUEST = SqlModelConfigOptions.MODEL.key();

    /** What the planner itself takes from the map. */
    private static final List<String> OF_FLINK =
            List.of(
                    MLPredictRuntimeConfigOptions.ASYNC.key(),
                    MLPredictRuntimeConfigOptions.ASYNC_MAX_CONCURRENT_OPERATIONS.key(),
                    MLPredictRuntimeConfigOptions.ASYNC_OUTPUT_MODE.key(),
                    MLPredictRuntimeConfigOptions.ASYNC_TIMEOUT.key());

    private final ModelReference model;
    private final Map<String, String> options;
    private final ModelInput input;
    private final List<OutputColumn> columns;
    private final int concurrentRows;

    /**
     * A provider.
     *
     * @param options those of the model, which are right; a query's own go before them
     * @param concurrentRows rows that Flink has on their way, unless a query says otherwise
     */
    PsconvModelProvider(
            ModelReference model,
            Map<String, String> options,
            ModelInput input,
            List<OutputColumn> columns,
            int concurrentRows) {
        this.model = model;
        this.options = Map.copyOf(options);
        this.input = input;
        this.columns = List.copyOf(columns);
        this.concurrentRows = concurrentRows;
    }

    /** What the model's name means. */
    ModelReference model() {
        return model;
    }

    @Override
    public AsyncPredictFunction createAsyncPredictFunction(Context context) {
        ReadableConfig query = context.runtimeConfig();
        try {
            SqlModelOptions merged = merged(query.toMap());
            int rows =
                    query.getOptional(MLPredictRuntimeConfigOptions.ASYNC_MAX_CONCURRENT_OPERATIONS)
                            .orElse(concurrentRows);
            return new ClassifyImageFunction(
                    settings(merged, rows),
                    input,
                    columns,
                    merged.onRejection() == SqlModelOptions.OnRejection.FAIL);
        } catch (IllegalArgumentException e) {
            throw new ValidationException(e.getMessage(), e);
        }
    }

    private SqlModelOptions merged(Map<String, String> query) {
        List<String> own =
                SqlModelConfigOptions.perQuery().stream().map(ConfigOption::key).toList();
        for (String key : new TreeSet<>(query.keySet())) {
            if (!own.contains(key) && !OF_FLINK.contains(key)) {
                throw new IllegalArgumentException(
                        "ML_PREDICT's map had '"
                                + key
                                + "' but it may have only "
                                + String.join(", ", own)
                                + ", and Flink's own "
                                + String.join(", ", OF_FLINK)
                                + "; the rest is set in CREATE MODEL … WITH");
            }
        }
        Configuration merged = Configuration.fromMap(options);
        for (String key : own) {
            String value = query.get(key);
            if (value != null) {
                merged.setString(key, value);
            }
        }
        return SqlModelOptions.of(merged);
    }

    /** A batch of more rows than Flink has on their way would never be full. */
    private ClassifySettings settings(SqlModelOptions options, int rows) {
        return new ClassifySettings(
                Path.of(options.model().store()).toAbsolutePath().toString(),
                ModelDecision.of(FIRST_REQUEST, model, Long.MIN_VALUE),
                false,
                options.engine().spec(),
                options.engine().convolution().toString(),
                options.engine().requireVector(),
                Math.max(1, Math.min(options.maxBatchSize(), rows)),
                options.maxBatchDelay(),
                options.maxBufferedBytes(),
                null,
                false,
                options.topK(),
                0,
                Duration.ZERO,
                options.decodeLimits(),
                options.crop(),
                0,
                new NodeSettings(
                        options.energy().source(),
                        options.energy().samplingInterval(),
                        false,
                        options.metrics().host(),
                        options.metrics().ports(),
                        options.metrics().otlp(),
                        options.engine().spec()));
    }

    @Override
    public ModelProvider copy() {
        return new PsconvModelProvider(model, options, input, columns, concurrentRows);
    }
}
