package io.psconv.model.training;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Parts of a piece of work: whichever thread is free takes the next, until one has failed. */
final class SharedParts {
    /** What {@link #next} returns where none is left. */
    static final int NONE = -1;

    private final int count;
    private final AtomicInteger next = new AtomicInteger();

    SharedParts(int count) {
        this.count = count;
    }

    /** The number of a part that the caller is to do now, or {@link #NONE}. */
    int next() {
        int part = next.getAndUpdate(taken -> Math.min(taken + 1, count));
        return part < count ? part : NONE;
    }

    /** Nobody begins another part. */
    void abandon() {
        next.set(count);
    }

    /**
     * Has threads take parts, and waits until all of them have ended, so that none is at work any
     * more when this returns or throws.
     *
     * @param takers each for one thread: they call {@link #next}
     * @throws ExecutionException if one of them failed
     * @throws InterruptedException if the caller was interrupted
     */
    void run(ExecutorService executor, List<Runnable> takers)
            throws InterruptedException, ExecutionException {
        List<Future<?>> running = new ArrayList<>();
        for (Runnable taker : takers) {
            running.add(executor.submit(() -> take(taker)));
        }
        @Nullable InterruptedException interrupted = null;
        @Nullable ExecutionException failed = null;
        for (Future<?> run : running) {
            boolean ended = false;
            while (!ended) {
                try {
                    run.get();
                    ended = true;
                } catch (ExecutionException e) {
                    failed = failed == null ? e : failed;
                    ended = true;
                } catch (InterruptedException e) {
                    interrupted = e;
                    abandon();
                }
            }
        }
        if (interrupted != null) {
            throw interrupted;
        }
        if (failed != null) {
            throw failed;
        }
    }

    private void take(Runnable taker) {
        boolean ended = false;
        try {
            taker.run();
            ended = true;
        } finally {
            if (!ended) {
                abandon();
            }
        }
    }
}
