package io.psconv.operator.classify;

import io.psconv.operator.decode.UndecodableFrameException;
import io.psconv.operator.device.FatalErrors;
import io.psconv.operator.node.NodeRuntime;
import io.psconv.operator.record.Frame;
import io.psconv.operator.record.FrameId;
import io.psconv.operator.record.ModelDecision;
import io.psconv.operator.record.ModelIdentity;
import io.psconv.operator.record.RouteArm;
import io.psconv.operator.record.RoutePlan;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Classifies frames that come one by one, several at once, for those who wait for futures.
 *
 * <p>One thread decodes and classifies, with the model, batches and meters that the {@link
 * ClassifyOperator} has and by the same {@link BatchRule}. Frames that came while it was at work
 * are taken together; the oldest waits for more no longer than the settings say. Without a delay no
 * frame waits for others to come.
 *
 * <p>Frames hold at most the bytes that the settings allow, or are one alone: who brings more waits
 * for room, and the batch does not wait then. Of the settings it is the first decision's model and
 * route that count; capture times, and what depends on them, do not. Thread-safe.
 */
public final class MicroBatcher implements AutoCloseable {
    /** What a frame holds besides its payload, roughly; so that even empty ones are limited. */
    private static final int FRAME_BYTES = 512;

    private static final FrameId NO_PLACE = new FrameId("", 0, 0);
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final ClassifySettings settings;
    private final NodeRuntime.Lease node;
    private final BatchRule rule;
    private final RouteInForce route;
    private final RouteArm arm;
    private final ServingModels models;
    private final ServingModel model;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final Condition room = lock.newCondition();

    // Under the lock.
    private final Deque<Request> waiting = new ArrayDeque<>();
    private long heldBytes;
    private long bytesThatWantRoom;
    private @Nullable IllegalStateException end;

    private MicroBatcher(
            ClassifySettings settings,
            NodeRuntime.Lease node,
            RouteInForce route,
            ServingModels models,
            ServingModel model,
            String name) {
        this.settings = settings;
        this.node = node;
        this.rule = BatchRule.of(settings);
        this.route = route;
        this.arm = route.firstArm(NO_PLACE);
        this.models = models;
        this.model = model;
        this.thread = new Thread(this::run, name);
        this.thread.setDaemon(true);
    }

    /**
     * Makes the model ready and starts the thread.
     *
     * @param settings whose first decision is for a single model
     * @param node outlives what is made here
     * @param name of the thread
     * @throws IOException if the store has no such model, or another one under its name
     */
    public static MicroBatcher start(ClassifySettings settings, NodeRuntime.Lease node, String name)
            throws IOException, InterruptedException {
        ModelDecision first = settings.firstModel();
        RoutePlan plan = Objects.requireNonNull(first.plan(), "plan of the first decision");
        if (plan.kind() != RoutePlan.Kind.SINGLE) {
            throw new IllegalArgumentException(
                    "first decision was for a "
                            + plan.kind()
                            + " route but it must be for a single model");
        }
        ServingModels models = new ServingModels(settings, settings.engine(), node);
        boolean started = false;
        try {
            MicroBatcher batcher =
                    new MicroBatcher(
                            settings,
                            node,
                            new RouteInForce(first.route(), plan),
                            models,
                            models.of(plan.arms().get(0).model()),
                            name);
            batcher.thread.start();
            started = true;
            return batcher;
        } finally {
            if (!started) {
                models.close();
            }
        }
    }

    /** The model that answers. */
    public ModelIdentity model() {
        return model.identity();
    }

    /** The model's classes. */
    public List<String> labels() {
        return model.labels();
    }

    /**
     * Takes a frame, as soon as there is room for it.
     *
     * @param payload the frame's bytes, or null if it has none; not modified, and not to be
     *     modified until the answer is there
     * @param contentType of the payload, or null; needed only for raw pixels
     * @return the answer, to come from the batcher's thread; it fails with an {@link
     *     UndecodableFrameException} if the payload is no image that can be classified, and with an
     *     {@link IllegalStateException} if the batcher is closed or broken before
     */
    public CompletableFuture<ClassifiedFrame> classify(
            byte @Nullable [] payload, @Nullable String contentType) throws InterruptedException {
        Request request =
                new Request(
                        new Frame(NO_PLACE, "", 0, contentType, payload),
                        System.nanoTime(),
                        new CompletableFuture<>());
        lock.lockInterruptibly();
        IllegalStateException ended;
        try {
            awaitRoom(request.bytes());
            ended = end;
            if (ended == null) {
                waiting.add(request);
                heldBytes += request.bytes();
                arrived.signal();
            }
        } finally {
            lock.unlock();
        }
        if (ended != null) {
            request.answer().completeExceptionally(ended);
        }
        return request.answer();
    }

    private void awaitRoom(long bytes) throws InterruptedException {
        bytesThatWantRoom += bytes;
        try {
            while (end == null && heldBytes > 0 && heldBytes + bytes > rule.maxBytes()) {
                arrived.signal();
                room.await();
            }
        } finally {
            bytesThatWantRoom -= bytes;
        }
    }

    private void run() {
        List<Request> batch = new ArrayList<>(settings.maxBatchSize());
        try {
            while (gather(batch)) {
                answer(batch);
            }
        } catch (InterruptedException | RuntimeException | Error e) {
            FatalErrors.endProcessOn(e);
            end(new IllegalStateException("images cannot be classified any more: " + e, e));
        } finally {
            failRest(batch);
        }
    }

    /**
     * Decodes frames until they are to be classified.
     *
     * @return whether they are; otherwise the end has come
     */
    private boolean gather(List<Request> batch) throws InterruptedException {
        long dueMillis = Long.MAX_VALUE;
        while (!model.batch().isFull()) {
            Request next = take(batch.isEmpty(), dueMillis);
            if (next == null) {
                break;
            }
            if (decode(next)) {
                if (batch.isEmpty()) {
                    dueMillis = rule.dueMillis(millis(next.arrivalNanos()), 0, 0);
                }
                batch.add(next);
            }
        }
        lock.lock();
        try {
            return end == null;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes the frame that has waited longest, or the next one to come.
     *
     * @param mayWaitForever whether there is nothing to be classified yet
     * @param dueMillis when to give up otherwise
     * @return null if none came in time, or the end did
     */
    private @Nullable Request take(boolean mayWaitForever, long dueMillis)
            throws InterruptedException {
        lock.lock();
        try {
            while (waiting.isEmpty() && end == null) {
                if (mayWaitForever) {
                    arrived.await();
                    continue;
                }
                long millis = dueMillis - millis(System.nanoTime());
                if (millis <= 0 || rule.allowsNoWait(heldBytes + bytesThatWantRoom)) {
                    return null;
                }
                var unused = arrived.await(millis, TimeUnit.MILLISECONDS);
            }
            return end == null ? waiting.poll() : null;
        } finally {
            lock.unlock();
        }
    }

    private static long millis(long nanos) {
        return nanos / NANOS_PER_MILLI;
    }

    private boolean decode(Request request) {
        FrameInFlight frame =
                new FrameInFlight(request.frame(), route, arm, request.arrivalNanos());
        try {
            model.decode(request.frame(), frame, false, settings.crop(), 0);
            return true;
        } catch (UndecodableFrameException e) {
            node.meters().rejected(e.reason());
            release(request.bytes());
            request.answer().completeExceptionally(e);
            return false;
        }
    }

    private void answer(List<Request> batch) {
        List<FrameBatch.Entry> entries = model.classify();
        long bytes = 0;
        for (Request request : batch) {
            bytes += request.bytes();
        }
        release(bytes);
        for (int index = 0; index < batch.size(); index++) {
            batch.get(index).answer().complete(entries.get(index).frame().classified());
        }
        batch.clear();
    }

    private void release(long bytes) {
        lock.lock();
        try {
            heldBytes -= bytes;
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Lets nothing more happen; the first reason counts. */
    private void end(IllegalStateException reason) {
        lock.lock();
        try {
            if (end == null) {
                end = reason;
            }
            arrived.signalAll();
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Tells those that wait for an answer that there is none, once the end has come. */
    private void failRest(List<Request> batch) {
        IllegalStateException reason;
        List<Request> rest = new ArrayList<>(batch);
        lock.lock();
        try {
            reason = Objects.requireNonNull(end);
            rest.addAll(waiting);
            waiting.clear();
        } finally {
            lock.unlock();
        }
        for (Request request : rest) {
            request.answer().completeExceptionally(reason);
        }
    }

    /** Ends without answering what still waits; its futures fail. A batch at work is waited for. */
    @Override
    public void close() {
        end(
                new IllegalStateException(
                        "the image was not classified: the batcher was closed before its turn"
                                + " came"));
        awaitThread();
        models.close();
    }

    /** However often this thread is interrupted: the model must not be closed under the other. */
    private void awaitThread() {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** A frame that somebody waits for the answer to. */
    private record Request(
            Frame frame, long arrivalNanos, CompletableFuture<ClassifiedFrame> answer) {
        long bytes() {
            return FRAME_BYTES + (long) frame.payloadLength();
        }
    }
}
