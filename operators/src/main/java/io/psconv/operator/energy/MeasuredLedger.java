package io.psconv.operator.energy;

import io.psconv.operator.record.EnergyWindow;
import io.psconv.operator.record.FrameEnergy;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One job's account in the windows of a counter, see {@link CounterWindows}.
 *
 * <p>A frame is charged rate × busy time / batch size with the rate, attributed / busy time, of the
 * last closed window that has one. Frames are charged from the first window with a rate on. Until
 * then they count in their window and get null, so the attributed joules of the first window with a
 * rate are in no charge. Once the counter is lost nothing is charged. Thread-safe; charging never
 * waits for a reading.
 */
public final class MeasuredLedger implements EnergyLedger, FrameEnergyMeter {
    private final CounterWindows windows;
    private final LedgerName name;
    private final Consumer<EnergyWindow> closed;

    // Under the lock of the windows' accounts.
    private long number = 1;
    private long busyNanos;

    /** What frames are charged by; null before there is a rate and after the meter was lost. */
    private @Nullable EnergyWindow rated;

    /** Made by {@link CounterWindows#join}. */
    MeasuredLedger(CounterWindows windows, LedgerName name, Consumer<EnergyWindow> closed) {
        this.windows = windows;
        this.name = name;
        this.closed = closed;
    }

    @Override
    public String source() {
        return windows.source();
    }

    /** This ledger: what is measured does not depend on the model. */
    @Override
    public FrameEnergyMeter meter(ModelledEnergy model) {
        return this;
    }

    @Override
    public boolean countsDeviceTime() {
        return windows.areOfDevices();
    }

    @Override
    public @Nullable FrameEnergy charge(long batchBusyNanos, int batchSize) {
        long frameNanos = FrameEnergyMeter.frameNanos(batchBusyNanos, batchSize);
        EnergyWindow rate;
        long workWindow;
        synchronized (windows.accounts()) {
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
                windows.source(),
                rate.number(),
                rate.errorJoulesPerBusySecond() * busySeconds,
                name.id(),
                workWindow,
                frameNanos);
    }

    LedgerName name() {
        return name;
    }

    /** Number of the open window; to be asked under the accounts' lock, as the next three are. */
    long number() {
        return number;
    }

    /** Busy time of the frames counted in the open window. */
    long busyNanos() {
        return busyNanos;
    }

    /** Opens the next window. */
    void next(EnergyWindow window, boolean isWhole) {
        number++;
        busyNanos = 0;
        // The rate of a window that was cut short says little while there is a better one.
        if (window.hasRate() && (isWhole || rated == null)) {
            rated = window;
        }
    }

    /** Charges nothing from now on. */
    void lose() {
        rated = null;
    }

    /** Hands a closed window on. */
    void handOn(EnergyWindow window) {
        closed.accept(window);
    }

    @Override
    public void tick() {
        windows.tick();
    }

    /** Like {@link #tick}: a window that is cut short would have a larger error. */
    @Override
    public void checkpoint() {
        tick();
    }

    @Override
    public void settle() {
        windows.settle();
    }

    @Override
    public void close() {
        windows.leave(this);
    }
}
