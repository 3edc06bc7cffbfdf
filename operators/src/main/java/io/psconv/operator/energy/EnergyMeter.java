package io.psconv.operator.energy;

import java.io.IOException;

/** A counter of energy that was really drawn. Implementations are thread-safe. */
public interface EnergyMeter {
    /** Short name of the counter, as records and meter tags carry it. */
    String source();

    /**
     * Joules since this meter was made; a counter that wrapped around meanwhile does not show.
     *
     * @throws IOException if the counter cannot be read; the message says what to do
     */
    double readJoules() throws IOException;

    /** The smallest amount by which {@link #readJoules} grows. */
    double stepJoules();

    /** How far what the counter adds up may be off, as a part of it; 0 where nobody says. */
    default double relativeError() {
        return 0;
    }

    /**
     * Whether the counter is of devices beside the processor, so that the time which they compute
     * counts, and not that of threads.
     */
    default boolean isOfDevices() {
        return false;
    }

    /**
     * What says which part of the counter's energy is this process's; from now on.
     *
     * @throws IOException if the accounts cannot be read
     */
    default ProcessShare processShare() throws IOException {
        return new HostBusyTime(HostBusyTime.PROC);
    }
}
