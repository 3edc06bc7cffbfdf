package io.psconv.operator.verify;

import io.psconv.operator.device.GpuResources;
import io.psconv.operator.record.ControlRequest;
import io.psconv.operator.record.DecisionEntry;
import io.psconv.operator.record.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides on requests beside the task's thread, one at a time.
 *
 * <p>For an ordered wait with a parallelism of 1 and without a timeout: a request's time is counted
 * here, from its turn on. The stream should let many requests wait, since a full queue holds up
 * checkpoints.
 */
public final class VerifyFunction extends RichAsyncFunction<ControlRequest, DecisionEntry> {
    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(VerifyFunction.class);

    private final VerifierSettings settings;
    private final Duration timeout;
    private transient TimedVerifier verifier;
    private transient ExecutorService turns;

    /**
     * A function.
     *
     * @param timeout after which a request is refused
     */
    @SuppressWarnings("NullAway.Init") // Flink calls open before any request.
    public VerifyFunction(VerifierSettings settings, Duration timeout) {
        this.settings = settings;
        this.timeout = timeout;
    }

    @Override
    public void open(OpenContext context) throws Exception {
        super.open(context);
        String engine =
                GpuResources.isUsedBy(settings.engine())
                        ? GpuResources.engine(settings.engine(), getRuntimeContext())
                        : settings.engine();
        verifier = new TimedVerifier(() -> RequestVerifier.of(settings, engine), timeout);
        turns =
                Executors.newSingleThreadExecutor(
                        task -> {
                            Thread thread = new Thread(task, "psconv-verifier-turns");
                            thread.setDaemon(true);
                            return thread;
                        });
    }

    @Override
    public void asyncInvoke(ControlRequest request, ResultFuture<DecisionEntry> result) {
        turns.execute(() -> decide(request, result));
    }

    private void decide(ControlRequest request, ResultFuture<DecisionEntry> result) {
        DecisionEntry decision;
        try {
            decision = verifier.decide(request);
        } catch (InterruptedException e) {
            // The task ends; what is undecided is in its checkpoint.
            Thread.currentThread().interrupt();
            return;
        }
        if (decision instanceof Refusal refusal) {
            LOG.warn("Request {} is refused: {}", refusal.request(), refusal.reason());
        } else {
            LOG.info("Request {} is accepted: {}", request.request(), decision);
        }
        result.complete(List.of(decision));
    }

    @Override
    public void close() throws Exception {
        if (turns != null) {
            turns.shutdownNow();
        }
        super.close();
    }
}
