package io.psconv.operator.energy;

import io.psconv.operator.record.EnergyWindow;
import io.psconv.operator.record.FrameEnergy;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Divides the energy that the host draws among the frames of this process, window by window.
 *
 * <p>A window closes at the first tick at which it is long enough and spans {@value #MINIMUM_STEPS}
 * steps of the counter. Of its joules, idle = baseline × seconds; attributed = (joules − idle) ×
 * this process's share of the host's busy time, if there was busy time; the rest is unattributed.
 * The three sum to the joules exactly: all energy is kept in multiples of 2<sup>−30</sup> J, about
 * a nanojoule, which doubles add without rounding. Not divided by MACs: that would assume what a
 * comparison of sparse and dense networks is to show.
 *
 * <p>A frame is charged rate × busy time / batch size with the rate, attributed / busy time, of the
 * last closed window that has one. The bound of the rate's error is
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
 * <p>Without a baseline, it is the lowest power of any window closed so far. A window that sets it
 * has nothing above idle and so no rate; a host that never rests shows too little.
 *
 * <p>Frames are charged from the first window with a rate on. Until then they count in their window
 * and get null, so the attributed joules of the first window with a rate are in no charge.
 *
 * <p>If a reading fails, the ledger says so once in the log and charges nothing from then on; what
 * was counted in the window open at that moment is in no window. Thread-safe; charging never waits
 * for a reading.
 */
public final class MeasuredLedger implements EnergyLedger, FrameEnergyMeter {
    private static final Logger LOG = LoggerFactory.getLogger(MeasuredLedger.class);

    private static final int MINIMUM_STEPS = 20;
    private static final int QUANTUM_BITS = 30;

    private final LedgerName name;
    private final EnergyMeter meter;
    private final ProcessShare processShare;
    private final LedgerClock clock;
    private final long minimumNanos;
    private final boolean observesIdle;
    private final Consumer<EnergyWindow> closed;

    /** Guards what a charge needs; the ledger itself is held during readings. */
    private final Object accounts = new Object();

    private long number = 1;
    private long busyNanos;
    private boolean lost;

    /** What frames are charged by; null before there is a rate and after the meter was lost. */
    private @Nullable EnergyWindow rated;

    private double idleWatts;
    private long startNanos;
    private long startMillis;
    private double startJoules;

    /**
     * Opens the first window.
     *
     * @param minimumWindow length below which no window closes, such as a second
     * @param idleWatts what the host draws doing nothing; empty to take the lowest power observed
     * @param closed gets every closed window, in order, from whichever thread closes it
     * @throws IOException if the meter or the share cannot be read
     * @throws IllegalArgumentException if the window is not positive or the baseline is negative
     */
    public MeasuredLedger(
            LedgerName name,
            EnergyMeter meter,
            ProcessShare processShare,
            LedgerClock clock,
            Duration minimumWindow,
            OptionalDouble idleWatts,
            Consumer<EnergyWindow> closed)
            throws IOException {
        this.minimumNanos = positiveNanos(minimumWindow);
        this.observesIdle = idleWatts.isEmpty();
        this.idleWatts = idleWatts.orElse(Double.MAX_VALUE);
        if (!(this.idleWatts >= 0 && this.idleWatts <= Double.MAX_VALUE)) {
            throw new IllegalArgumentException(
                    "idleWatts was " + this.idleWatts + " but it must be 0 or more");
        }
        this.name = name;
        this.meter = meter;
        this.processShare = processShare;
        this.clock = clock;
        this.closed = closed;
        this.startNanos = clock.nanoTime();
        this.startMillis = clock.epochMillis();
        this.startJoules = quantized(meter.readJoules());
        processShare.sinceLastCall();
    }

    @Override
    public String source() {
        return meter.source();
    }

    /** This ledger: what is measured does not depend on the model. */
    @Override
    public FrameEnergyMeter meter(ModelledEnergy model) {
        return this;
    }

    @Override
    public boolean countsDeviceTime() {
        return meter.isOfDevices();
    }

    @Override
    public @Nullable FrameEnergy charge(long batchBusyNanos, int batchSize) {
        long frameNanos = FrameEnergyMeter.frameNanos(batchBusyNanos, batchSize);
        EnergyWindow rate;
        long workWindow;
        synchronized (accounts) {
            busyNanos += frameNanos * batchSize;
            workWindow = number;
            rate = rated;
        }
        if (rate == null) {
            return null;
        }
        double busySeconds = frameNanos / 1e9;
        return new FrameEnergy(
                rate.joulesPerBusySecond() * busySeconds,
                meter.source(),
                rate.number(),
                rate.errorJoulesPerBusySecond() * busySeconds,
                name.id(),
                workWindow,
                frameNanos);
    }

    /** Closes the open window if it is long enough and holds enough steps of the counter. */
    @Override
    public void tick() {
        close(false);
    }

    /** Like {@link #tick}: a window that is cut short would have a larger error. */
    @Override
    public void checkpoint() {
        tick();
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
                rated = null;
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
        if (!whateverItHolds && endJoules - startJoules < MINIMUM_STEPS * meter.stepJoules()) {
            return;
        }
        BusyShare share = processShare.sinceLastCall();
        long endMillis = Math.max(startMillis, clock.epochMillis());
        EnergyWindow window;
        synchronized (accounts) {
            window = window(endNanos, endMillis, endJoules - startJoules, share);
            number++;
            busyNanos = 0;
            if (window.hasRate()) {
                rated = window;
            }
        }
        startNanos = endNanos;
        startMillis = endMillis;
        startJoules = endJoules;
        closed.accept(window);
    }

    private EnergyWindow window(long endNanos, long endMillis, double joules, BusyShare share) {
        double seconds = (endNanos - startNanos) / 1e9;
        if (observesIdle) {
            idleWatts = Math.min(idleWatts, joules / seconds);
        }
        double idle = Math.min(joules, quantized(idleWatts * seconds));
        double active = joules - idle;
        double attributed = busyNanos == 0 ? 0 : quantized(active * share.share());
        double error =
                (meter.stepJoules() + joules * meter.relativeError())
                                * Math.min(1, share.share() + share.error())
                        + active * share.error();
        double busySeconds = busyNanos / 1e9;
        return new EnergyWindow(
                name.id(),
                name.host(),
                meter.source(),
                number,
                startMillis,
                endMillis,
                endNanos - startNanos,
                joules,
                idle,
                attributed,
                active - attributed,
                busyNanos,
                busyNanos == 0 ? 0 : attributed / busySeconds,
                busyNanos == 0 ? 0 : error / busySeconds);
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
