package io.psconv.operator.energy;

import io.psconv.operator.record.FrameEnergy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
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
 * <pre>(step × min(1, share + shareError) + (joules − idle) × shareError) / busy time</pre>
 *
 * <p>as two readings of a counter differ from the truth by less than one step, and a share has the
 * granularity of its clock ({@link HostBusyTime}). The idle baseline counts as given, and neither
 * busy time that was reported only after its window closed nor a counter that refreshes late (RAPL:
 * a millisecond) is in the bound; longer windows make both small.
 *
 * <p>Without a baseline, it is the lowest power of any window closed so far. A window that sets it
 * has nothing above idle and so no rate; a host that never rests shows too little.
 *
 * <p>If a reading fails, the ledger says so once in the log and charges nothing from then on.
 * Thread-safe; busy and charge never wait for a reading.
 */
public final class EnergyLedger implements FrameEnergyMeter, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EnergyLedger.class);

    private static final int MINIMUM_STEPS = 20;
    private static final int KEPT_WINDOWS = 16;
    private static final int QUANTUM_BITS = 30;

    private final EnergyMeter meter;
    private final ProcessShare processShare;
    private final LongSupplier nanoTime;
    private final long minimumNanos;
    private final boolean observesIdle;
    private final AtomicLong busyNanos = new AtomicLong();
    private final Deque<EnergyWindow> closed = new ArrayDeque<>();

    /** What frames are charged by; null before there is a rate and after the meter was lost. */
    private volatile @Nullable EnergyWindow rated;

    private double idleWatts;
    private long number = 1;
    private long startNanos;
    private double startJoules;
    private boolean lost;
    private @Nullable ScheduledExecutorService sampler;

    /**
     * Opens the first window.
     *
     * @param nanoTime as {@link System#nanoTime}
     * @param minimumWindow length below which no window closes, such as a second
     * @param idleWatts what the host draws doing nothing; empty to take the lowest power observed
     * @throws IOException if the meter or the share cannot be read
     * @throws IllegalArgumentException if the window is not positive or the baseline is negative
     */
    public EnergyLedger(
            EnergyMeter meter,
            ProcessShare processShare,
            LongSupplier nanoTime,
            Duration minimumWindow,
            OptionalDouble idleWatts)
            throws IOException {
        requirePositive("minimumWindow", minimumWindow);
        this.observesIdle = idleWatts.isEmpty();
        this.idleWatts = idleWatts.orElse(Double.MAX_VALUE);
        if (!(this.idleWatts >= 0 && this.idleWatts <= Double.MAX_VALUE)) {
            throw new IllegalArgumentException(
                    "idleWatts was " + this.idleWatts + " but it must be 0 or more");
        }
        this.meter = meter;
        this.processShare = processShare;
        this.nanoTime = nanoTime;
        this.minimumNanos = minimumWindow.toNanos();
        this.startNanos = nanoTime.getAsLong();
        this.startJoules = quantized(meter.readJoules());
        processShare.sinceLastCall();
    }

    @Override
    public String source() {
        return meter.source();
    }

    /**
     * Ticks from a daemon thread until closed.
     *
     * @throws IllegalStateException if it was started before
     */
    public synchronized void start(Duration interval) {
        requirePositive("interval", interval);
        if (sampler != null) {
            throw new IllegalStateException("the energy ledger was started before; start it once");
        }
        ScheduledExecutorService executor =
                Executors.newSingleThreadScheduledExecutor(EnergyLedger::daemon);
        sampler = executor;
        var unused =
                executor.scheduleWithFixedDelay(
                        this::tick, 0, interval.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Adds to the open window; a batch counts where it ends. */
    @Override
    public void busy(long nanos) {
        busyNanos.addAndGet(nanos);
    }

    /** Closes the open window if it is long enough and holds enough steps of the counter. */
    public synchronized void tick() {
        if (lost) {
            return;
        }
        try {
            closeWindow();
        } catch (IOException | RuntimeException e) {
            // Of whatever kind: a rate that is no longer renewed would go on looking right.
            lost = true;
            rated = null;
            LOG.warn("{} energy lost, frames carry none from now on", meter.source(), e);
        }
    }

    @Override
    public @Nullable FrameEnergy charge(long batchBusyNanos, int batchSize) {
        FrameEnergyMeter.requireBatchSize(batchSize);
        EnergyWindow window = rated;
        if (window == null) {
            return null;
        }
        double busySeconds = batchBusyNanos / 1e9 / batchSize;
        return new FrameEnergy(
                window.joulesPerBusySecond() * busySeconds,
                meter.source(),
                window.number(),
                window.errorJoulesPerBusySecond() * busySeconds);
    }

    /** The last closed windows, oldest first, at most {@value #KEPT_WINDOWS}. */
    public synchronized List<EnergyWindow> windows() {
        return List.copyOf(closed);
    }

    /** Ends the ticking; what was closed stays. */
    @Override
    public synchronized void close() {
        if (sampler != null) {
            // No interrupt: it would fail a reading under way and look like a lost meter.
            sampler.shutdown();
        }
    }

    private void closeWindow() throws IOException {
        long endNanos = nanoTime.getAsLong();
        if (endNanos - startNanos < minimumNanos) {
            return;
        }
        double endJoules = quantized(meter.readJoules());
        if (endJoules - startJoules < MINIMUM_STEPS * meter.stepJoules()) {
            return;
        }
        EnergyWindow window =
                window(
                        endNanos,
                        endJoules - startJoules,
                        busyNanos.getAndSet(0),
                        processShare.sinceLastCall());
        number++;
        startNanos = endNanos;
        startJoules = endJoules;
        if (closed.size() == KEPT_WINDOWS) {
            closed.removeFirst();
        }
        closed.addLast(window);
        if (window.hasRate()) {
            rated = window;
        }
    }

    private EnergyWindow window(long endNanos, double joules, long busy, BusyShare share) {
        double seconds = (endNanos - startNanos) / 1e9;
        if (observesIdle) {
            idleWatts = Math.min(idleWatts, joules / seconds);
        }
        double idle = Math.min(joules, quantized(idleWatts * seconds));
        double active = joules - idle;
        double attributed = busy == 0 ? 0 : quantized(active * share.share());
        double error =
                meter.stepJoules() * Math.min(1, share.share() + share.error())
                        + active * share.error();
        double busySeconds = busy / 1e9;
        return new EnergyWindow(
                number,
                startNanos,
                endNanos,
                joules,
                idle,
                attributed,
                active - attributed,
                busy,
                busy == 0 ? 0 : attributed / busySeconds,
                busy == 0 ? 0 : error / busySeconds);
    }

    /** To a multiple of the quantum; sums and differences of such are exact up to 8 MJ. */
    private static double quantized(double joules) {
        return Math.scalb(Math.rint(Math.scalb(joules, QUANTUM_BITS)), -QUANTUM_BITS);
    }

    private static void requirePositive(String name, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(name + " was " + value + " but it must be positive");
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "energy-ledger");
        thread.setDaemon(true);
        return thread;
    }
}
