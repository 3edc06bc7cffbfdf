package io.psconv.tests.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.ImageFactory;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.loss.Loss;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import io.psconv.model.dataset.LabelledImages;
import io.psconv.model.djl.PsconvTranslatorFactory;
import io.psconv.model.format.CompressedModel;
import io.psconv.operator.decode.DecodeLimits;
import io.psconv.operator.decode.FrameDecoder;
import io.psconv.operator.record.Frame;
import io.psconv.operator.record.FrameId;
import java.io.FileNotFoundException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The engine as a user of DJL meets it: nothing here but DJL's interface makes predictions. */
class PsconvEngineTest {
    private static final String ENGINE = "pSConv";

    @TempDir Path folder;

    @BeforeAll
    static void doNotAskTheNetworkWhereThisRuns() {
        System.setProperty("OPT_OUT_TRACKING", "true");
    }

    @Test
    void classifiesPicturesExactlyAsTheProductDoes() throws Exception {
        LabelledImages images = Bundled.images(300);
        CompressedModel file = Bundled.read(Bundled.SPARSE.resolve("1"));
        List<float[]> expected = Bundled.logits(file, Bundled.inputs(images, file));

        int right = 0;
        try (ZooModel<Image, Classifications> model =
                        criteria(Bundled.SPARSE.resolve("1")).build().loadModel();
                Predictor<Image, Classifications> predictor = model.newPredictor()) {
            List<Image> pictures = Bundled.pictures(images);
            for (int image = 0; image < pictures.size(); image++) {
                Classifications made = predictor.predict(pictures.get(image));
                assertThat(made.getClassNames()).isEqualTo(images.classes());
                assertThat(made.getProbabilities())
                        .as("probabilities of image %d", image)
                        .isEqualTo(Bundled.probabilities(expected.get(image)));
                String label = images.classes().get(images.label(image));
                right += made.best().getClassName().equals(label) ? 1 : 0;
            }
        }
        assertThat(right).as("right of 300").isBetween(255, 285);
    }

    @Test
    void batchesOfAnySizeAgreeWithSinglePredictions() throws Exception {
        List<Image> pictures = Bundled.pictures(Bundled.images(37));
        try (ZooModel<Image, Classifications> model =
                        criteria(Bundled.SMALL).optOption("maxBatch", "8").build().loadModel();
                Predictor<Image, Classifications> predictor = model.newPredictor()) {
            List<List<Double>> single = new ArrayList<>();
            for (Image picture : pictures) {
                single.add(predictor.predict(picture).getProbabilities());
            }
            for (int size : new int[] {1, 2, 7, 8, 9, 37}) {
                assertThat(predictor.batchPredict(pictures.subList(0, size)))
                        .extracting(Classifications::getProbabilities)
                        .as("batch of %d", size)
                        .isEqualTo(single.subList(0, size));
            }
            assertThat(predictor.batchPredict(List.of())).isEmpty();
        }
    }

    @Test
    void predictorsOnSeveralThreadsAgree() throws Exception {
        List<Image> pictures = Bundled.pictures(Bundled.images(64));
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (ZooModel<Image, Classifications> model = criteria(Bundled.SMALL).build().loadModel()) {
            List<Future<List<List<Double>>>> made = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                boolean batched = thread % 2 == 0;
                made.add(threads.submit(() -> probabilities(model, pictures, batched)));
            }
            List<List<Double>> expected = probabilities(model, pictures, true);
            for (Future<List<List<Double>>> each : made) {
                assertThat(each.get()).isEqualTo(expected);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void severalThreadsComputeTheSameBits() throws Exception {
        List<Image> pictures = Bundled.pictures(Bundled.images(37));
        try (ZooModel<Image, Classifications> alone = criteria(Bundled.SMALL).build().loadModel();
                Predictor<Image, Classifications> expected = alone.newPredictor()) {
            ZooModel<Image, Classifications> model =
                    criteria(Bundled.SMALL).optOption("threads", "3").build().loadModel();
            try (model;
                    Predictor<Image, Classifications> predictor = model.newPredictor()) {
                for (int size : new int[] {1, 2, 9, 37}) {
                    assertThat(predictor.batchPredict(pictures.subList(0, size)))
                            .extracting(Classifications::getProbabilities)
                            .as("batch of %d", size)
                            .isEqualTo(
                                    expected.batchPredict(pictures.subList(0, size)).stream()
                                            .map(Classifications::getProbabilities)
                                            .toList());
                }
                assertThat(helpers(model)).as("threads that help").hasSize(2);
            }
            for (Thread helper : helpers(model)) {
                helper.join(10_000);
            }
            assertThat(helpers(model)).as("threads after closing").isEmpty();
        }
    }

    private static List<Thread> helpers(ZooModel<?, ?> model) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("psconv-" + model.getName()))
                .toList();
    }

    /** Larger, smaller, and of sides that divide neither way. */
    @ParameterizedTest
    @CsvSource({"64,64", "45,37", "20,16", "32,33", "97,31"})
    void scalesAsTheStreamDoes(int width, int height) throws Exception {
        byte[] pixels = new byte[3 * width * height];
        new Random(7).nextBytes(pixels);
        CompressedModel file = Bundled.read(Bundled.SMALL);
        float[] input = decoded(file, pixels, width, height);
        float[] logits = Bundled.logits(file, List.of(input)).get(0);

        try (ZooModel<Image, Classifications> model = criteria(Bundled.SMALL).build().loadModel();
                Predictor<Image, Classifications> predictor = model.newPredictor()) {
            assertThat(predictor.predict(Bundled.picture(pixels, height, width)).getProbabilities())
                    .isEqualTo(Bundled.probabilities(logits));
        }
    }

    @Test
    void givesLogitsForArraysOfAWholeBatch() throws Exception {
        CompressedModel file = Bundled.read(Bundled.SMALL);
        List<float[]> inputs = Bundled.inputs(Bundled.images(5), file);
        List<float[]> expected = Bundled.logits(file, inputs);
        Criteria<NDList, NDList> criteria =
                Criteria.builder()
                        .setTypes(NDList.class, NDList.class)
                        .optEngine(ENGINE)
                        .optModelPath(Bundled.SMALL)
                        .build();

        try (ZooModel<NDList, NDList> model = criteria.loadModel();
                Predictor<NDList, NDList> predictor = model.newPredictor()) {
            NDManager manager = model.getNDManager();
            NDList batch = new NDList(manager.create(joined(inputs), new Shape(5, 3, 32, 32)));
            NDList made = predictor.predict(batch);
            assertThat(made.singletonOrThrow().getShape()).isEqualTo(new Shape(5, 10));
            assertThat(made.singletonOrThrow().toFloatArray()).isEqualTo(joined(expected));
            assertThat(predictor.batchPredict(List.of(batch, batch)))
                    .extracting(list -> list.singletonOrThrow().toFloatArray())
                    .containsExactly(joined(expected), joined(expected));
            assertThat(model.describeInput().toMap()).containsValue(new Shape(-1, 3, 32, 32));
            assertThat(model.describeOutput().toMap()).containsValue(new Shape(-1, 10));
        }
    }

    @Test
    void stacksForTranslatorsOfUsersAndForFloatArrays() throws Exception {
        CompressedModel file = Bundled.read(Bundled.SMALL);
        List<float[]> inputs = Bundled.inputs(Bundled.images(5), file);
        List<float[]> expected = Bundled.logits(file, inputs);
        Criteria<float[], float[]> byFactory =
                Criteria.builder()
                        .setTypes(float[].class, float[].class)
                        .optEngine(ENGINE)
                        .optModelPath(Bundled.SMALL)
                        .optTranslatorFactory(new PsconvTranslatorFactory())
                        .build();

        try (ZooModel<float[], float[]> model = byFactory.loadModel();
                Predictor<float[], float[]> ours = model.newPredictor();
                Predictor<float[], float[]> users = model.newPredictor(new StackingTranslator());
                Predictor<NDList, NDList> none = model.newPredictor(new NoopTranslator())) {
            assertThat(ours.batchPredict(inputs)).usingRecursiveComparison().isEqualTo(expected);
            assertThat(users.batchPredict(inputs)).usingRecursiveComparison().isEqualTo(expected);
            NDList one =
                    new NDList(model.getNDManager().create(inputs.get(0), new Shape(1, 3, 32, 32)));
            assertThat(none.predict(one).singletonOrThrow().toFloatArray())
                    .isEqualTo(expected.get(0));
        }
    }

    @Test
    void readsPicturesFromFilesWithTheFactory() throws Exception {
        Image picture = Bundled.pictures(Bundled.images(1)).get(0);
        Path png = folder.resolve("picture.png");
        try (OutputStream out = Files.newOutputStream(png)) {
            picture.save(out, "png");
        }
        Criteria<Path, Classifications> criteria =
                Criteria.builder()
                        .setTypes(Path.class, Classifications.class)
                        .optEngine(ENGINE)
                        .optModelPath(Bundled.SMALL)
                        .optArgument("translatorFactory", PsconvTranslatorFactory.class.getName())
                        .optArgument("topK", 2)
                        .build();
        try (ZooModel<Path, Classifications> model = criteria.loadModel();
                Predictor<Path, Classifications> predictor = model.newPredictor();
                ZooModel<Image, Classifications> plain =
                        criteria(Bundled.SMALL).build().loadModel();
                Predictor<Image, Classifications> fromImage = plain.newPredictor()) {
            Classifications made = predictor.predict(png);
            assertThat(made.topK()).hasSize(2);
            assertThat(made.getProbabilities())
                    .isEqualTo(fromImage.predict(picture).getProbabilities());
            assertThat(
                            fromImage
                                    .predict(ImageFactory.getInstance().fromFile(png))
                                    .getProbabilities())
                    .isEqualTo(made.getProbabilities());
        }
    }

    @Test
    void takesFileVersionFolderModelFolderAndStore() throws Exception {
        Image picture = Bundled.pictures(Bundled.images(1)).get(0);
        List<Path> paths =
                List.of(
                        Bundled.SMALL,
                        Bundled.SMALL.resolve("model.safetensors"),
                        Bundled.SMALL.getParent());
        List<List<Double>> made = new ArrayList<>();
        for (Path path : paths) {
            try (ZooModel<Image, Classifications> model = criteria(path).build().loadModel()) {
                made.addAll(probabilities(model, List.of(picture), false));
                assertThat(model.getProperty("psconv.variant")).isEqualTo("dense");
            }
        }
        for (String name : List.of("resnet20-dense", "resnet20-dense/1")) {
            Path store = Bundled.FOLDER.resolve("zoo");
            try (ZooModel<Image, Classifications> model =
                    criteria(store).optModelName(name).build().loadModel()) {
                made.addAll(probabilities(model, List.of(picture), false));
            }
        }
        assertThat(made).hasSize(5).containsOnly(made.get(0));
    }

    @Test
    void scalarFormGivesTheSameBits() throws Exception {
        List<Image> pictures = Bundled.pictures(Bundled.images(2));
        try (ZooModel<Image, Classifications> scalar =
                        criteria(Bundled.SMALL)
                                .optOption("convolution", "scalar")
                                .build()
                                .loadModel();
                ZooModel<Image, Classifications> vector =
                        criteria(Bundled.SMALL)
                                .optOption("requireVector", "true")
                                .build()
                                .loadModel()) {
            assertThat(probabilities(scalar, pictures, true))
                    .isEqualTo(probabilities(vector, pictures, true));
        }
    }

    @Test
    void twoThousandPredictionsKeepMemoryFlat() throws Exception {
        List<Image> pictures = Bundled.pictures(Bundled.images(100));
        try (ZooModel<Image, Classifications> model = criteria(Bundled.SMALL).build().loadModel()) {
            predictAll(model, pictures);
            long before = usedBytes();
            for (int round = 0; round < 20; round++) {
                predictAll(model, pictures);
            }
            long grown = usedBytes() - before;
            assertThat(grown).as("bytes kept by 2,000 predictions").isLessThan(1 << 20);
            assertThat(model.getNDManager().getManagedArrays()).isEmpty();
        }
    }

    @Test
    void refusesToServeOnceClosed() throws Exception {
        Image picture = Bundled.pictures(Bundled.images(1)).get(0);
        ZooModel<Image, Classifications> model = criteria(Bundled.SMALL).build().loadModel();
        Predictor<Image, Classifications> predictor = model.newPredictor();
        predictor.predict(picture);
        model.close();
        model.close();
        assertThatThrownBy(() -> predictor.predict(picture))
                .isInstanceOf(TranslateException.class)
                .hasRootCauseMessage("the model was closed; load it again");
        assertThatThrownBy(model::newPredictor)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("was closed");
    }

    @Test
    void namesAPathWithoutAModel() throws Exception {
        Path missing = folder.resolve("nothing");
        assertThatThrownBy(() -> criteria(missing).build().loadModel())
                .isInstanceOf(ModelNotFoundException.class);
        assertThatThrownBy(() -> criteria(folder).build().loadModel())
                .isInstanceOf(FileNotFoundException.class)
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("neither a model file nor a folder with model.safetensors");
        try (Model model = Model.newInstance("model", ENGINE)) {
            assertThatThrownBy(() -> model.load(missing))
                    .isInstanceOf(FileNotFoundException.class)
                    .hasMessageContaining(missing.toString());
            assertThatThrownBy(() -> model.load(folder, "../" + folder.getFileName()))
                    .isInstanceOf(FileNotFoundException.class);
        }
    }

    @Test
    void refusesDamagedFilesSayingWhatIsWrong() throws Exception {
        byte[] whole = Files.readAllBytes(Bundled.SMALL.resolve("model.safetensors"));
        Path file = folder.resolve("model.safetensors");
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        assertThatThrownBy(() -> criteria(folder).build().loadModel())
                .isInstanceOf(MalformedModelException.class)
                .hasMessageContaining(file.toString())
                .hasCauseInstanceOf(io.psconv.model.format.MalformedModelException.class);

        Files.write(file, whole);
        Files.writeString(folder.resolve("model.safetensors.sha256"), "0".repeat(64) + "  model\n");
        assertThatThrownBy(() -> criteria(folder).build().loadModel())
                .isInstanceOf(MalformedModelException.class)
                .hasMessageContaining("is recorded beside it");
    }

    @Test
    void checksGoldenVectorsBeforeItServes() throws Exception {
        byte[] changed = Files.readAllBytes(Bundled.SMALL.resolve("model.safetensors"));
        flipWeights(changed);
        Path file = folder.resolve("changed.safetensors");
        Files.write(file, changed);
        assertThatThrownBy(() -> criteria(file).build().loadModel())
                .isInstanceOf(MalformedModelException.class)
                .hasMessageContaining("golden image");
    }

    @Test
    void refusesUnknownOptionsAndValues() {
        assertThatThrownBy(() -> load("mapLocation", "true"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "option was 'mapLocation' but engine 'pSConv' knows only convolution,"
                                + " requireVector, maxBatch and threads");
        assertThatThrownBy(() -> load("convolution", "quick"))
                .hasMessage(
                        "option 'convolution' was 'quick' but it must be one of [auto, vector,"
                                + " scalar]");
        assertThatThrownBy(() -> load("maxBatch", "0"))
                .hasMessage(
                        "option 'maxBatch' was '0' but it must be a whole number between 1 and"
                                + " 1024");
        assertThatThrownBy(() -> load("maxBatch", "many")).hasMessageContaining("'many'");
        assertThatThrownBy(() -> load("threads", "0"))
                .hasMessage(
                        "option 'threads' was '0' but it must be a whole number between 1 and 1024");
        assertThatThrownBy(() -> load("requireVector", "yes"))
                .hasMessage("option 'requireVector' was 'yes' but it must be true or false");
    }

    @Test
    void refusesWhatItCannotDo() throws Exception {
        assertThatThrownBy(
                        () -> criteria(Bundled.SMALL).optDevice(Device.gpu()).build().loadModel())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("computes on the CPU");
        Engine engine = Engine.getEngine(ENGINE);
        assertThatThrownBy(engine::newGradientCollector)
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("psconv models import");
        try (ZooModel<Image, Classifications> model = criteria(Bundled.SMALL).build().loadModel()) {
            DefaultTrainingConfig training =
                    new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss());
            assertThatThrownBy(() -> model.newTrainer(training))
                    .hasMessageContaining("does not train through DJL");
            assertThatThrownBy(() -> model.save(folder, "copy"))
                    .hasMessageContaining("copy the model file");
        }
        assertThat(engine.getVersion()).matches("\\d+\\.\\d+\\.\\d+.*");
        assertThat(engine.defaultDevice()).isEqualTo(Device.cpu());
    }

    @Test
    void refusesInputOfAnotherShapeOrType() throws Exception {
        try (ZooModel<Image, Classifications> model = criteria(Bundled.SMALL).build().loadModel();
                Predictor<NDList, NDList> predictor = model.newPredictor(new NoopTranslator())) {
            NDManager manager = model.getNDManager();
            assertThatThrownBy(
                            () ->
                                    predictor.predict(
                                            new NDList(
                                                    manager.create(
                                                            new float[3 * 32 * 32],
                                                            new Shape(3, 32, 32)))))
                    .rootCause()
                    .hasMessageContaining("shape of the input was '(3, 32, 32)'")
                    .hasMessageContaining("batch, channels, height, width");
            assertThatThrownBy(
                            () ->
                                    predictor.predict(
                                            new NDList(
                                                    manager.create(
                                                            new int[3 * 32 * 32],
                                                            new Shape(1, 3, 32, 32)))))
                    .rootCause()
                    .hasMessageContaining("must be float32");
        }
    }

    @Test
    void readsAModelFromAStream() throws Exception {
        Image picture = Bundled.pictures(Bundled.images(1)).get(0);
        try (Model model = Model.newInstance("streamed", ENGINE);
                var in = Files.newInputStream(Bundled.SMALL.resolve("model.safetensors"));
                ZooModel<Image, Classifications> stored =
                        criteria(Bundled.SMALL).build().loadModel()) {
            model.load(in);
            Translator<Image, Classifications> translator =
                    new PsconvTranslatorFactory()
                            .newInstance(Image.class, Classifications.class, model, Map.of());
            try (Predictor<Image, Classifications> predictor = model.newPredictor(translator)) {
                assertThat(predictor.predict(picture).getProbabilities())
                        .isEqualTo(probabilities(stored, List.of(picture), false).get(0));
            }
        }
    }

    private static Criteria.Builder<Image, Classifications> criteria(Path path) {
        return Criteria.builder()
                .setTypes(Image.class, Classifications.class)
                .optEngine(ENGINE)
                .optModelPath(path);
    }

    private static void load(String option, String value) throws Exception {
        criteria(Bundled.SMALL).optOption(option, value).build().loadModel().close();
    }

    private static List<List<Double>> probabilities(
            ZooModel<Image, Classifications> model, List<Image> pictures, boolean batched)
            throws TranslateException {
        List<List<Double>> made = new ArrayList<>();
        try (Predictor<Image, Classifications> predictor = model.newPredictor()) {
            if (batched) {
                predictor.batchPredict(pictures).forEach(each -> made.add(each.getProbabilities()));
            } else {
                for (Image picture : pictures) {
                    made.add(predictor.predict(picture).getProbabilities());
                }
            }
        }
        return made;
    }

    private static void predictAll(ZooModel<Image, Classifications> model, List<Image> pictures)
            throws TranslateException {
        try (Predictor<Image, Classifications> predictor = model.newPredictor()) {
            for (Image picture : pictures) {
                predictor.predict(picture);
            }
        }
    }

    /** Java heap after the collector has run as often as it takes to settle. */
    private static long usedBytes() {
        Runtime runtime = Runtime.getRuntime();
        long used = Long.MAX_VALUE;
        for (int round = 0; round < 5; round++) {
            System.gc();
            used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
        }
        return used;
    }

    private static float[] decoded(CompressedModel model, byte[] pixels, int width, int height)
            throws Exception {
        byte[] raw = new byte[pixels.length];
        int plane = width * height;
        for (int pixel = 0; pixel < plane; pixel++) {
            for (int channel = 0; channel < 3; channel++) {
                raw[3 * pixel + channel] = pixels[channel * plane + pixel];
            }
        }
        String type = "image/x-raw-rgb;width=" + width + ";height=" + height;
        Frame frame = new Frame(new FrameId("frames", 0, 0), "camera", 0, type, raw);
        float[] input = new float[model.network().input().length()];
        try (FrameDecoder decoder =
                new FrameDecoder(
                        model.network().input(),
                        model.metadata().normalisation(),
                        new DecodeLimits(1 << 20, 1 << 20),
                        null)) {
            decoder.decode(frame, input, 0);
        }
        return input;
    }

    private static float[] joined(List<float[]> parts) {
        float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
        int at = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }

    /** Negates a run of weights in the middle of the data, which stays a sound file. */
    private static void flipWeights(byte[] file) {
        int middle = file.length / 2 & ~3;
        for (int at = middle; at < middle + 4 * 4096; at++) {
            file[at] ^= (byte) (at % 4 == 3 ? 0x80 : 0);
        }
    }

    /** What a user writes: one array for each image, DJL's own stacking. */
    private static final class StackingTranslator implements Translator<float[], float[]> {
        @Override
        public NDList processInput(TranslatorContext ctx, float[] input) {
            return new NDList(ctx.getNDManager().create(input, new Shape(3, 32, 32)));
        }

        @Override
        public float[] processOutput(TranslatorContext ctx, NDList list) {
            return list.singletonOrThrow().toFloatArray();
        }
    }
}
