package io.psconv.operator.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.model.engine.InferenceEngine;
import io.psconv.model.engine.LoadedModel;
import io.psconv.model.format.CompressedModel;
import io.psconv.operator.record.ActivationRequest;
import io.psconv.operator.record.MalformedRequest;
import io.psconv.operator.record.Refusal;
import io.psconv.operator.record.RequestedPlan;
import io.psconv.operator.record.RequestedTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TimedVerifierTest {
    private static final ActivationRequest ACTIVATION =
            new ActivationRequest(
                    "c-0@1", "default", RequestedPlan.single("*", "net"), new RequestedTime(0, 0));

    @Test
    void whatHangsIsRefusedAndDoesNotHoldUpTheNext(@TempDir Path folder) throws Exception {
        StoreOfModels store = new StoreOfModels(folder);
        store.publish("net", 10, 1);
        HangingEngine engine = new HangingEngine();
        TimedVerifier verifier = verifier(store, engine, Duration.ofMillis(200));

        assertThat(verifier.decide(ACTIVATION))
                .isEqualTo(
                        new Refusal(
                                "c-0@1",
                                "checking its models took longer than control.verify-timeout of"
                                        + " 200 ms; see whether the model store answers, or raise"
                                        + " it"));
        assertThat(verifier.decide(new MalformedRequest("c-0@2", "not JSON")))
                .isEqualTo(new Refusal("c-0@2", "not JSON"));
        engine.interrupted.await();
    }

    @Test
    void anInterruptLeavesTheRequestUndecided(@TempDir Path folder) throws Exception {
        StoreOfModels store = new StoreOfModels(folder);
        store.publish("net", 10, 1);
        HangingEngine engine = new HangingEngine();
        TimedVerifier verifier = verifier(store, engine, Duration.ofSeconds(30));
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> verifier.decide(ACTIVATION))
                .isInstanceOf(InterruptedException.class);
    }

    private static TimedVerifier verifier(
            StoreOfModels store, InferenceEngine engine, Duration timeout) {
        return new TimedVerifier(
                () -> new RequestVerifier(new ModelVerifier(store.store(), engine, 1, 1 << 20), 0),
                timeout);
    }

    /** Never loads anything. */
    private static final class HangingEngine implements InferenceEngine {
        private final CountDownLatch interrupted = new CountDownLatch(1);

        @Override
        public String name() {
            return "hanging";
        }

        @Override
        public LoadedModel load(CompressedModel model) {
            try {
                new CountDownLatch(1).await();
                throw new AssertionError("nothing counts down");
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw new IllegalStateException(e);
            }
        }
    }
}
