package io.psconv.operator.energy;

import io.psconv.operator.record.EnergyWindow;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Divides the energy that the host draws among the frames of this process, window by window, of one
 * job or of several.
 *
 * <p>A window closes at the first tick at which it is long enough and spans {@value #MINIMUM_STEPS}
 * steps of the counter. Of its joules, idle = baseline × seconds; attributed = (joules − idle) ×
 * this process's share of the host's busy time, if there was busy time; the rest is unattributed.
 * The three sum to the joules exactly: all energy is kept in multiples of 2<sup>−30</sup> J, about
 * a nanojoule, which doubles add without rounding. Not divided by MACs: that would assume what a
 * comparison of sparse and dense networks is to show.
 *
 * <p>Each job has a {@link MeasuredLedger} that gets its part of each window: of the attributed
 * joules in proportion to the busy time of its frames; of idle and unattributed ones, which are
 * nobody's, an equal part. So the parts add up to what was drawn, exactly, and a sum over jobs has
 * none of it twice. A job that comes gets its first part of the window that is open; when one
 * leaves, the window is closed for all.
 *
 * <p>The bound of the rate's error is
 *
 * <pre>
 * ((step + joules × relativeError) × min(1, share + shareError)
 *     + (joules − idle) × shareError) / busy time</pre>
 *
 * <p>as two readings of a counter differ from the truth by less than one step, and a share has the
 * granularity of its clock ({@link HostBusyTime}, {@link NvmlProcessShare}). The idle baseline
 * counts as given, and neither busy time that was reported only after its window closed nor a
 * counter that refreshes late (RAPL: a millisecond) is in the bound; longer windows make both
 * small.
 *
 * <p>Without a baseline, it is the lowest power of any window closed when it was due so far. A
 * window that sets it has nothing above idle and so no rate; a host that never rests shows too
 * little.
 *
 * <p>If a reading fails, this says so once in the log and no ledger charges anything from then on;
 * what was counted in the window open at that moment is in no window. Thread-safe.
 */
public final class CounterWindows implements WindowKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(CounterWindows.class);

    private static final int MINIMUM_STEPS = 20;
    private static final int QUANTUM_BITS = 30;

    private final EnergyMeter meter;
    private final ProcessShare processShare;
    private final LedgerClock clock;
    private final long minimumNanos;
    private final boolean observesIdle;

    /** Guards what a charge needs; the windows themselves are held during readings. */
    private final Object accounts = new Object();

    private final List<MeasuredLedger> ledgers = new ArrayList<>();
    private boolean lost;
    private double idleWatts;
    private long startNanos;
    private long startMillis;
    private double startJoules;

    /**
     * Opens the first window.
     *
     * @param minimumWindow length below which no window closes, such as a second
     * @param idleWatts what the host draws doing nothing; empty to take the lowest power observed
     * @throws IOException if the meter or the share cannot be read
     * @throws IllegalArgumentException if the window is not positive or the baseline is negative
     */
    public CounterWindows(
            EnergyMeter meter,
            ProcessShare processShare,
            LedgerClock clock,
            Duration minimumWindow,
            OptionalDouble idleWatts)
            throws IOException {
        this.minimumNanos = positiveNanos(minimumWindow);
        this.observesIdle = idleWatts.isEmpty();
        this.idleWatts = idleWatts.orElse(Double.MAX_VALUE);
        if (!(this.idleWatts >= 0 && this.idleWatts <= Double.MAX_VALUE)) {
            throw new IllegalArgumentException(
                    "idleWatts was " + this.idleWatts + " but it must be 0 or more");
        }
        this.meter = meter;
        this.processShare = processShare;
        this.clock = clock;
        this.startNanos = clock.nanoTime();
        this.startMillis = clock.epochMillis();
        this.startJoules = quantized(meter.readJoules());
        processShare.sinceLastCall();
    }

    /**
     * Opens a job's ledger, to be closed when the job leaves.
     *
     * @param name of the ledger, another one for each job
     * @param closed gets the job's part of every closed window, in order, from whichever thread
     *     closes it
     */
    public synchronized MeasuredLedger join(LedgerName name, Consumer<EnergyWindow> closed) {
        MeasuredLedger ledger = new MeasuredLedger(this, name, closed);
        ledgers.add(ledger);
        return ledger;
    }

    /** Settles, and gives a ledger no part of windows to come. */
    synchronized void leave(MeasuredLedger ledger) {
        if (ledgers.contains(ledger)) {
            settle();
            ledgers.remove(ledger);
        }
    }

    /** Short name of the counter. */
    public String source() {
        return meter.source();
    }

    /** Whether busy time is that of devices. */
    boolean areOfDevices() {
        return meter.isOfDevices();
    }

    /** The lock of what charges count in. */
    Object accounts() {
        return accounts;
    }

    /** Closes the open window if it is long enough and holds enough steps of the counter. */
    @Override
    public void tick() {
        close(false);
    }

    @Override
    public void settle() {
        close(true);
    }

    private synchronized void close(boolean whateverItHolds) {
        if (lost) {
            return;
        }
        try {
            closeWindow(whateverItHolds);
        } catch (IOException | RuntimeException e) {
            // Of whatever kind: a rate that is no longer renewed would go on looking right.
            lost = true;
            synchronized (accounts) {
                ledgers.forEach(MeasuredLedger::lose);
            }
            LOG.warn("{} energy lost, frames carry none from now on", meter.source(), e);
        }
    }

    private void closeWindow(boolean whateverItHolds) throws IOException {
        long endNanos = clock.nanoTime();
        if (endNanos - startNanos < (whateverItHolds ? 1 : minimumNanos)) {
            return;
        }
        double endJoules = quantized(meter.readJoules());
        boolean whole =
                endNanos - startNanos >= minimumNanos
                        && endJoules - startJoules >= MINIMUM_STEPS * meter.stepJoules();
        if (!whateverItHolds && !whole) {
            return;
        }
        BusyShare share = processShare.sinceLastCall();
        long endMillis = Math.max(startMillis, clock.epochMillis());
        Whole window =
                new Whole(
                        endNanos - startNanos,
                        startMillis,
                        endMillis,
                        endJoules - startJoules,
                        idleWatts(endNanos - startNanos, endJoules - startJoules, whole),
                        share);
        List<EnergyWindow> parts;
        synchronized (accounts) {
            parts = divide(window);
            for (int job = 0; job < parts.size(); job++) {
                ledgers.get(job).next(parts.get(job), whole);
            }
        }
        startNanos = endNanos;
        startMillis = endMillis;
        startJoules = endJoules;
        for (int job = 0; job < parts.size(); job++) {
            ledgers.get(job).handOn(parts.get(job));
        }
    }

    /** A window that was cut short may hold no step of the counter: it is no measure of rest. */
    private double idleWatts(long nanos, double joules, boolean whole) {
        double watts = observesIdle ? Math.min(idleWatts, joules / (nanos / 1e9)) : idleWatts;
        if (whole) {
            idleWatts = watts;
        }
        return watts;
    }

    /** What all jobs share of a window. */
    private record Whole(
            long nanos,
            long startMillis,
            long endMillis,
            double joules,
            double idleWatts,
            BusyShare share) {}

    /** Parts in the order of the ledgers: the difference of two running sums, each rounded. */
    private List<EnergyWindow> divide(Whole window) {
        long busyNanos = 0;
        for (MeasuredLedger ledger : ledgers) {
            busyNanos += ledger.busyNanos();
        }
        double seconds = window.nanos / 1e9;
        double idle = Math.min(window.joules, quantized(window.idleWatts * seconds));
        double active = window.joules - idle;
        double attributed = busyNanos == 0 ? 0 : quantized(active * window.share.share());
        double error =
                (meter.stepJoules() + window.joules * meter.relativeError())
                                * Math.min(1, window.share.share() + window.share.error())
                        + active * window.share.error();
        double errorRate = busyNanos == 0 ? 0 : error / (busyNanos / 1e9);
        List<EnergyWindow> parts = new ArrayList<>();
        long busyBefore = 0;
        for (int job = 0; job < ledgers.size(); job++) {
            MeasuredLedger ledger = ledgers.get(job);
            double from = (double) job / ledgers.size();
            double to = (double) (job + 1) / ledgers.size();
            long busyAfter = busyBefore + ledger.busyNanos();
            parts.add(
                    part(
                            ledger,
                            window,
                            between(idle, from, to),
                            busyNanos == 0
                                    ? 0
                                    : between(
                                            attributed,
                                            (double) busyBefore / busyNanos,
                                            (double) busyAfter / busyNanos),
                            between(active - attributed, from, to),
                            errorRate));
            busyBefore = busyAfter;
        }
        return parts;
    }

    private static double between(double joules, double from, double to) {
        return quantized(joules * to) - quantized(joules * from);
    }

    private EnergyWindow part(
            MeasuredLedger ledger,
            Whole window,
            double idle,
            double attributed,
            double unattributed,
            double errorRate) {
        long busyNanos = ledger.busyNanos();
        return new EnergyWindow(
                ledger.name().id(),
                ledger.name().host(),
                meter.source(),
                ledger.number(),
                window.startMillis,
                window.endMillis,
                window.nanos,
                idle + attributed + unattributed,
                idle,
                attributed,
                unattributed,
                busyNanos,
                busyNanos == 0 ? 0 : attributed / (busyNanos / 1e9),
                busyNanos == 0 ? 0 : errorRate);
    }

    /** To a multiple of the quantum; sums and differences of such are exact up to 8 MJ. */
    private static double quantized(double joules) {
        return Math.scalb(Math.rint(Math.scalb(joules, QUANTUM_BITS)), -QUANTUM_BITS);
    }

    /** Refuses a window without length. */
    static long positiveNanos(Duration minimumWindow) {
        if (minimumWindow.isZero() || minimumWindow.isNegative()) {
            throw new IllegalArgumentException(
                    "minimumWindow was " + minimumWindow + " but it must be positive");
        }
        return minimumWindow.toNanos();
    }
}
