package io.psconv.operator.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.operator.decode.UndecodableFrameException;
import io.psconv.operator.node.JobIdentity;
import io.psconv.operator.node.NodeRuntime;
import io.psconv.operator.record.Classification;
import io.psconv.operator.record.ModelReference;
import io.psconv.operator.record.RejectionReason;
import io.psconv.operator.record.RoutePlan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class MicroBatcherTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final byte[] NO_IMAGE = "no image".getBytes(StandardCharsets.UTF_8);

    @SuppressWarnings("NullAway.Init") // Set before every test.
    private static SampleStore store;

    @SuppressWarnings("NullAway.Init") // Set before every test.
    private NodeRuntime.Lease node;

    @BeforeAll
    static void publish(@TempDir Path folder) throws Exception {
        store = new SampleStore(folder);
    }

    @BeforeEach
    void join() throws IOException {
        node = NodeRuntime.acquire(SampleSettings.NODE, new JobIdentity("job", "query"));
    }

    @AfterEach
    void leave() {
        Gate.open();
        assertThat(node.models().size()).as("models left open").isZero();
        node.close();
    }

    @Test
    void classifiesFullBatchesTogether() throws Exception {
        try (MicroBatcher batcher = start(settings().maxBatchDelay(LONG))) {
            List<CompletableFuture<ClassifiedFrame>> answers = send(batcher, 0, 8);

            for (CompletableFuture<ClassifiedFrame> answer : answers) {
                assertThat(get(answer).timing().batchSize()).isEqualTo(4);
            }
        }
    }

    @Test
    void answersLikeTheOperator() throws Exception {
        List<Classification> expected;
        try (OperatorRun operator = OperatorRun.start(settings().make())) {
            for (long offset = 0; offset < 4; offset++) {
                operator.frame(SampleFrames.frame(offset, offset));
            }
            expected = operator.classifications();
        }
        try (MicroBatcher batcher = start(settings())) {
            List<CompletableFuture<ClassifiedFrame>> answers = send(batcher, 0, 4);

            for (int index = 0; index < 4; index++) {
                ClassifiedFrame answer = get(answers.get(index));
                Classification same = expected.get(index);
                assertThat(answer.answer().best(10)).isEqualTo(same.top());
                assertThat(answer.answer().model()).isEqualTo(same.model());
                int best = answer.answer().ranking(1)[0];
                assertThat(answer.answer().labels().get(best)).isEqualTo(same.label());
                assertThat(answer.answer().probabilities()[best])
                        .isEqualTo(same.top().get(0).probability());
                assertThat(Objects.requireNonNull(answer.energy()).source()).isEqualTo("modelled");
            }
        }
    }

    @Test
    void takesWhatCameMeanwhileTogether() throws Exception {
        try (MicroBatcher batcher = start(gated().maxBatchDelay(Duration.ZERO))) {
            Gate.shut();
            CompletableFuture<ClassifiedFrame> first = send(batcher, 0, 1).get(0);
            Gate.awaitBatch();
            List<CompletableFuture<ClassifiedFrame>> others = send(batcher, 1, 3);
            Gate.open();

            assertThat(get(first).timing().batchSize()).isEqualTo(1);
            for (CompletableFuture<ClassifiedFrame> other : others) {
                assertThat(get(other).timing().batchSize()).isEqualTo(3);
            }
        }
    }

    @Test
    void letsAFrameWaitForTheDelayAndNoLonger() throws Exception {
        try (MicroBatcher batcher = start(settings().maxBatchDelay(Duration.ofMillis(40)))) {
            ClassifiedFrame alone = get(send(batcher, 0, 1).get(0));

            assertThat(alone.timing().batchSize()).isEqualTo(1);
            assertThat(alone.timing().queueNanos() + alone.timing().decodeNanos())
                    .isGreaterThanOrEqualTo(Duration.ofMillis(39).toNanos());
        }
    }

    @Test
    void givesABadImageItsReasonAndTheOthersTheirAnswers() throws Exception {
        try (MicroBatcher batcher = start(settings().maxBatchDelay(LONG))) {
            List<CompletableFuture<ClassifiedFrame>> good = send(batcher, 0, 3);
            CompletableFuture<ClassifiedFrame> unknown = batcher.classify(NO_IMAGE, null);
            CompletableFuture<ClassifiedFrame> missing = batcher.classify(null, null);
            CompletableFuture<ClassifiedFrame> raw =
                    batcher.classify(new byte[3], "image/x-raw-rgb;width=1;height=1");

            assertThat(reason(unknown)).isEqualTo(RejectionReason.UNKNOWN_FORMAT);
            assertThat(reason(missing)).isEqualTo(RejectionReason.EMPTY);
            assertThat(get(raw).timing().batchSize()).isEqualTo(4);
            for (CompletableFuture<ClassifiedFrame> answer : good) {
                assertThat(get(answer).timing().batchSize()).isEqualTo(4);
            }
        }
    }

    @Test
    void letsWhoBringsMoreThanFitsWait() throws Exception {
        int frames = 60;
        long bytes = 64 << 10;
        AtomicInteger taken = new AtomicInteger();
        List<CompletableFuture<ClassifiedFrame>> answers = new ArrayList<>();
        try (MicroBatcher batcher = start(gated().maxBufferBytes(bytes))) {
            Gate.shut();
            Thread producer =
                    new Thread(
                            () -> {
                                for (int frame = 0; frame < frames; frame++) {
                                    answers.add(sendOne(batcher, frame));
                                    taken.incrementAndGet();
                                }
                            });
            producer.start();
            while (producer.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            long each = SampleFrames.png(0).length;
            assertThat(taken.get()).isPositive();
            assertThat(taken.get() * each).isLessThanOrEqualTo(bytes);

            Gate.open();
            producer.join();
            for (CompletableFuture<ClassifiedFrame> answer : answers) {
                assertThat(get(answer).timing().batchSize()).isPositive();
            }
        }
    }

    @Test
    void doesNotWaitForAFullBatchThatCannotCome() throws Exception {
        byte[] large = new byte[100 << 10];
        byte[] png = SampleFrames.png(1);
        System.arraycopy(png, 0, large, 0, png.length);
        SampleSettings tight = settings().maxBatchDelay(LONG).maxBufferBytes(250 << 10);
        try (MicroBatcher batcher = start(tight)) {
            CompletableFuture<ClassifiedFrame> first = batcher.classify(large, null);
            CompletableFuture<ClassifiedFrame> second = batcher.classify(large, null);
            CompletableFuture<ClassifiedFrame> third = batcher.classify(large, null);

            assertThat(get(first).timing().batchSize()).isEqualTo(2);
            assertThat(get(second).timing().batchSize()).isEqualTo(2);
            assertThat(third).isNotDone();
        }
    }

    @Test
    void takesAFrameThatIsLargerThanTheLimitAlone() throws Exception {
        byte[] large = new byte[100 << 10];
        byte[] png = SampleFrames.png(1);
        System.arraycopy(png, 0, large, 0, png.length);
        try (MicroBatcher batcher = start(settings().maxBufferBytes(64 << 10))) {
            assertThat(get(batcher.classify(large, null)).timing().batchSize()).isEqualTo(1);
            assertThat(get(batcher.classify(large, null)).timing().batchSize()).isEqualTo(1);
        }
    }

    @Test
    void failsWhatWaitsWhenItIsClosedAndFinishesWhatItIsAt() throws Exception {
        MicroBatcher batcher = start(gated().maxBatchDelay(Duration.ZERO));
        Gate.shut();
        CompletableFuture<ClassifiedFrame> first = send(batcher, 0, 1).get(0);
        Gate.awaitBatch();
        List<CompletableFuture<ClassifiedFrame>> others = send(batcher, 1, 3);
        Thread closing = new Thread(batcher::close);
        closing.start();
        while (closing.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        assertThat(first).isNotDone();
        Gate.open();
        closing.join();

        assertThat(get(first).timing().batchSize()).isEqualTo(1);
        for (CompletableFuture<ClassifiedFrame> other : others) {
            assertThat(failure(other))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("closed before its turn");
        }
        assertThat(failure(sendOne(batcher, 9))).hasMessageContaining("closed before its turn");
        batcher.close();
    }

    @Test
    void waitsForItsThreadHoweverOftenItIsInterrupted() throws Exception {
        MicroBatcher batcher = start(gated().maxBatchDelay(Duration.ZERO));
        Gate.shut();
        CompletableFuture<ClassifiedFrame> first = send(batcher, 0, 1).get(0);
        Gate.awaitBatch();
        AtomicInteger interrupted = new AtomicInteger();
        Thread closing =
                new Thread(
                        () -> {
                            batcher.close();
                            interrupted.set(Thread.currentThread().isInterrupted() ? 1 : 0);
                        });
        closing.start();
        closing.interrupt();
        while (closing.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        assertThat(node.models().size()).isOne();
        Gate.open();
        closing.join();

        assertThat(get(first).timing().batchSize()).isEqualTo(1);
        assertThat(interrupted).hasValue(1);
    }

    @Test
    void failsEverythingWithTheReasonOnceTheEngineFails() throws Exception {
        try (MicroBatcher batcher = start(gated().maxBatchDelay(Duration.ZERO))) {
            Gate.shut();
            CompletableFuture<ClassifiedFrame> first = send(batcher, 0, 1).get(0);
            Gate.awaitBatch();
            CompletableFuture<ClassifiedFrame> second = send(batcher, 1, 1).get(0);
            Gate.fail("no more numbers");

            for (CompletableFuture<ClassifiedFrame> answer : List.of(first, second)) {
                assertThat(failure(answer))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("cannot be classified any more")
                        .hasMessageContaining("no more numbers")
                        .hasCauseInstanceOf(IllegalArgumentException.class);
            }
            assertThat(failure(sendOne(batcher, 2))).hasRootCauseMessage("no more numbers");
        }
    }

    @Test
    void refusesARouteOfSeveralModels() throws Exception {
        ClassifySettings single = settings().make();
        ModelReference model =
                Objects.requireNonNull(single.firstModel().plan()).arms().get(0).model();
        SampleSettings paired =
                settings().plan(RoutePlan.paired(RoutePlan.ALL_CAMERAS, model, model));

        assertThatThrownBy(() -> start(paired))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PAIRED route but it must be for a single model");
    }

    private static SampleSettings settings() {
        return new SampleSettings(store.root(), store.sparse());
    }

    private static SampleSettings gated() {
        return settings().engine(GatedEngineProvider.NAME);
    }

    private MicroBatcher start(SampleSettings settings) throws IOException, InterruptedException {
        return MicroBatcher.start(settings.make(), node, "batcher");
    }

    private static List<CompletableFuture<ClassifiedFrame>> send(
            MicroBatcher batcher, int from, int count) {
        List<CompletableFuture<ClassifiedFrame>> answers = new ArrayList<>();
        for (int frame = from; frame < from + count; frame++) {
            answers.add(sendOne(batcher, frame));
        }
        return answers;
    }

    private static CompletableFuture<ClassifiedFrame> sendOne(MicroBatcher batcher, int frame) {
        try {
            return batcher.classify(SampleFrames.png(frame), null);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ClassifiedFrame get(CompletableFuture<ClassifiedFrame> answer) throws Exception {
        return answer.get(30, TimeUnit.SECONDS);
    }

    private static @Nullable Throwable failure(CompletableFuture<ClassifiedFrame> answer)
            throws Exception {
        try {
            throw new AssertionError("was answered: " + get(answer));
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }

    private static RejectionReason reason(CompletableFuture<ClassifiedFrame> answer)
            throws Exception {
        if (failure(answer) instanceof UndecodableFrameException rejection) {
            return rejection.reason();
        }
        throw new AssertionError("was not rejected", failure(answer));
    }
}
