package io.psconv.operator.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.operator.record.EnergyWindow;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LedgerSamplerTest {
    private final List<EnergyWindow> windows = new CopyOnWriteArrayList<>();
    private final ManualClock clock = new ManualClock();

    @Test
    void ticksByItselfUntilClosed() throws Exception {
        CountDownLatch ticked = new CountDownLatch(3);
        List<Thread> tickers = new CopyOnWriteArrayList<>();
        Thread maker = Thread.currentThread();
        LedgerClock watched =
                new LedgerClock() {
                    @Override
                    public long nanoTime() {
                        if (Thread.currentThread() != maker) {
                            tickers.add(Thread.currentThread());
                            ticked.countDown();
                        }
                        return clock.nanoTime();
                    }

                    @Override
                    public long epochMillis() {
                        return clock.epochMillis();
                    }
                };
        LedgerSampler sampler = new LedgerSampler(ledger(watched), Duration.ofMillis(1));
        boolean inTime = ticked.await(30, TimeUnit.SECONDS);
        sampler.close();

        assertThat(inTime).isTrue();
        Thread ticker = tickers.get(0);
        assertThat(ticker.isDaemon()).isTrue();
        ticker.join(30_000);
        assertThat(ticker.isAlive()).isFalse();
    }

    @Test
    void handsTheLastWindowOnBeforeItIsClosed() {
        ModelledLedger ledger = ledger(clock);
        LedgerSampler sampler = new LedgerSampler(ledger, Duration.ofHours(1));
        ledger.meter(new ModelledEnergy(1, 1, 1)).charge(1, 1);
        clock.pass(0.01);

        sampler.close();

        assertThat(windows).hasSize(1);
    }

    @Test
    void rejectsAnIntervalOfNothing() {
        assertThatThrownBy(() -> new LedgerSampler(ledger(clock), Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("interval was PT-1S but it must be positive");
    }

    private ModelledLedger ledger(LedgerClock ledgerClock) {
        return new ModelledLedger(
                new LedgerName("0123456789abcdef", "host"),
                ledgerClock,
                Duration.ofSeconds(1),
                windows::add);
    }
}
