package io.psconv.tests.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.layout.ProjectJars;
import io.psconv.operator.node.NodeRuntime;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.TaskInfoImpl;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.catalog.CatalogModel;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ObjectIdentifier;
import org.apache.flink.table.catalog.ResolvedCatalogModel;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.factories.ModelProviderFactory;
import org.apache.flink.table.functions.AsyncPredictFunction;
import org.apache.flink.table.ml.AsyncPredictRuntimeProvider;
import org.apache.flink.table.ml.ModelProvider;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What {@code ADD JAR} brings to a cluster whose lib has the rest. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SqlJobJarITCase {
    private static final ResolvedSchema INPUT =
            ResolvedSchema.of(Column.physical("payload", DataTypes.BYTES()));
    private static final ResolvedSchema OUTPUT =
            ResolvedSchema.of(
                    Column.physical("label", DataTypes.STRING()),
                    Column.physical("rejection", DataTypes.STRING()));

    /** Two class loaders with one class would be two runtimes in one process. */
    @Test
    void noClassIsInBothJars() throws IOException {
        Set<String> job = classes(ProjectJars.find().job());
        Set<String> lib = classes(ProjectJars.find().node());

        assertThat(lib).contains("io/psconv/operator/node/NodeRuntime.class");
        assertThat(job).contains("io/psconv/operator/classify/ClassifyOperator.class");
        assertThat(job).doesNotContainAnyElementsOf(lib);
    }

    private static Set<String> classes(Path jar) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            return zip.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.endsWith(".class"))
                    .collect(Collectors.toSet());
        }
    }

    @Test
    void theJobJarHasTheProviderAndAllThatLibHasNot() throws Exception {
        try (LibClassLoader lib = new LibClassLoader(ProjectJars.find().node());
                JobClassLoader jar = new JobClassLoader(ProjectJars.find().job(), lib)) {
            assertThat(jar.loadClass(NodeRuntime.class.getName()).getClassLoader()).isSameAs(lib);
            AsyncPredictFunction planned = plan(jar);
            // As it comes to a task manager.
            AsyncPredictFunction function = InstantiationUtil.clone(planned, jar);
            assertThat(function.getClass().getClassLoader()).isSameAs(jar);
            open(function);
            try {
                RowData answer = predict(function, Samples.png(0));
                RowData rejection = predict(function, new byte[] {1, 2, 3});

                assertThat(answer.getString(0).toString()).isIn(Samples.IMAGES.classes());
                assertThat(rejection.isNullAt(0)).isTrue();
                assertThat(rejection.getString(1)).hasToString("UNKNOWN_FORMAT");
            } finally {
                function.close();
            }
        }
    }

    private static AsyncPredictFunction plan(ClassLoader jar) {
        ModelProviderFactory factory =
                FactoryUtil.discoverFactory(jar, ModelProviderFactory.class, "psconv");
        assertThat(factory.getClass().getClassLoader()).isSameAs(jar);
        ResolvedCatalogModel model =
                ResolvedCatalogModel.of(
                        CatalogModel.of(
                                Schema.newBuilder().fromResolvedSchema(INPUT).build(),
                                Schema.newBuilder().fromResolvedSchema(OUTPUT).build(),
                                Map.of(
                                        "provider", "psconv",
                                        "store", Pipeline.STORE.toString(),
                                        "model", "resnet20-dense",
                                        "metrics.port", "off"),
                                null),
                        INPUT,
                        OUTPUT);
        ModelProvider provider =
                FactoryUtil.createModelProvider(
                        factory,
                        ObjectIdentifier.of("catalog", "database", "pictures"),
                        model,
                        new Configuration(),
                        jar,
                        false);
        return ((AsyncPredictRuntimeProvider) provider)
                .createAsyncPredictFunction(
                        new ModelProvider.Context() {
                            @Override
                            public ResolvedCatalogModel getCatalogModel() {
                                return model;
                            }

                            @Override
                            public ReadableConfig runtimeConfig() {
                                return new Configuration();
                            }
                        });
    }

    /** Flink's own context cannot be made outside of a task. */
    private static void open(AsyncPredictFunction function) throws Exception {
        Method open =
                function.getClass().getDeclaredMethod("open", TaskInfo.class, MetricGroup.class);
        open.setAccessible(true);
        open.invoke(
                function, new TaskInfoImpl("query", 1, 0, 1, 0), new UnregisteredMetricsGroup());
    }

    private static RowData predict(AsyncPredictFunction function, byte[] image) throws Exception {
        Collection<RowData> rows =
                function.asyncPredict(GenericRowData.of((Object) image)).get(30, TimeUnit.SECONDS);
        assertThat(rows).hasSize(1);
        return rows.iterator().next();
    }

    /** What jobs share, as the cluster's lib has it. */
    private static final class LibClassLoader extends URLClassLoader {
        LibClassLoader(Path jar) throws IOException {
            super(new URL[] {jar.toUri().toURL()}, SqlJobJarITCase.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("io.psconv.operator.")) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded == null ? findClass(name) : loaded;
            }
        }
    }

    /** Has jobs and operators from its jar, or else from the cluster's lib, or not at all. */
    private static final class JobClassLoader extends URLClassLoader {
        private final ClassLoader lib;

        JobClassLoader(Path jar, ClassLoader lib) throws IOException {
            super(new URL[] {jar.toUri().toURL()}, lib);
            this.lib = lib;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("io.psconv.job.")) {
                return ofThisJar(name);
            }
            if (!name.startsWith("io.psconv.operator.")) {
                return super.loadClass(name, resolve);
            }
            try {
                return ofThisJar(name);
            } catch (ClassNotFoundException e) {
                return lib.loadClass(name);
            }
        }

        private Class<?> ofThisJar(String name) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded == null ? findClass(name) : loaded;
            }
        }
    }
}
