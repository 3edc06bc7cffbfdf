package io.psconv.job.sql;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.config.ExecutionConfigOptions;
import org.apache.flink.table.catalog.CatalogModel;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ObjectIdentifier;
import org.apache.flink.table.catalog.ResolvedCatalogModel;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.factories.ModelProviderFactory;
import org.apache.flink.table.ml.ModelProvider;
import org.apache.flink.table.types.DataType;

/** A model as {@code CREATE MODEL} declares it, of which a test changes what it is about. */
final class DeclaredModel {
    static final Path ZOO = Path.of(System.getProperty("psconv.root"), "model-store", "zoo");

    private final Map<String, String> options = new HashMap<>();
    private final Configuration session = new Configuration();
    private ResolvedSchema input = ResolvedSchema.of(Column.physical("image", DataTypes.BYTES()));
    private ResolvedSchema output = ResolvedSchema.of(Column.physical("label", DataTypes.STRING()));

    DeclaredModel() {
        options.put("provider", "psconv");
        options.put("store", ZOO.toString());
        options.put("model", "resnet20-dense");
        options.put("metrics.port", "off");
        options.put("energy.source", "modelled");
    }

    DeclaredModel with(String key, String value) {
        options.put(key, value);
        return this;
    }

    DeclaredModel without(String key) {
        options.remove(key);
        return this;
    }

    /** Rows that Flink has on their way, as the session has it. */
    DeclaredModel concurrentRows(int rows) {
        session.set(
                ExecutionConfigOptions.TABLE_EXEC_ASYNC_ML_PREDICT_MAX_CONCURRENT_OPERATIONS, rows);
        return this;
    }

    DeclaredModel input(Column... columns) {
        input = ResolvedSchema.of(columns);
        return this;
    }

    DeclaredModel output(String name, DataType type) {
        output = ResolvedSchema.of(Column.physical(name, type));
        return this;
    }

    DeclaredModel output(Column... columns) {
        output = ResolvedSchema.of(columns);
        return this;
    }

    private ResolvedCatalogModel resolved() {
        return ResolvedCatalogModel.of(
                CatalogModel.of(
                        Schema.newBuilder().fromResolvedSchema(input).build(),
                        Schema.newBuilder().fromResolvedSchema(output).build(),
                        options,
                        null),
                input,
                output);
    }

    /** The provider, found as Flink finds it. */
    PsconvModelProvider provider() {
        ClassLoader loader = DeclaredModel.class.getClassLoader();
        ModelProvider found =
                FactoryUtil.createModelProvider(
                        FactoryUtil.discoverFactory(loader, ModelProviderFactory.class, "psconv"),
                        ObjectIdentifier.of("catalog", "database", "classifier"),
                        resolved(),
                        session,
                        loader,
                        false);
        return (PsconvModelProvider) found;
    }

    /** The function of a query without a map. */
    ClassifyImageFunction function() {
        return function(Map.of());
    }

    /** The function of a query with a map. */
    ClassifyImageFunction function(Map<String, String> map) {
        ResolvedCatalogModel model = resolved();
        ModelProvider.Context context =
                new ModelProvider.Context() {
                    @Override
                    public ResolvedCatalogModel getCatalogModel() {
                        return model;
                    }

                    @Override
                    public ReadableConfig runtimeConfig() {
                        return Configuration.fromMap(map);
                    }
                };
        return (ClassifyImageFunction) provider().createAsyncPredictFunction(context);
    }
}
