package io.psconv.operator.energy;

import io.psconv.operator.record.EnergyWindow;
import io.psconv.operator.record.FrameEnergy;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Adds up modelled charges of a job, window by window, so that what it computed in this process can
 * be told from what was committed without any counter.
 *
 * <p>A window's attributed joules are the sum of the charges of the frames counted in it, exactly:
 * charges are multiples of 2<sup>−40</sup> J, about a picojoule, which doubles add without rounding
 * up to 8 kJ a window. There is no idle, no unattributed energy and no error. A window closes at
 * the first tick at which it is long enough and has a frame; so nothing is handed on while no
 * frames come, and the next window spans the rest. Thread-safe.
 */
public final class ModelledLedger implements EnergyLedger {
    private static final int QUANTUM_BITS = 40;

    private final LedgerName name;
    private final LedgerClock clock;
    private final long minimumNanos;
    private final Consumer<EnergyWindow> closed;

    private long number = 1;
    private long startNanos;
    private long startMillis;
    private long frames;
    private long busyNanos;
    private double joules;
    private boolean isClosed;

    /**
     * Opens the first window.
     *
     * @param minimumWindow length below which no tick closes a window, such as a second
     * @param closed gets every closed window, in order, from whichever thread closes it
     * @throws IllegalArgumentException if the window is not positive
     */
    public ModelledLedger(
            LedgerName name,
            LedgerClock clock,
            Duration minimumWindow,
            Consumer<EnergyWindow> closed) {
        this.minimumNanos = CounterWindows.positiveNanos(minimumWindow);
        this.name = name;
        this.clock = clock;
        this.closed = closed;
        this.startNanos = clock.nanoTime();
        this.startMillis = clock.epochMillis();
    }

    @Override
    public String source() {
        return ModelledEnergy.SOURCE;
    }

    @Override
    public FrameEnergyMeter meter(ModelledEnergy model) {
        return new ModelMeter(model);
    }

    @Override
    public synchronized void tick() {
        close(minimumNanos);
    }

    /** A sum loses nothing by being cut: closes the window if it has a frame. */
    @Override
    public void checkpoint() {
        settle();
    }

    @Override
    public synchronized void settle() {
        close(1);
    }

    @Override
    public synchronized void close() {
        close(1);
        isClosed = true;
    }

    private void close(long leastNanos) {
        long endNanos = clock.nanoTime();
        if (isClosed || frames == 0 || endNanos - startNanos < leastNanos) {
            return;
        }
        long endMillis = Math.max(startMillis, clock.epochMillis());
        EnergyWindow window =
                new EnergyWindow(
                        name.id(),
                        name.host(),
                        ModelledEnergy.SOURCE,
                        number,
                        startMillis,
                        endMillis,
                        endNanos - startNanos,
                        joules,
                        0,
                        joules,
                        0,
                        busyNanos,
                        busyNanos == 0 ? 0 : joules / (busyNanos / 1e9),
                        0);
        number++;
        startNanos = endNanos;
        startMillis = endMillis;
        frames = 0;
        busyNanos = 0;
        joules = 0;
        closed.accept(window);
    }

    private synchronized FrameEnergy charge(double frameJoules, long frameNanos, int batchSize) {
        frames += batchSize;
        busyNanos += frameNanos * batchSize;
        joules += frameJoules * batchSize;
        return new FrameEnergy(
                frameJoules, ModelledEnergy.SOURCE, 0, 0, name.id(), number, frameNanos);
    }

    private static double quantized(double joules) {
        return Math.scalb(Math.rint(Math.scalb(joules, QUANTUM_BITS)), -QUANTUM_BITS);
    }

    /** Charges by the figures of one model. */
    private final class ModelMeter implements FrameEnergyMeter {
        private final ModelledEnergy model;

        ModelMeter(ModelledEnergy model) {
            this.model = model;
        }

        @Override
        public String source() {
            return ModelledEnergy.SOURCE;
        }

        @Override
        public FrameEnergy charge(long batchBusyNanos, int batchSize) {
            return ModelledLedger.this.charge(
                    quantized(model.joulesPerImage(batchSize)),
                    FrameEnergyMeter.frameNanos(batchBusyNanos, batchSize),
                    batchSize);
        }
    }
}
