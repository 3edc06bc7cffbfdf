package io.psconv.operator.verify;

import io.psconv.operator.device.FatalErrors;
import io.psconv.operator.record.ControlRequest;
import io.psconv.operator.record.DecisionEntry;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Decides on requests, refusing what takes too long. For one thread.
 *
 * <p>A model store that hangs may not heed an interrupt. So each request is decided on a thread of
 * its own, which is left to itself when its time is up, with its verifier.
 */
final class TimedVerifier {
    private final Supplier<RequestVerifier> verifiers;
    private final Duration timeout;
    private RequestVerifier verifier;

    /**
     * Makes the first verifier at once.
     *
     * @param verifiers makes another one each time
     * @param timeout of one request
     */
    TimedVerifier(Supplier<RequestVerifier> verifiers, Duration timeout) {
        this.verifiers = verifiers;
        this.timeout = timeout;
        this.verifier = verifiers.get();
    }

    /**
     * Decides.
     *
     * @throws InterruptedException if this thread is interrupted; then the request is undecided
     */
    DecisionEntry decide(ControlRequest request) throws InterruptedException {
        RequestVerifier own = verifier;
        FutureTask<DecisionEntry> task = new FutureTask<>(() -> own.decide(request));
        Thread thread = new Thread(task, "psconv-verifier");
        thread.setDaemon(true);
        thread.start();
        try {
            return task.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            verifier = verifiers.get();
            return RequestVerifier.refusal(
                    request,
                    "checking its models took longer than control.verify-timeout of "
                            + timeout.toMillis()
                            + " ms; see whether the model store answers, or raise it");
        } catch (ExecutionException e) {
            FatalErrors.endProcessOn(e.getCause());
            return RequestVerifier.refusal(request, "it could not be checked: " + e.getCause());
        } finally {
            task.cancel(true);
        }
    }
}
