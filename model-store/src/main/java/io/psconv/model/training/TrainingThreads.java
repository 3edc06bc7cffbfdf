package io.psconv.model.training;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Threads that share out the parts of one piece of work after another, each with a workspace. */
final class TrainingThreads<W> implements AutoCloseable {
    /** A part of some work. */
    interface Work<W> {
        void run(int part, W workspace);
    }

    private final List<W> workspaces = new ArrayList<>();
    private final ExecutorService executor;

    /**
     * Makes threads, which start with the first work.
     *
     * @param workspace makes what one thread works in, of its number
     */
    TrainingThreads(int threads, IntFunction<W> workspace) {
        for (int thread = 0; thread < threads; thread++) {
            workspaces.add(workspace.apply(thread));
        }
        AtomicInteger number = new AtomicInteger();
        this.executor =
                Executors.newFixedThreadPool(
                        threads,
                        task -> {
                            Thread thread =
                                    new Thread(task, "training-" + number.getAndIncrement());
                            thread.setDaemon(true);
                            return thread;
                        });
    }

    int threads() {
        return workspaces.size();
    }

    /** Runs all parts and waits for them; whoever is free takes the next. */
    void run(int parts, Work<W> work) {
        SharedParts shared = new SharedParts(parts);
        List<Runnable> takers = new ArrayList<>();
        for (W workspace : workspaces) {
            takers.add(() -> take(shared, work, workspace));
        }
        try {
            shared.run(executor, takers);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("training was interrupted within a step", e);
        } catch (ExecutionException e) {
            throw rethrown(e.getCause());
        }
    }

    private static <W> void take(SharedParts shared, Work<W> work, W workspace) {
        for (int part = shared.next(); part != SharedParts.NONE; part = shared.next()) {
            work.run(part, workspace);
        }
    }

    private static RuntimeException rethrown(@Nullable Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return thrown instanceof RuntimeException exception
                ? exception
                : new IllegalStateException(thrown);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
