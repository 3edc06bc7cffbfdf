package io.psconv.operator.record;

/**
 * The energy that a frame is charged with.
 *
 * <p>A measured charge is made before the window is over in which the frame was worked on, so it
 * uses the rate of an earlier one. What the frame drew by its own window's rate is {@code
 * busyNanos} / 1e9 × that window's {@code joulesPerBusySecond}: over all frames counted in a window
 * their busy times add up to the window's exactly, hence those figures to its attributed joules.
 * Modelled charges add up to their window's attributed joules themselves.
 *
 * @param joules this frame's share; never negative
 * @param source where the figure comes from: {@code rapl}, or {@code modelled}; the two are never
 *     mixed in one series
 * @param window number of the closed window whose rate was used; 0 for a modelled figure
 * @param errorJoules bound of the error of {@code joules}; 0 for a modelled figure, which has none
 * @param ledger identity of the ledger that both windows are of; empty in records written before
 *     ledgers had one
 * @param workWindow number of the window, open at the time, in which the frame's work counts; 0
 *     where {@code ledger} is empty
 * @param busyNanos busy time of a thread, or a device, that this frame is counted with: an equal
 *     share of its batch, rounded up to a nanosecond
 */
public record FrameEnergy(
        double joules,
        String source,
        long window,
        double errorJoules,
        String ledger,
        long workWindow,
        long busyNanos) {
    /**
     * What a frame costs that was worked on twice, as in a cascade.
     *
     * @param later a charge made after this one by the same ledger; the sum counts in its windows
     * @throws IllegalArgumentException if the two are of different ledgers
     */
    public FrameEnergy plus(FrameEnergy later) {
        if (!ledger.equals(later.ledger) || !source.equals(later.source)) {
            throw new IllegalArgumentException(
                    "charges of ledger '"
                            + ledger
                            + "' ("
                            + source
                            + ") and of '"
                            + later.ledger
                            + "' ("
                            + later.source
                            + ") cannot be added up; only those of one can");
        }
        return new FrameEnergy(
                joules + later.joules,
                source,
                later.window,
                errorJoules + later.errorJoules,
                ledger,
                later.workWindow,
                busyNanos + later.busyNanos);
    }
}
