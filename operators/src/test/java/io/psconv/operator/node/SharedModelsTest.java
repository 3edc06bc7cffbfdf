package io.psconv.operator.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.model.engine.Classifier;
import io.psconv.model.engine.LoadedModel;
import io.psconv.model.format.CompressedModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SharedModelsTest {
    private final SharedModels models = new SharedModels();

    @Test
    void loadsAModelOnceForManyThreads() throws Exception {
        AtomicInteger loads = new AtomicInteger();
        CountDownLatch start = new CountDownLatch(1);
        ExecutorService executor = Executors.newFixedThreadPool(8);
        List<Future<SharedModels.Lease>> leases = new ArrayList<>();
        for (int thread = 0; thread < 8; thread++) {
            leases.add(
                    executor.submit(
                            () -> {
                                start.await();
                                return models.lease(
                                        "digest",
                                        () -> {
                                            loads.incrementAndGet();
                                            return loaded(new Stub());
                                        });
                            }));
        }

        start.countDown();
        LoadedModel first = leases.get(0).get().model();
        for (Future<SharedModels.Lease> lease : leases) {
            assertThat(lease.get().model()).isSameAs(first);
        }

        assertThat(loads).hasValue(1);
        executor.shutdownNow();
    }

    @Test
    void closesAModelWithItsLastLease() throws IOException {
        Stub model = new Stub();
        SharedModels.Lease one = models.lease("digest", () -> loaded(model));
        SharedModels.Lease two = models.lease("digest", () -> loaded(model));

        one.close();
        one.close();
        assertThat(model.closed).isFalse();
        assertThat(models.size()).isEqualTo(1);

        two.close();
        assertThat(model.closed).isTrue();
        assertThat(models.size()).isZero();
    }

    @Test
    void triesAgainAfterAFailedLoad() throws IOException {
        assertThatThrownBy(
                        () ->
                                models.lease(
                                        "digest",
                                        () -> {
                                            throw new IOException("store gone");
                                        }))
                .hasMessage("store gone");
        assertThat(models.size()).isZero();

        try (SharedModels.Lease lease = models.lease("digest", () -> loaded(new Stub()))) {
            assertThat(lease.model()).isInstanceOf(Stub.class);
            assertThat(lease.file()).containsExactly(7);
        }
    }

    @Test
    void forgetsAModelForWhichMemoryDidNotSuffice() {
        assertThatThrownBy(
                        () ->
                                models.lease(
                                        "digest",
                                        () -> {
                                            throw new OutOfMemoryError("of this test");
                                        }))
                .isInstanceOf(OutOfMemoryError.class);

        assertThat(models.size()).isZero();
    }

    private static SharedModels.Loaded loaded(LoadedModel model) {
        return new SharedModels.Loaded(model, new byte[] {7});
    }

    private static final class Stub implements LoadedModel {
        private boolean closed;

        @Override
        public CompressedModel model() {
            throw new IllegalStateException("not asked for here");
        }

        @Override
        public String engine() {
            return "stub";
        }

        @Override
        public Classifier newClassifier(int maxBatch) {
            throw new IllegalStateException("not asked for here");
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
