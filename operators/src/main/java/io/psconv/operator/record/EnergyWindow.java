package io.psconv.operator.record;

/**
 * A closed span of time of a job's ledger in a process and where its energy went: {@code joules =
 * idleJoules + attributedJoules + unattributedJoules}, to the last bit.
 *
 * <p>{@code ledger} and {@code number} together are its identity. A modelled window has neither
 * idle nor unattributed joules nor an error: its attributed joules are the sum of what the frames
 * counted in it were charged, exactly.
 *
 * <p>Where several jobs run in the process, a measured window is the job's part of it: the parts of
 * all jobs add up to what the host drew.
 *
 * @param ledger identity of the ledger, one for each job in a process, from its first task there to
 *     its last
 * @param host name of the machine
 * @param source where the joules come from, as in {@code rapl} or {@code modelled}
 * @param number 1 for the first window of the ledger, then one more each
 * @param startMillis milliseconds since 1970 UTC by the host's clock; the end of the window before
 * @param endMillis milliseconds since 1970 UTC, never before {@code startMillis}
 * @param durationNanos length by a clock that is never set
 * @param joules drawn by the host, of several jobs this one's part, or modelled
 * @param idleJoules what the host would have drawn doing nothing, divided equally among the jobs
 * @param attributedJoules of this process's share of the rest, the job's by the busy time of its
 *     frames; 0 without busy time
 * @param unattributedJoules what other processes had, or this one while no frame was at work,
 *     divided equally among the jobs
 * @param busyNanos busy time of the frames counted in it, of all subtasks together; may exceed the
 *     length
 * @param joulesPerBusySecond attributed energy over busy time; 0 without busy time
 * @param errorJoulesPerBusySecond bound of its error
 */
public record EnergyWindow(
        String ledger,
        String host,
        String source,
        long number,
        long startMillis,
        long endMillis,
        long durationNanos,
        double joules,
        double idleJoules,
        double attributedJoules,
        double unattributedJoules,
        long busyNanos,
        double joulesPerBusySecond,
        double errorJoulesPerBusySecond) {
    public EnergyWindow {
        requireText("ledger", ledger);
        requireText("host", host);
        requireText("source", source);
        if (number < 1) {
            throw new IllegalArgumentException(
                    "number was " + number + " but windows are counted from 1");
        }
        if (endMillis < startMillis) {
            throw new IllegalArgumentException(
                    "endMillis was "
                            + endMillis
                            + " but the window started at "
                            + startMillis
                            + "; it must not end before");
        }
        if (durationNanos <= 0) {
            throw new IllegalArgumentException(
                    "window " + number + " took " + durationNanos + " ns but time passes");
        }
        requireNotNegative("joules", joules);
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

    private static void requireText(String name, String value) {
        if (value.isEmpty()) {
            throw new IllegalArgumentException(name + " was '' but it must not be empty");
        }
    }

    private static void requireNotNegative(String name, double value) {
        if (!(value >= 0 && value <= Double.MAX_VALUE)) {
            throw new IllegalArgumentException(
                    name + " was " + value + " but it must be 0 or more, and finite");
        }
    }
}
