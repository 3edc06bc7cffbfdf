package io.psconv.job.sql;

import io.psconv.job.options.SqlModelConfigOptions;
import io.psconv.job.options.SqlModelOptions;
import io.psconv.model.format.MalformedModelException;
import io.psconv.model.store.ModelStore;
import io.psconv.model.store.StoredModel;
import io.psconv.operator.library.NodeLibrary;
import io.psconv.operator.record.ModelReference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.api.config.ExecutionConfigOptions;
import org.apache.flink.table.catalog.ResolvedCatalogModel;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.factories.ModelProviderFactory;
import org.apache.flink.table.ml.ModelProvider;

/**
 * Finds models for {@code CREATE MODEL m INPUT (payload BYTES) OUTPUT (label STRING, …) WITH
 * ('provider'='psconv', 'store'='…', 'model'='…')}.
 *
 * <p>The model's name is resolved here, when a query is planned, so that every subtask and every
 * restart of its job means one file; and so that what is wrong with a declaration is said before
 * anything runs. Options are in {@link SqlModelConfigOptions}, columns in {@link OutputColumn}.
 */
public final class PsconvModelProviderFactory implements ModelProviderFactory {
    /** What {@code 'provider'} is set to. */
    public static final String IDENTIFIER = "psconv";

    /** Flink calls it by name. */
    public PsconvModelProviderFactory() {}

    @Override
    public String factoryIdentifier() {
        return IDENTIFIER;
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return new HashSet<>(SqlModelConfigOptions.required());
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        return new HashSet<>(SqlModelConfigOptions.optional());
    }

    /**
     * Checks a declaration and finds its model.
     *
     * @throws ValidationException if an option, a column or the model is not as it must be
     */
    @Override
    public ModelProvider createModelProvider(Context context) {
        NodeLibrary.require();
        ResolvedCatalogModel declared = context.getCatalogModel();
        Map<String, String> options = declared.getOptions();
        try {
            requireAll(options);
            // Before Flink does: it would not say what a value must be.
            SqlModelOptions checked = SqlModelOptions.of(Configuration.fromMap(options));
            FactoryUtil.createModelProviderFactoryHelper(this, context).validate();
            return new PsconvModelProvider(
                    resolve(checked),
                    options,
                    ModelInput.of(declared.getResolvedInputSchema().getColumns()),
                    OutputColumn.of(declared.getResolvedOutputSchema().getColumns()),
                    context.getConfiguration()
                            .get(
                                    ExecutionConfigOptions
                                            .TABLE_EXEC_ASYNC_ML_PREDICT_MAX_CONCURRENT_OPERATIONS));
        } catch (IllegalArgumentException | IOException | MalformedModelException e) {
            throw new ValidationException(e.getMessage(), e);
        }
    }

    private static void requireAll(Map<String, String> options) {
        for (ConfigOption<?> option : SqlModelConfigOptions.required()) {
            if (!options.containsKey(option.key())) {
                throw new IllegalArgumentException(
                        option.key()
                                + " was not set but it is required; add '"
                                + option.key()
                                + "'='…' to CREATE MODEL … WITH");
            }
        }
    }

    private static ModelReference resolve(SqlModelOptions options)
            throws IOException, MalformedModelException {
        ModelStore store = new ModelStore(Path.of(options.model().store()));
        StoredModel model = store.resolve(options.model().reference());
        return new ModelReference(model.name(), model.version(), model.digest());
    }
}
