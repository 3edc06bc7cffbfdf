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
}
