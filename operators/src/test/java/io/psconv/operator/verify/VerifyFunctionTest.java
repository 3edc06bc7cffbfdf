package io.psconv.operator.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.operator.record.ActivationRequest;
import io.psconv.operator.record.ControlRequest;
import io.psconv.operator.record.DeactivationRequest;
import io.psconv.operator.record.DecisionEntry;
import io.psconv.operator.record.MalformedRequest;
import io.psconv.operator.record.Refusal;
import io.psconv.operator.record.RequestedPlan;
import io.psconv.operator.record.RequestedTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.common.functions.DefaultOpenContext;
import org.apache.flink.streaming.api.functions.async.CollectionSupplier;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class VerifyFunctionTest {
    private static final RequestedTime NOW = new RequestedTime(0, 0);

    @SuppressWarnings("NullAway.Init") // Set before every test.
    private StoreOfModels store;

    @SuppressWarnings("NullAway.Init") // Set before every test.
    private VerifyFunction function;

    @BeforeEach
    void open(@TempDir Path folder) throws Exception {
        store = new StoreOfModels(folder);
        function =
                new VerifyFunction(
                        new VerifierSettings(
                                folder.toString(), "jvm", "auto", false, 4, 1 << 20, 5000),
                        Duration.ofSeconds(3));
        function.open(DefaultOpenContext.INSTANCE);
    }

    @AfterEach
    void close() throws Exception {
        function.close();
    }

    @Test
    void decidesInTheOrderOfTheRequests() throws Exception {
        store.publish("net", 10, 1);
        List<Answer> answers = new ArrayList<>();
        for (ControlRequest request :
                List.of(
                        new ActivationRequest(
                                "c-0@0", "day", RequestedPlan.single("*", "net"), NOW),
                        new MalformedRequest("c-0@1", "not JSON"),
                        new DeactivationRequest("c-0@2", "day", NOW))) {
            Answer answer = new Answer();
            function.asyncInvoke(request, answer);
            answers.add(answer);
        }

        List<String> requests = new ArrayList<>();
        for (Answer answer : answers) {
            requests.add(answer.get().at(0).toString().replaceAll(".*request=([^,]*),.*", "$1"));
        }
        assertThat(requests).containsExactly("c-0@0", "c-0@1", "c-0@2");
        assertThat(answers.get(1).get()).isEqualTo(new Refusal("c-0@1", "not JSON"));
    }

    /** What the stream would be given. */
    private static final class Answer implements ResultFuture<DecisionEntry> {
        private final CompletableFuture<DecisionEntry> decision = new CompletableFuture<>();

        DecisionEntry get() throws Exception {
            return decision.get();
        }

        @Override
        public void complete(Collection<DecisionEntry> result) {
            assertThat(result).hasSize(1);
            decision.complete(result.iterator().next());
        }

        @Override
        public void completeExceptionally(Throwable error) {
            decision.completeExceptionally(error);
        }

        @Override
        public void complete(CollectionSupplier<DecisionEntry> supplier) {
            throw new UnsupportedOperationException("nothing here supplies decisions");
        }
    }
}
