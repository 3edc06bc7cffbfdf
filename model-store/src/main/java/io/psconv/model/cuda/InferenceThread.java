package io.psconv.model.cuda;

import java.security.AccessController;
import java.security.PrivilegedAction;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that asks a device for work, in the order in which others hand it in.
 *
 * <p>It only starts batches: whoever handed one in waits for the device himself, so that the next
 * batch's images travel while this one is computed. Once the device is lost, everyone who waits and
 * everyone who comes later is told. Thread-safe.
 */
final class InferenceThread implements OpenResources.Resource {
    /** More than those who have a slot can hand in; beyond it they wait, in order. */
    private static final int CAPACITY = 64;

    private static final long CLOSE_SECONDS = 60;

    private final CudaContext context;
    private final BlockingQueue<Job> queue = new ArrayBlockingQueue<>(CAPACITY, true);
    private final AtomicReference<@Nullable CudaDeviceError> lost = new AtomicReference<>();
    private final CompletableFuture<Void> entered = new CompletableFuture<>();
    private final Thread thread;

    private record Job(@Nullable Runnable work, CompletableFuture<Void> done) {}

    /**
     * Starts the thread.
     *
     * @throws CudaException if it cannot enter the context
     */
    InferenceThread(CudaContext context) {
        this.context = context;
        this.thread = thread("psconv-cuda-" + context.facts().index());
        thread.setDaemon(true);
        thread.start();
        await(entered);
    }

    /**
     * Makes the thread so that it holds no classes of the job that happens to be the first one on
     * the device: neither as its context nor, before JDK 24, as code that was on the stack.
     */
    @SuppressWarnings("removal") // Threads take the stack's class loaders along until JDK 24.
    private Thread thread(String name) {
        PrivilegedAction<Thread> action = () -> new Thread(this::run, name);
        Thread made = AccessController.doPrivileged(action);
        made.setContextClassLoader(InferenceThread.class.getClassLoader());
        return made;
    }

    /**
     * Has work done on the thread, in its turn, and waits until it is.
     *
     * @param work calls that do not wait for the device
     * @throws CudaException if it throws that
     * @throws CudaDeviceError if the device is lost, now or before
     */
    void run(Runnable work) {
        requireDevice();
        Job job = new Job(work, new CompletableFuture<>());
        put(job);
        await(job.done);
    }

    /** Tells everyone else that the device is lost; gives back what this thread is to throw. */
    CudaDeviceError lose(CudaDeviceError error) {
        lost.compareAndSet(null, error);
        return error;
    }

    /**
     * Fails if the device is lost.
     *
     * @throws CudaDeviceError if it is
     */
    void requireDevice() {
        @Nullable CudaDeviceError error = lost.get();
        if (error != null) {
            throw new CudaDeviceError(String.valueOf(error.getMessage()), error);
        }
    }

    private void run() {
        try {
            boolean unused = context.call(this::takeAll);
        } catch (RuntimeException | CudaDeviceError e) {
            entered.completeExceptionally(e);
        }
    }

    private boolean takeAll() {
        entered.complete(null);
        boolean going = true;
        while (going) {
            going = take();
        }
        return true;
    }

    /** Does one job; false if it was the last. */
    private boolean take() {
        Job job;
        try {
            job = queue.take();
        } catch (InterruptedException e) {
            // Nobody has this thread but its owner, who asks for an end by a job.
            return true;
        }
        Runnable work = job.work;
        if (work == null) {
            job.done.complete(null);
            return false;
        }
        try {
            requireDevice();
            work.run();
            job.done.complete(null);
        } catch (CudaDeviceError e) {
            job.done.completeExceptionally(lose(e));
        } catch (RuntimeException | Error e) {
            job.done.completeExceptionally(e);
        }
        return true;
    }

    /** A cancelled task is interrupted; its batch is under way all the same. */
    private void put(Job job) {
        boolean interrupted = false;
        boolean handedIn = false;
        while (!handedIn) {
            try {
                queue.put(job);
                handedIn = true;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void await(CompletableFuture<Void> done) {
        try {
            done.join();
        } catch (CompletionException e) {
            @Nullable Throwable cause = e.getCause();
            if (cause instanceof CudaDeviceError error) {
                throw new CudaDeviceError(String.valueOf(error.getMessage()), error);
            }
            if (cause instanceof CudaException failure) {
                CudaException own =
                        new CudaException(failure.code(), String.valueOf(failure.getMessage()));
                own.initCause(failure);
                throw own;
            }
            throw new IllegalStateException("the inference thread failed", cause);
        }
    }

    /** Ends the thread behind the jobs that it has. */
    @Override
    public void close() {
        Job end = new Job(null, new CompletableFuture<>());
        put(end);
        boolean interrupted = false;
        try {
            thread.join(TimeUnit.SECONDS.toMillis(CLOSE_SECONDS));
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
