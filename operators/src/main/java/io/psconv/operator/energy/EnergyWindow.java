package io.psconv.operator.energy;

/**
 * A closed span of time and where the energy drawn in it went: {@code joules = idleJoules +
 * attributedJoules + unattributedJoules}, to the last bit.
 *
 * @param number 1 for the first window of a process
 * @param startNanos on the ledger's clock, as is {@code endNanos}; windows leave no gap
 * @param joules drawn by the host
 * @param idleJoules what the host would have drawn doing nothing
 * @param attributedJoules this process's share of the rest; 0 without busy time
 * @param unattributedJoules what other processes, or this one besides its frames, had
 * @param busyNanos busy time that was reported, of all subtasks together; may exceed the span
 * @param joulesPerBusySecond attributed energy over busy time; 0 without busy time
 * @param errorJoulesPerBusySecond bound of its error, as {@link EnergyLedger} works it out
 */
public record EnergyWindow(
        long number,
        long startNanos,
        long endNanos,
        double joules,
        double idleJoules,
        double attributedJoules,
        double unattributedJoules,
        long busyNanos,
        double joulesPerBusySecond,
        double errorJoulesPerBusySecond) {
    public EnergyWindow {
        if (endNanos - startNanos <= 0) {
            throw new IllegalArgumentException(
                    "window "
                            + number
                            + " took "
                            + (endNanos - startNanos)
                            + " ns but time passes");
        }
        requireNotNegative("idleJoules", idleJoules);
        requireNotNegative("attributedJoules", attributedJoules);
        requireNotNegative("unattributedJoules", unattributedJoules);
        requireNotNegative("busyNanos", (double) busyNanos);
        requireNotNegative("joulesPerBusySecond", joulesPerBusySecond);
        requireNotNegative("errorJoulesPerBusySecond", errorJoulesPerBusySecond);
        if (idleJoules + attributedJoules + unattributedJoules != joules) {
            throw new IllegalArgumentException(
                    "joules was "
                            + joules
                            + " but the parts are "
                            + idleJoules
                            + ", "
                            + attributedJoules
                            + " and "
                            + unattributedJoules);
        }
    }

    /** Whether there is a rate: some busy time, and some energy above idle to divide by it. */
    public boolean hasRate() {
        return busyNanos > 0 && idleJoules < joules;
    }

    private static void requireNotNegative(String name, double value) {
        if (!(value >= 0)) {
            throw new IllegalArgumentException(
                    name + " was " + value + " but it must be 0 or more");
        }
    }
}
