package io.psconv.job.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.job.options.ClassifyConfigOptions;
import io.psconv.job.options.SqlModelConfigOptions;
import io.psconv.model.store.ModelStore;
import io.psconv.model.store.StoredModel;
import io.psconv.operator.classify.ClassifySettings;
import io.psconv.operator.record.Crop;
import io.psconv.operator.record.ModelReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.util.ExceptionUtils;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PsconvModelProviderFactoryTest {
    @Test
    void keysAndDefaultsStayAsTheyAre() {
        Map<String, String> defaults = new LinkedHashMap<>();
        SqlModelConfigOptions.required().forEach(option -> put(defaults, option));
        SqlModelConfigOptions.optional().forEach(option -> put(defaults, option));

        assertThat(defaults)
                .containsExactly(
                        Map.entry("store", "null"),
                        Map.entry("model", "null"),
                        Map.entry("engine", "auto"),
                        Map.entry("engine.require-vector", "true"),
                        Map.entry("convolution", "auto"),
                        Map.entry("cuda.precision", "fp16"),
                        Map.entry("cuda.devices", "auto"),
                        Map.entry("batch.max-size", "32"),
                        Map.entry("batch.max-delay", "PT0.005S"),
                        Map.entry("buffer.max-bytes", "64 mb"),
                        Map.entry("top-k", "3"),
                        Map.entry("on-rejection", "null"),
                        Map.entry("decode.max-pixels", "25000000"),
                        Map.entry("decode.max-bytes", "16 mb"),
                        Map.entry("decode.max-scans", "64"),
                        Map.entry("decode.crop", "null"),
                        Map.entry("energy.source", "auto"),
                        Map.entry("energy.sampling-interval", "PT0.1S"),
                        Map.entry("metrics.host", "127.0.0.1"),
                        Map.entry("metrics.port", "0"));
    }

    private static void put(Map<String, String> defaults, ConfigOption<?> option) {
        assertThat(defaults.put(option.key(), Objects.toString(option.defaultValue()))).isNull();
    }

    @Test
    void gathersFramesLikeTheJobByDefault() {
        assertThat(SqlModelConfigOptions.BATCH_MAX_SIZE.defaultValue())
                .isEqualTo(ClassifyConfigOptions.CLASSIFY_BATCH_MAX_SIZE.defaultValue());
        assertThat(SqlModelConfigOptions.BATCH_MAX_DELAY.defaultValue())
                .isEqualTo(ClassifyConfigOptions.CLASSIFY_BATCH_MAX_DELAY.defaultValue());
        assertThat(SqlModelConfigOptions.BUFFER_MAX_BYTES.defaultValue())
                .isEqualTo(ClassifyConfigOptions.CLASSIFY_BUFFER_MAX_BYTES.defaultValue());
        assertThat(SqlModelConfigOptions.TOP_K.defaultValue())
                .isEqualTo(ClassifyConfigOptions.CLASSIFY_TOP_K.defaultValue());
    }

    @Test
    void tellsSubtasksWhatTheOptionsSay() {
        ClassifySettings settings =
                new DeclaredModel()
                        .with("engine", "jvm")
                        .with("engine.require-vector", "false")
                        .with("convolution", "scalar")
                        .with("batch.max-size", "7")
                        .with("batch.max-delay", "20 ms")
                        .with("buffer.max-bytes", "2 mb")
                        .with("top-k", "4")
                        .with("decode.max-pixels", "1000")
                        .with("decode.crop", "1,2,3,4")
                        .function()
                        .settings();

        assertThat(settings.store()).isEqualTo(DeclaredModel.ZOO.toAbsolutePath().toString());
        assertThat(settings.engine()).isEqualTo("jvm");
        assertThat(settings.requireVector()).isFalse();
        assertThat(settings.convolution()).isEqualTo("scalar");
        assertThat(settings.maxBatchSize()).isEqualTo(7);
        assertThat(settings.maxBatchDelay()).isEqualTo(Duration.ofMillis(20));
        assertThat(settings.maxBufferBytes()).isEqualTo(2 << 20);
        assertThat(settings.topK()).isEqualTo(4);
        assertThat(settings.decodeLimits().maxPixels()).isEqualTo(1000);
        assertThat(settings.crop()).isEqualTo(new Crop(1, 2, 3, 4));
        assertThat(settings.deadline()).isNull();
        assertThat(settings.node().metricsPorts()).isNull();
    }

    @Test
    void meansTheVersionThatIsTheNewestWhenTheQueryIsPlanned(@TempDir Path folder)
            throws Exception {
        ModelStore zoo = new ModelStore(DeclaredModel.ZOO);
        ModelStore store = new ModelStore(folder);
        store.publish("mine", zoo.read(zoo.resolve("resnet20-dense")));
        DeclaredModel declared =
                new DeclaredModel().with("store", folder.toString()).with("model", "mine");

        PsconvModelProvider planned = declared.provider();
        StoredModel newer = store.publish("mine", zoo.read(zoo.resolve("resnet56-dense")));

        assertThat(model(declared.function()).version()).isEqualTo(2);
        assertThat(model(declared.function()).digest()).isEqualTo(newer.digest());
        assertThat(planned.model().version()).isEqualTo(1);
        assertThat(planned.model().digest())
                .isEqualTo(zoo.resolve("resnet20-dense").digest())
                .isNotEqualTo(newer.digest());
        assertThat(model(declared.with("model", "mine@1").function())).isEqualTo(planned.model());
    }

    @Test
    void travelsToTheTaskManagers() throws Exception {
        ClassifyImageFunction function = new DeclaredModel().function();

        ClassifyImageFunction copy =
                InstantiationUtil.clone(function, function.getClass().getClassLoader());

        assertThat(copy.settings()).isEqualTo(function.settings());
    }

    @Test
    void gathersNoMoreRowsThanFlinkHasOnTheirWay() {
        DeclaredModel declared = new DeclaredModel();

        assertThat(declared.function().settings().maxBatchSize())
                .as("Flink's default")
                .isEqualTo(10);
        assertThat(declared.concurrentRows(100).function().settings().maxBatchSize()).isEqualTo(32);
        assertThat(declared.concurrentRows(20).function().settings().maxBatchSize()).isEqualTo(20);
        assertThat(
                        declared.function(Map.of("max-concurrent-operations", "5"))
                                .settings()
                                .maxBatchSize())
                .isEqualTo(5);
    }

    @Test
    void letsAQueryGatherInItsOwnWay() {
        ClassifySettings settings =
                new DeclaredModel()
                        .with("batch.max-size", "8")
                        .function(
                                Map.of(
                                        "async", "true",
                                        "output-mode", "ALLOW_UNORDERED",
                                        "timeout", "1 min",
                                        "max-concurrent-operations", "64",
                                        "batch.max-size", "16",
                                        "batch.max-delay", "0 ms",
                                        "top-k", "1"))
                        .settings();

        assertThat(settings.maxBatchSize()).isEqualTo(16);
        assertThat(settings.maxBatchDelay()).isZero();
        assertThat(settings.topK()).isOne();
    }

    @Test
    void refusesWhatAQueryCannotSet() {
        DeclaredModel declared = new DeclaredModel();

        assertThatThrownBy(() -> declared.function(Map.of("model", "other")))
                .isInstanceOf(ValidationException.class)
                .hasMessage(
                        "ML_PREDICT's map had 'model' but it may have only batch.max-size,"
                                + " batch.max-delay, buffer.max-bytes, top-k, on-rejection, and"
                                + " Flink's own async, max-concurrent-operations, output-mode,"
                                + " timeout; the rest is set in CREATE MODEL … WITH");
        assertThatThrownBy(() -> declared.function(Map.of("top-k", "0")))
                .isInstanceOf(ValidationException.class)
                .hasMessage("top-k was '0' but it must be a whole number between 1 and 1000");
    }

    @Test
    void saysWhichOptionIsWrong() {
        assertThat(problem(new DeclaredModel().without("store")))
                .contains(
                        "store was not set but it is required; add 'store'='…' to CREATE MODEL …"
                                + " WITH");
        assertThat(problem(new DeclaredModel().with("batch-size", "3")))
                .contains("Unsupported options")
                .contains("batch-size")
                .contains("batch.max-size");
        assertThat(problem(new DeclaredModel().with("batch.max-delay", "soon")))
                .contains("batch.max-delay was 'soon' but it must be a duration between");
        assertThat(problem(new DeclaredModel().with("on-rejection", "drop")))
                .contains("on-rejection was 'drop' but it must be one of null, fail");
        assertThat(problem(new DeclaredModel().with("model", "No Name")))
                .contains("model was 'No Name' but it must be a name in lower case");
    }

    @Test
    void saysWhichModelsThereAre() {
        assertThat(problem(new DeclaredModel().with("model", "resnet19")))
                .contains("model was 'resnet19' but store")
                .contains("resnet20-dense");
        assertThat(problem(new DeclaredModel().with("model", "resnet20-dense@7")))
                .contains("has only versions [1]");
        assertThat(problem(new DeclaredModel().with("store", "/no/such/folder")))
                .contains("model store was '/no/such/folder' but there is no such folder");
    }

    @Test
    void takesAnImageAndPerhapsItsContentType() {
        Column image = Column.physical("picture", DataTypes.BYTES());
        Column type = Column.physical("type", DataTypes.STRING());
        Column number = Column.physical("number", DataTypes.INT());

        assertThat(new DeclaredModel().input(image).function()).isNotNull();
        assertThat(new DeclaredModel().input(image, type).function()).isNotNull();
        for (List<Column> wrong :
                List.of(
                        List.of(type),
                        List.of(type, image),
                        List.of(image, number),
                        List.of(image, type, type))) {
            assertThat(problem(new DeclaredModel().input(wrong.toArray(Column[]::new))))
                    .contains("INPUT of the model was (" + wrong.get(0).getName() + " ")
                    .contains("but it must be one column of type BYTES, the image");
        }
    }

    @Test
    void saysWhichColumnIsWrong() {
        assertThat(problem(new DeclaredModel().output("lable", DataTypes.STRING())))
                .contains(
                        "OUTPUT column was 'lable' but it must be one of label STRING, class_index"
                                + " INT, score FLOAT, score DOUBLE, scores ARRAY<FLOAT>")
                .contains("top ARRAY<ROW<label STRING, score FLOAT>>")
                .contains("rejection STRING");
        assertThat(problem(new DeclaredModel().output("score", DataTypes.INT())))
                .contains(
                        "OUTPUT column 'score' was of type INT but it must be of type FLOAT or"
                                + " DOUBLE");
        assertThat(problem(new DeclaredModel().output("label", DataTypes.VARCHAR(10))))
                .contains(
                        "OUTPUT column 'label' was of type VARCHAR(10) but it must be of type"
                                + " STRING");
        assertThat(problem(new DeclaredModel().output("label", DataTypes.STRING().notNull())))
                .contains(
                        "OUTPUT column 'label' was of type STRING NOT NULL but it must be of type"
                                + " STRING, without NOT NULL: images may be rejected");
        assertThat(problem(new DeclaredModel().output())).contains("OUTPUT of the model was ()");
    }

    @Test
    void fillsTheColumnsThatTheReadmeNames() throws IOException {
        String readme = Files.readString(Path.of(System.getProperty("psconv.root"), "README.md"));

        for (OutputColumn column : OutputColumn.values()) {
            assertThat(readme).contains("`" + column.declaration() + "`");
        }
    }

    private static ModelReference model(ClassifyImageFunction function) {
        return Objects.requireNonNull(function.settings().firstModel().plan())
                .arms()
                .get(0)
                .model();
    }

    /** What Flink says of a declaration that is refused. */
    private static String problem(DeclaredModel declared) {
        try {
            throw new AssertionError("was not refused: " + declared.provider().model());
        } catch (ValidationException e) {
            return ExceptionUtils.stringifyException(e);
        }
    }
}
