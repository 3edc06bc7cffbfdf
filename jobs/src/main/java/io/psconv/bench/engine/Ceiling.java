package io.psconv.bench.engine;

import io.psconv.model.convolution.FmaCeiling;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** What all threads at once can do at most, measured as the engines are. */
final class Ceiling implements Entrant {
    private final Executor executor;
    private final int threads;
    private final List<Double> gigaflops = new ArrayList<>();

    Ceiling(Executor executor, int threads) {
        this.executor = executor;
        this.threads = threads;
    }

    int threads() {
        return threads;
    }

    /** 10⁹ operations a second by round, of all threads together. */
    List<Double> gigaflops() {
        return Collections.unmodifiableList(gigaflops);
    }

    @Override
    public void warmUp(long nanos) {
        measure(nanos);
    }

    @Override
    public void runSlice(long nanos) {
        gigaflops.add(measure(nanos));
    }

    private double measure(long nanos) {
        List<CompletableFuture<Double>> others = new ArrayList<>();
        for (int thread = 1; thread < threads; thread++) {
            others.add(CompletableFuture.supplyAsync(() -> FmaCeiling.measure(nanos), executor));
        }
        double sum = FmaCeiling.measure(nanos);
        for (CompletableFuture<Double> other : others) {
            sum += other.join();
        }
        return sum;
    }
}
