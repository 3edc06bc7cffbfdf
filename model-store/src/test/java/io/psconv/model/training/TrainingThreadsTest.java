package io.psconv.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class TrainingThreadsTest {
    @Test
    void doEachPartOnceWithOneWorkspaceEach() {
        for (int threads : new int[] {1, 2, 5}) {
            try (TrainingThreads<Object> team =
                    new TrainingThreads<>(threads, thread -> new Object())) {
                AtomicIntegerArray done = new AtomicIntegerArray(100);
                Set<Object> workspaces = ConcurrentHashMap.newKeySet();
                team.run(
                        100,
                        (part, workspace) -> {
                            workspaces.add(workspace);
                            done.incrementAndGet(part);
                        });
                for (int part = 0; part < 100; part++) {
                    assertThat(done.get(part)).as("part %d of %d threads", part, threads).isOne();
                }
                assertThat(workspaces).hasSizeBetween(1, threads);
                assertThat(team.threads()).isEqualTo(threads);
            }
        }
    }

    @Test
    void throwWhatAPartThrewAndGoOnAfterwards() {
        try (TrainingThreads<Object> team = new TrainingThreads<>(2, thread -> new Object())) {
            assertThatThrownBy(
                            () ->
                                    team.run(
                                            8,
                                            (part, workspace) -> {
                                                if (part == 3) {
                                                    throw new IllegalStateException("part 3");
                                                }
                                            }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("part 3");
            AtomicIntegerArray done = new AtomicIntegerArray(1);
            team.run(8, (part, workspace) -> done.incrementAndGet(0));
            assertThat(done.get(0)).isEqualTo(8);
        }
    }

    /** Workspaces and whatever the work writes to are the caller's again. */
    @Test
    void nobodyIsAtWorkAnyMoreAfterAFailureOrAnInterruption() {
        try (TrainingThreads<Object> team = new TrainingThreads<>(4, thread -> new Object())) {
            AtomicInteger running = new AtomicInteger();
            AtomicInteger begun = new AtomicInteger();
            assertThatThrownBy(
                            () ->
                                    team.run(
                                            10_000,
                                            (part, workspace) -> {
                                                begun.incrementAndGet();
                                                running.incrementAndGet();
                                                pause();
                                                running.decrementAndGet();
                                                if (part == 5) {
                                                    throw new IllegalStateException("part 5");
                                                }
                                            }))
                    .hasMessage("part 5");
            assertThat(running).hasValue(0);
            assertThat(begun).hasValueLessThan(100);

            begun.set(0);
            Thread caller = Thread.currentThread();
            assertThatThrownBy(
                            () ->
                                    team.run(
                                            10_000,
                                            (part, workspace) -> {
                                                running.incrementAndGet();
                                                if (begun.incrementAndGet() == 5) {
                                                    caller.interrupt();
                                                }
                                                pause();
                                                running.decrementAndGet();
                                            }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("training was interrupted within a step");
            assertThat(Thread.interrupted()).isTrue();
            assertThat(running).hasValue(0);
            assertThat(begun).hasValueLessThan(10_000);
        }
    }

    private static void pause() {
        LockSupport.parkNanos(1_000_000);
    }
}
