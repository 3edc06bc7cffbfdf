package io.psconv.operator.node;

import io.psconv.operator.energy.CounterWindows;
import io.psconv.operator.energy.EnergyMeter;
import io.psconv.operator.energy.LedgerClock;
import io.psconv.operator.energy.LedgerName;
import io.psconv.operator.energy.LedgerSampler;
import io.psconv.operator.energy.MeasuredLedger;
import io.psconv.operator.record.EnergyWindow;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The counters of energy that this process reads, each once, however many jobs it is divided among.
 * Thread-safe.
 */
final class EnergyCounters {
    private static final Logger LOG = LoggerFactory.getLogger(EnergyCounters.class);

    private final Duration window;
    private final Map<What, Counter> counters = new HashMap<>();

    /** What a counter measures. */
    private record What(String source, List<String> devices) {}

    private static final class Counter {
        private final CounterWindows windows;
        private final Duration interval;
        private final LedgerSampler sampler;
        private int jobs;

        Counter(CounterWindows windows, Duration interval) {
            this.windows = windows;
            this.interval = interval;
            this.sampler = new LedgerSampler(windows, interval);
        }
    }

    /**
     * No counter is read yet.
     *
     * @param window least length of windows
     */
    EnergyCounters(Duration window) {
        this.window = window;
    }

    /**
     * Opens a job's ledger, starting to read the counter for the first one.
     *
     * @param meter reads the counter; not needed if somebody does so already
     * @param devices that it is of, none for the processor
     * @param interval between readings; the first job's counts
     * @throws IOException if the counter cannot be read
     */
    synchronized JobEnergy join(
            EnergyMeter meter,
            List<String> devices,
            Duration interval,
            LedgerName name,
            Consumer<EnergyWindow> closed)
            throws IOException {
        What what = new What(meter.source(), devices);
        Counter counter = counters.get(what);
        if (counter == null) {
            counter =
                    new Counter(
                            new CounterWindows(
                                    meter,
                                    meter.processShare(),
                                    LedgerClock.SYSTEM,
                                    window,
                                    OptionalDouble.empty()),
                            interval);
            counters.put(what, counter);
        } else if (!counter.interval.equals(interval)) {
            LOG.warn(
                    "energy.sampling-interval was '{}' but another job of this process has {} read"
                            + " every '{}', which counts for all",
                    interval,
                    what.source,
                    counter.interval);
        }
        counter.jobs++;
        MeasuredLedger ledger = counter.windows.join(name, closed);
        return new JobEnergy(ledger, () -> leave(what, ledger));
    }

    private synchronized void leave(What what, MeasuredLedger ledger) {
        ledger.close();
        Counter counter = Objects.requireNonNull(counters.get(what));
        counter.jobs--;
        if (counter.jobs == 0) {
            counters.remove(what);
            counter.sampler.close();
        }
    }
}
