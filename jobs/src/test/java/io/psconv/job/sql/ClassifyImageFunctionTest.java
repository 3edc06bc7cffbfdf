package io.psconv.job.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.model.dataset.DataSets;
import io.psconv.model.dataset.LabelledImages;
import io.psconv.model.dataset.Split;
import io.psconv.model.engine.Classifier;
import io.psconv.model.engine.InferenceEngines;
import io.psconv.model.engine.LoadedModel;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.store.ModelStore;
import io.psconv.operator.decode.UndecodableFrameException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.TaskInfoImpl;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.DataType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ClassifyImageFunctionTest {
    private static final int IMAGES = 8;
    private static final String RAW = "image/x-raw-rgb;width=32;height=32";
    private static final Column IMAGE = Column.physical("image", DataTypes.BYTES());
    private static final Column TYPE = Column.physical("type", DataTypes.STRING());

    @SuppressWarnings("NullAway.Init") // Set before every test.
    private static LabelledImages images;

    @SuppressWarnings("NullAway.Init") // Set before every test.
    private static CompressedModel model;

    @BeforeAll
    static void read() throws Exception {
        Path samples =
                Path.of(
                        System.getProperty("psconv.root"),
                        "model-store",
                        "samples",
                        "cifar10-test-2000.png");
        images =
                DataSets.open(
                        samples, new FeatureShape(3, 32, 32), DataSets.CIFAR10_CLASSES, Split.TEST);
        ModelStore zoo = new ModelStore(DeclaredModel.ZOO);
        model = zoo.read(zoo.resolve("resnet20-dense"));
    }

    @Test
    void fillsEveryColumnFromTheEnginesLogits() throws Exception {
        DataType top =
                DataTypes.ARRAY(
                        DataTypes.ROW(
                                DataTypes.FIELD("label", DataTypes.STRING()),
                                DataTypes.FIELD("score", DataTypes.FLOAT())));
        DeclaredModel declared =
                new DeclaredModel()
                        .input(IMAGE, TYPE)
                        .with("top-k", "2")
                        .with("batch.max-delay", "1 min")
                        .concurrentRows(IMAGES)
                        .output(
                                Column.physical("class_index", DataTypes.INT()),
                                Column.physical("label", DataTypes.STRING()),
                                Column.physical("score", DataTypes.DOUBLE()),
                                Column.physical("scores", DataTypes.ARRAY(DataTypes.FLOAT())),
                                Column.physical("top", top),
                                Column.physical("model", DataTypes.STRING()),
                                Column.physical("version", DataTypes.INT()),
                                Column.physical("variant", DataTypes.STRING()),
                                Column.physical("engine", DataTypes.STRING()),
                                Column.physical("joules", DataTypes.DOUBLE()),
                                Column.physical("energy_source", DataTypes.STRING()),
                                Column.physical("batch_size", DataTypes.INT()),
                                Column.physical("inference_micros", DataTypes.BIGINT()),
                                Column.physical("rejection", DataTypes.STRING()));
        ClassifyImageFunction function = open(declared);
        try {
            List<CompletableFuture<Collection<RowData>>> answers = new ArrayList<>();
            for (int image = 0; image < IMAGES; image++) {
                answers.add(function.asyncPredict(raw(image)));
            }
            for (int image = 0; image < IMAGES; image++) {
                RowData row = only(answers.get(image));
                float[] probabilities = probabilities(image);
                int best = row.getInt(0);

                assertThat(row.getArray(3).toFloatArray()).containsExactly(probabilities);
                for (float probability : probabilities) {
                    assertThat(probabilities[best]).isGreaterThanOrEqualTo(probability);
                }
                assertThat(row.getString(1)).hasToString(model.metadata().labels().get(best));
                assertThat(row.getDouble(2)).isEqualTo(probabilities[best]);
                assertThat(row.getArray(4).size()).isEqualTo(2);
                RowData first = row.getArray(4).getRow(0, 2);
                RowData second = row.getArray(4).getRow(1, 2);
                assertThat(first.getString(0)).isEqualTo(row.getString(1));
                assertThat(first.getFloat(1)).isEqualTo(probabilities[best]);
                assertThat(second.getFloat(1)).isLessThanOrEqualTo(first.getFloat(1));
                assertThat(row.getString(5)).hasToString("resnet20-dense");
                assertThat(row.getInt(6)).isOne();
                assertThat(row.getString(7)).hasToString("dense");
                assertThat(row.getString(8)).hasToString("jvm");
                assertThat(row.getDouble(9)).isPositive();
                assertThat(row.getString(10)).hasToString("modelled");
                assertThat(row.getInt(11)).as("images in one batch").isEqualTo(IMAGES);
                assertThat(row.getLong(12)).isPositive();
                assertThat(row.isNullAt(13)).isTrue();
            }
        } finally {
            function.close();
        }
    }

    @Test
    void givesARejectedImageItsReasonAlone() throws Exception {
        DeclaredModel declared =
                new DeclaredModel()
                        .output(
                                Column.physical("label", DataTypes.STRING()),
                                Column.physical("model", DataTypes.STRING()),
                                Column.physical("rejection", DataTypes.STRING()),
                                Column.physical("rejection_message", DataTypes.STRING()));
        ClassifyImageFunction function = open(declared);
        try {
            RowData row = only(function.asyncPredict(GenericRowData.of(text("no image"))));
            RowData empty = only(function.asyncPredict(GenericRowData.of((Object) null)));

            assertThat(row.isNullAt(0)).isTrue();
            assertThat(row.isNullAt(1)).isTrue();
            assertThat(row.getString(2)).hasToString("UNKNOWN_FORMAT");
            assertThat(row.getString(3).toString()).startsWith("payload of 8 bytes starts neither");
            assertThat(empty.getString(2)).hasToString("EMPTY");
        } finally {
            function.close();
        }
    }

    @Test
    void failsOnARejectedImageIfItIsToldTo() throws Exception {
        ClassifyImageFunction function = open(new DeclaredModel().with("on-rejection", "fail"));
        try {
            Throwable failure = failure(function.asyncPredict(GenericRowData.of(text("no image"))));

            assertThat(failure)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasCauseInstanceOf(UndecodableFrameException.class)
                    .hasMessageStartingWith("image was rejected, UNKNOWN_FORMAT: payload of 8")
                    .hasMessageEndingWith(
                            "; or set 'on-rejection'='null', for a row without label");
        } finally {
            function.close();
        }
    }

    @Test
    void failsWhatIsInFlightWhenItIsClosed() throws Exception {
        DeclaredModel patient =
                new DeclaredModel().input(IMAGE, TYPE).with("batch.max-delay", "1 min");
        ClassifyImageFunction function = open(patient);
        CompletableFuture<Collection<RowData>> waiting = function.asyncPredict(raw(0));

        function.close();

        assertThat(failure(waiting))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the image was not classified");
    }

    @Test
    void canBeClosedThoughItWasNeverOpened() {
        ClassifyImageFunction function = new DeclaredModel().function();

        function.close();

        assertThat(function.settings().topK()).isEqualTo(3);
    }

    private static ClassifyImageFunction open(DeclaredModel declared) throws Exception {
        ClassifyImageFunction function = declared.function();
        function.open(new TaskInfoImpl("query", 1, 0, 1, 0), new UnregisteredMetricsGroup());
        return function;
    }

    /** A sample as raw pixels, row by row. */
    private static RowData raw(int image) {
        byte[] planes = images.pixels(image);
        byte[] pixels = new byte[planes.length];
        int plane = planes.length / 3;
        for (int pixel = 0; pixel < plane; pixel++) {
            for (int channel = 0; channel < 3; channel++) {
                pixels[3 * pixel + channel] = planes[channel * plane + pixel];
            }
        }
        return GenericRowData.of(pixels, StringData.fromString(RAW));
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static float[] probabilities(int image) {
        byte[] planes = images.pixels(image);
        float[] input = new float[planes.length];
        model.metadata().normalisation().apply(planes, 0, 1, planes.length / 3, input);
        float[] logits = new float[model.network().classes()];
        LoadedModel loaded = InferenceEngines.choose("jvm", "auto", false).load(model);
        try (Classifier classifier = loaded.newClassifier(1)) {
            classifier.classify(input, 1, logits);
        }
        double sum = 0;
        double largest = largest(logits);
        for (float logit : logits) {
            sum += Math.exp(logit - largest);
        }
        float[] probabilities = new float[logits.length];
        for (int label = 0; label < logits.length; label++) {
            probabilities[label] = (float) (Math.exp(logits[label] - largest) / sum);
        }
        return probabilities;
    }

    private static double largest(float[] logits) {
        float[] sorted = logits.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length - 1];
    }

    private static RowData only(CompletableFuture<Collection<RowData>> answer) throws Exception {
        Collection<RowData> rows = answer.get(30, TimeUnit.SECONDS);
        assertThat(rows).hasSize(1);
        return rows.iterator().next();
    }

    private static @Nullable Throwable failure(CompletableFuture<Collection<RowData>> answer)
            throws Exception {
        try {
            throw new AssertionError("was answered: " + only(answer));
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }
}
