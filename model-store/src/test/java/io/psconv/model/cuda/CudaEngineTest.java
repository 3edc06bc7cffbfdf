package io.psconv.model.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.psconv.model.engine.Classifier;
import io.psconv.model.engine.GoldenMismatchException;
import io.psconv.model.engine.LoadedModel;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.GoldenVectors;
import io.psconv.model.format.SampleModels;
import io.psconv.model.network.FeatureShape;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine on an emulated driver, with kernels of which only the form matters. */
class CudaEngineTest {
    private static final int LENGTH = SampleModels.CIFAR.length();
    private static final int CLASSES = 10;
    private static final byte[] PTX = LinearKernels.PTX.getBytes(StandardCharsets.US_ASCII);

    private final LinearKernels kernels = new LinearKernels();
    private final EmulatedDriver library = new EmulatedDriver(kernels, 2, 64 << 20);
    private final CudaDevices devices = new CudaDevices(new CudaDriver(library), PTX);
    private final LinearKernels.Programs programs = new LinearKernels.Programs(LENGTH, CLASSES, 3);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 8, 37})
    void computesBatchesOfAnySize(int images, TestReporter reporter) {
        float[] input = images(images, reporter);
        try (LoadedModel loaded = load(engine());
                Classifier classifier = loaded.newClassifier(37)) {
            float[] logits = new float[images * CLASSES];
            classifier.classify(input, images, logits);

            assertThat(logits).isEqualTo(programs.expected(input, images));
            assertThat(library.graphLaunches()).isEqualTo(1);
            assertThat(classifier.deviceNanos().orElseThrow()).isPositive();
        }
        assertThat(library.stillOpen()).isEmpty();
    }

    @Test
    void makesUpABatchOfSeveralBuckets(TestReporter reporter) {
        float[] input = images(68, reporter);
        try (LoadedModel loaded = load(engine());
                Classifier classifier = loaded.newClassifier(128)) {
            float[] logits = new float[68 * CLASSES];
            classifier.classify(input, 68, logits);

            assertThat(logits).isEqualTo(programs.expected(input, 68));
            assertThat(library.graphLaunches()).isEqualTo(2);
        }
    }

    @Test
    void imagesTravelWhileThePartBeforeThemIsComputed(TestReporter reporter) {
        float[] input = images(300, reporter);
        try (LoadedModel loaded = load(engine());
                Classifier classifier = loaded.newClassifier(300)) {
            float[] logits = new float[300 * CLASSES];
            library.forgetCalls();
            classifier.classify(input, 300, logits);

            assertThat(logits).isEqualTo(programs.expected(input, 300));
            assertThat(
                            library.calls().stream()
                                    .filter(
                                            call ->
                                                    call.equals("cuMemcpyHtoDAsync_v2")
                                                            || call.equals("cuGraphLaunch")
                                                            || call.equals("cuEventSynchronize")))
                    .containsExactly(
                            "cuMemcpyHtoDAsync_v2",
                            "cuGraphLaunch",
                            // Behind the first part, for whose end nobody has waited yet.
                            "cuMemcpyHtoDAsync_v2",
                            "cuGraphLaunch",
                            "cuEventSynchronize",
                            // In the first part's slot, while the second part is computed.
                            "cuMemcpyHtoDAsync_v2",
                            "cuGraphLaunch",
                            "cuEventSynchronize",
                            "cuEventSynchronize");
        }
        assertThat(library.stillOpen()).isEmpty();
    }

    /** A smaller batch after a larger one meets what that left. */
    @Test
    void batchesDoNotMeetWhatOthersLeft(TestReporter reporter) {
        float[] first = images(8, reporter);
        float[] second = images(8, reporter);
        try (LoadedModel loaded = load(engine());
                Classifier classifier = loaded.newClassifier(8)) {
            float[] logits = new float[8 * CLASSES];
            classifier.classify(first, 8, logits);
            classifier.classify(second, 3, logits);
            float[] expected = programs.expected(second, 3);
            assertThat(Arrays.copyOf(logits, 3 * CLASSES)).isEqualTo(expected);

            classifier.classify(first, 5, logits);
            assertThat(Arrays.copyOf(logits, 5 * CLASSES)).isEqualTo(programs.expected(first, 5));
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 1", "3, 2", "8, 2"})
    void severalSubtasksShareDevices(int subtasks, int perDevice, TestReporter reporter)
            throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(subtasks);
        try (LoadedModel loaded = load(engine())) {
            List<Future<?>> running = new ArrayList<>();
            for (int subtask = 0; subtask < subtasks; subtask++) {
                float[] input = images(12, reporter);
                running.add(
                        threads.submit(
                                () -> {
                                    try (Classifier classifier = loaded.newClassifier(12)) {
                                        for (int run = 0; run < 10; run++) {
                                            int images = 1 + run;
                                            float[] logits = new float[images * CLASSES];
                                            classifier.classify(input, images, logits);
                                            assertThat(logits)
                                                    .isEqualTo(programs.expected(input, images));
                                        }
                                    }
                                }));
            }
            for (Future<?> each : running) {
                each.get(20, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(perDevice).isPositive();
        assertThat(library.stillOpen()).isEmpty();
    }

    @Test
    void weightsAreOnADeviceOnceHoweverManyClassifiers() {
        try (LoadedModel loaded = load(engine(0));
                Classifier first = loaded.newClassifier(4)) {
            long one = library.allocatedBytes();
            try (Classifier second = loaded.newClassifier(4)) {
                assertThat(library.allocatedBytes()).isEqualTo(one);
                assertThat(second.maxBatch()).isEqualTo(first.maxBatch());
            }
            assertThat(library.allocatedBytes()).isEqualTo(one);
        }
        assertThat(library.allocatedBytes()).isZero();
    }

    @Test
    void classifiersSpreadOverDevices() {
        CudaEngine engine = engine();
        try (LoadedModel one = load(engine);
                LoadedModel two = load(engine)) {
            Classifier oneA = one.newClassifier(1);
            Classifier twoA = two.newClassifier(1);
            assertThat(onDevices()).containsExactly(1, 1);
            Classifier oneB = one.newClassifier(1);
            Classifier twoB = two.newClassifier(1);
            assertThat(onDevices()).containsExactly(2, 2);
            // A subtask that starts again goes where it was.
            oneA.close();
            assertThat(onDevices()).containsExactly(1, 2);
            Classifier oneC = one.newClassifier(1);
            assertThat(onDevices()).containsExactly(2, 2);
            List.of(twoA, oneB, twoB, oneC).forEach(Classifier::close);
        }
        assertThat(library.stillOpen()).isEmpty();
    }

    @Test
    void usesTheDevicesItIsTold() {
        try (LoadedModel loaded = load(engine(1));
                Classifier first = loaded.newClassifier(1);
                Classifier second = loaded.newClassifier(1)) {
            assertThat(onDevices()).containsExactly(0, 2);
            assertThat(first).isNotSameAs(second);
        }
        assertThatThrownBy(() -> engine(2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "CUDA device was '2' but this process sees those from 0 to 1, counted by"
                                + " PCI address as nvidia-smi does: [device 0 (Emulated 1");
    }

    @Test
    void modelsStayUntilTheirLastClassifierIsClosed(TestReporter reporter) {
        float[] input = images(1, reporter);
        LoadedModel loaded = load(engine());
        Classifier classifier = loaded.newClassifier(1);
        loaded.close();
        float[] logits = new float[CLASSES];
        classifier.classify(input, 1, logits);
        assertThat(logits).isEqualTo(programs.expected(input, 1));

        classifier.close();
        assertThat(library.stillOpen()).isEmpty();
        assertThatThrownBy(() -> loaded.newClassifier(1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the model is closed; load it again");
        assertThatThrownBy(() -> classifier.classify(input, 1, logits))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the classifier is closed");
    }

    @Test
    void outOfMemoryLeavesNothingBehind() {
        EmulatedDriver small = new EmulatedDriver(kernels, 1, 4 << 20);
        LoadedModel loaded =
                new CudaEngine(
                                new CudaDevices(new CudaDriver(small), PTX),
                                new CudaSettings(Precision.FP16, List.of()),
                                (model, precision) -> programs)
                        .load(sample());

        assertThatThrownBy(() -> loaded.newClassifier(256))
                .isInstanceOf(CudaException.class)
                .hasMessageContaining("CUDA error 2 (CUDA_ERROR_OUT_OF_MEMORY)")
                .hasMessageContaining("bytes for ");
        assertThat(small.stillOpen()).isEmpty();
        loaded.close();
    }

    @ParameterizedTest
    @CsvSource({
        "cuMemAlloc_v2, 0",
        "cuMemAlloc_v2, 1",
        "cuMemAlloc_v2, 2",
        "cuMemAlloc_v2, 3",
        "cuMemHostAlloc, 0",
        "cuMemHostAlloc, 1",
        "cuMemHostAlloc, 3",
        "cuMemcpyHtoD_v2, 0",
        "cuStreamSynchronize, 0",
        "cuEventCreate, 0",
        "cuEventCreate, 2",
        "cuModuleGetFunction, 1",
        "cuFuncSetAttribute, 0",
        "cuLaunchKernel, 0",
        "cuLaunchKernel, 5",
        "cuStreamBeginCapture_v2, 2",
        "cuStreamEndCapture, 1",
        "cuGraphInstantiateWithFlags, 3"
    })
    void leavesNothingOpenWhereLoadingFails(String function, int successes) {
        LoadedModel loaded = load(engine());
        library.failAfter(function, successes, 801);

        assertThatThrownBy(() -> loaded.newClassifier(4))
                .isInstanceOf(CudaException.class)
                .hasMessageContaining(function)
                .hasMessageContaining("CUDA_ERROR_NOT_SUPPORTED");
        assertThat(library.stillOpen()).isEmpty();

        try (Classifier again = loaded.newClassifier(4)) {
            assertThat(again.maxBatch()).isEqualTo(4);
        }
        loaded.close();
        assertThat(library.stillOpen()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cuMemcpyHtoDAsync_v2",
                "cuEventRecord",
                "cuStreamWaitEvent",
                "cuGraphLaunch"
            })
    void aBatchThatCannotStartFailsAloneAndTheNextIsRight(String function, TestReporter reporter) {
        float[] input = images(4, reporter);
        float[] logits = new float[4 * CLASSES];
        try (LoadedModel loaded = load(engine());
                Classifier classifier = loaded.newClassifier(4)) {
            library.fail(function, 701);
            assertThatThrownBy(() -> classifier.classify(input, 4, logits))
                    .isInstanceOf(CudaException.class)
                    .hasMessageContaining("CUDA error 701 (CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES)");

            for (int run = 0; run < 3; run++) {
                Arrays.fill(logits, 0);
                classifier.classify(input, 4, logits);
                assertThat(logits).isEqualTo(programs.expected(input, 4));
            }
        }
        assertThat(library.stillOpen()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {214, 700, 702, 719, 999})
    void aKernelThatBreaksTheDeviceIsFatalToAllWhoUseIt(int code, TestReporter reporter) {
        float[] input = images(4, reporter);
        LoadedModel loaded = load(engine(0));
        Classifier one = loaded.newClassifier(4);
        Classifier other = loaded.newClassifier(4);
        kernels.breakLaunch(kernels.runs() + 1, code);
        float[] logits = new float[4 * CLASSES];

        assertThatThrownBy(() -> one.classify(input, 4, logits))
                .isInstanceOf(CudaDeviceError.class)
                .hasMessageContaining("cuEventSynchronize, waiting for the network on device 0 ")
                .hasMessageContaining("CUDA error " + code);
        for (Classifier each : List.of(one, other)) {
            assertThatThrownBy(() -> each.classify(input, 4, logits))
                    .isInstanceOf(CudaDeviceError.class);
        }
        assertThatThrownBy(() -> loaded.newClassifier(2)).isInstanceOf(CudaDeviceError.class);
        assertThat(logits).containsOnly(0);
    }

    @Test
    void subtasksThatWaitAreToldThatTheDeviceIsLost(TestReporter reporter) throws Exception {
        float[] input = images(4, reporter);
        LoadedModel loaded = load(engine(0));
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            kernels.breakLaunch(kernels.runs() + 21, 700);
            List<Future<@Nullable Throwable>> running = new ArrayList<>();
            for (int subtask = 0; subtask < 4; subtask++) {
                Classifier classifier = loaded.newClassifier(4);
                running.add(threads.submit(() -> untilItFails(classifier, input)));
            }
            for (Future<@Nullable Throwable> each : running) {
                assertThat(each.get(20, TimeUnit.SECONDS)).isInstanceOf(CudaDeviceError.class);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private @Nullable Throwable untilItFails(Classifier classifier, float[] input) {
        float[] expected = programs.expected(input, 4);
        float[] logits = new float[4 * CLASSES];
        for (int run = 0; run < 1000; run++) {
            try {
                classifier.classify(input, 4, logits);
            } catch (CudaDeviceError e) {
                return e;
            }
            if (!Arrays.equals(logits, expected)) {
                return new AssertionError("wrong logits");
            }
        }
        return null;
    }

    /** Of whatever kind: what the device holds then is not known. */
    @Test
    void anErrorWhileABatchIsAwaitedLosesTheDevice(TestReporter reporter) {
        float[] input = images(1, reporter);
        LoadedModel loaded = load(engine());
        Classifier classifier = loaded.newClassifier(1);
        library.fail("cuEventSynchronize", 1);

        assertThatThrownBy(() -> classifier.classify(input, 1, new float[CLASSES]))
                .isInstanceOf(CudaDeviceError.class)
                .hasMessageContaining("CUDA_ERROR_INVALID_VALUE");
    }

    @Test
    void refusesLogitsThatAreNotNumbers() {
        float[] input = new float[LENGTH];
        Arrays.fill(input, 3e38f);
        try (LoadedModel loaded = load(engine());
                Classifier classifier = loaded.newClassifier(1)) {
            assertThatThrownBy(() -> classifier.classify(input, 1, new float[CLASSES]))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("but it must be a finite number")
                    .hasMessageContaining("choose classify.cuda.precision fp32");
        }
    }

    @Test
    void aCancelledTaskGetsItsAnswerAndStaysInterrupted(TestReporter reporter) {
        float[] input = images(4, reporter);
        float[] logits = new float[4 * CLASSES];
        try (LoadedModel loaded = load(engine());
                Classifier classifier = loaded.newClassifier(4)) {
            Thread.currentThread().interrupt();
            classifier.classify(input, 4, logits);
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(logits).isEqualTo(programs.expected(input, 4));
    }

    @Test
    void checksGoldenVectorsOnEachDevice() {
        CompressedModel sample = SampleModels.resnet20("PSD1_P16");
        GoldenVectors golden = sample.golden();
        assertThat(golden).isNotNull();
        // The sample's were made by no engine, let alone this network.
        LoadedModel loaded = engine().load(sample);

        assertThatThrownBy(() -> loaded.newClassifier(1))
                .isInstanceOf(GoldenMismatchException.class)
                .hasMessageContaining("engine 'cuda' computes wrongly here");
        assertThat(library.stillOpen()).isEmpty();
    }

    @Test
    void saysHowFarLogitsMayBeOff() {
        CompressedModel sample = sample();
        try (LoadedModel half = engine().load(sample);
                LoadedModel single =
                        new CudaEngine(
                                        devices,
                                        new CudaSettings(Precision.FP32, List.of()),
                                        (model, precision) -> programs)
                                .load(sample)) {
            assertThat(half.relativeTolerance()).isEqualTo(1e-2);
            assertThat(single.relativeTolerance()).isZero();
            // 3.35 TB/s, as the H100's data sheet has it.
            assertThat(half.leastNanos(8).orElseThrow())
                    .isCloseTo(8_500_000 / 3.35232e3, within(1e-6));
            assertThat(half.engine()).isEqualTo("cuda");
            assertThat(half.executedVariant()).isEqualTo(sample.variant());
        }
    }

    @Test
    void enginesOfOtherPrecisionOrDevicesAreOthers() {
        assertThat(engine().placement()).isEqualTo("cuda fp16 [0, 1]");
        assertThat(engine(1).placement()).isEqualTo("cuda fp16 [1]");
        assertThat(engine(1).deviceAddresses()).containsExactly("0000:40:00.0");
        assertThat(engine(1).description())
                .isEqualTo(
                        "CUDA 12.4, device 1 (Emulated 0, 0 GiB, compute capability 8.0,"
                                + " 0000:40:00.0)");
    }

    private List<Integer> onDevices() {
        return List.of(devices.classifiers(0), devices.classifiers(1));
    }

    private CudaEngine engine(Integer... indexes) {
        return new CudaEngine(
                devices,
                new CudaSettings(Precision.FP16, List.of(indexes)),
                (model, precision) -> programs);
    }

    private static LoadedModel load(CudaEngine engine) {
        return engine.load(sample());
    }

    /** Without golden vectors. */
    private static CompressedModel sample() {
        CompressedModel sample = SampleModels.resnet20("PSD1_P16");
        FeatureShape shape = sample.network().input();
        assertThat(shape.length()).isEqualTo(LENGTH);
        return new CompressedModel(
                sample.network(), sample.variant(), sample.metadata(), sample.tensors(), null);
    }

    private static float[] images(int count, TestReporter reporter) {
        long seed = new Random().nextLong();
        reporter.publishEntry("seed", Long.toString(seed));
        Random random = new Random(seed);
        float[] values = new float[count * LENGTH];
        for (int index = 0; index < values.length; index++) {
            values[index] = (float) random.nextGaussian();
        }
        return values;
    }
}
