package io.psconv.operator.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.operator.energy.LedgerClock;
import io.psconv.operator.energy.LedgerName;
import io.psconv.operator.energy.ModelledEnergy;
import io.psconv.operator.energy.ModelledLedger;
import io.psconv.operator.record.EnergyWindow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class EnergyWindowFeedTest {
    private static final ModelledEnergy MODEL = new ModelledEnergy(1, 1, 1);

    private final EnergyWindowOutbox outbox = new EnergyWindowOutbox();
    private final ModelledLedger ledger =
            new ModelledLedger(
                    LedgerName.random(), LedgerClock.SYSTEM, Duration.ofHours(1), outbox::add);
    private final List<Long> emitted = new ArrayList<>();

    @Test
    void closesTheWindowWhenTheLastSubtaskComesToTheBarrier() {
        EnergyWindowFeed one = feed();
        EnergyWindowFeed two = feed();
        work();

        one.beforeBarrier(1, this::emit);
        assertThat(emitted).isEmpty();
        work();
        two.beforeBarrier(1, this::emit);
        assertThat(emitted).containsExactly(1L);
    }

    @Test
    void doesNotWaitForSubtasksThatHaveEnded() {
        EnergyWindowFeed one = feed();
        EnergyWindowFeed ended = feed();
        ended.finish(this::emit);
        work();

        one.beforeBarrier(1, this::emit);
        assertThat(emitted).containsExactly(1L);
    }

    @Test
    void settlesAtTheEndOfTheLastSubtask() {
        EnergyWindowFeed one = feed();
        EnergyWindowFeed two = feed();
        work();

        one.finish(this::emit);
        assertThat(emitted).isEmpty();
        two.finish(this::emit);
        assertThat(emitted).containsExactly(1L);
    }

    @Test
    void emitsNothingAfterItsEnd() {
        EnergyWindowFeed one = feed();
        one.finish(this::emit);
        work();
        ledger.settle();

        one.beforeBarrier(1, this::emit);
        one.poll(this::emit);
        assertThat(emitted).isEmpty();
    }

    @Test
    void handsOutEachWindowOnce() {
        EnergyWindowFeed one = feed();
        EnergyWindowFeed two = feed();
        work();
        ledger.settle();

        two.poll(this::emit);
        one.poll(this::emit);
        one.beforeBarrier(1, this::emit);
        assertThat(emitted).containsExactly(1L);
    }

    @Test
    void repeatsWhatNoCheckpointConfirmed() {
        EnergyWindowFeed failing = feed();
        for (int checkpoint = 1; checkpoint <= 3; checkpoint++) {
            work();
            failing.beforeBarrier(checkpoint, this::emit);
        }
        work();
        ledger.settle();
        failing.poll(this::emit);
        failing.confirm(1);
        failing.confirm(2);
        assertThat(emitted).containsExactly(1L, 2L, 3L, 4L);

        failing.end();
        outbox.leave(failing);
        emitted.clear();
        feed().poll(this::emit);
        assertThat(emitted).containsExactly(3L, 4L);
    }

    @Test
    void keepsNothingWhileNobodyTakes() {
        work();
        ledger.settle();

        feed().poll(this::emit);
        assertThat(emitted).isEmpty();
    }

    @Test
    void dropsTheOldestWhenTooManyWait() {
        EnergyWindowFeed feed = feed();
        for (int window = 0; window < EnergyWindowOutbox.MOST_WAITING + 3; window++) {
            work();
            ledger.settle();
        }

        feed.poll(this::emit);
        assertThat(emitted).hasSize(EnergyWindowOutbox.MOST_WAITING).first().isEqualTo(4L);
    }

    @Test
    void losesAndDoublesNothingAmongSubtasksAtWork() throws Exception {
        int subtasks = 4;
        int checkpoints = 500;
        ExecutorService executor = Executors.newFixedThreadPool(subtasks);
        List<EnergyWindowFeed> feeds = new ArrayList<>();
        for (int subtask = 0; subtask < subtasks; subtask++) {
            feeds.add(feed());
        }
        List<Future<List<Long>>> futures = new ArrayList<>();
        for (EnergyWindowFeed feed : feeds) {
            futures.add(
                    executor.submit(
                            () -> {
                                List<Long> own = new ArrayList<>();
                                for (int checkpoint = 1; checkpoint <= checkpoints; checkpoint++) {
                                    work();
                                    feed.beforeBarrier(checkpoint, w -> own.add(w.number()));
                                    feed.confirm(checkpoint);
                                }
                                feed.finish(w -> own.add(w.number()));
                                return own;
                            }));
        }
        for (Future<List<Long>> future : futures) {
            emitted.addAll(future.get());
        }
        executor.shutdownNow();

        assertThat(emitted).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(checkpoints);
        // The ledger is settled by the last end, so the numbers run from 1 without a gap.
        assertThat(emitted.stream().mapToLong(Long::longValue).max()).hasValue(emitted.size());
        work();
        ledger.settle();
        assertThat(outbox.take())
                .extracting(EnergyWindow::number)
                .containsExactly(emitted.size() + 1L);
    }

    private EnergyWindowFeed feed() {
        EnergyWindowFeed feed = new EnergyWindowFeed(outbox, ledger);
        outbox.join(feed);
        return feed;
    }

    private void work() {
        ledger.meter(MODEL).charge(1_000, 1);
    }

    private void emit(EnergyWindow window) {
        emitted.add(window.number());
    }
}
