package io.psconv.bench.pipeline;

import org.jspecify.annotations.Nullable;

/**
 * Processor time that parts of a cluster have used so far; null of what cannot be known from here.
 *
 * @param meters what the job says of itself
 * @param taskManager of the process
 * @param jobManagerNanos of the process
 * @param brokerNanos of the process
 */
record ClusterCpu(
        @Nullable JobMeters meters,
        @Nullable ProcessCpu taskManager,
        @Nullable Long jobManagerNanos,
        @Nullable Long brokerNanos) {
    /** Nothing is known of processes elsewhere. */
    static final ClusterCpu UNKNOWN = new ClusterCpu(null, null, null, null);

    /** What was used since an earlier reading. */
    ClusterCpu since(ClusterCpu earlier) {
        return new ClusterCpu(
                meters == null || earlier.meters == null ? null : meters.since(earlier.meters),
                taskManager == null || earlier.taskManager == null
                        ? null
                        : taskManager.since(earlier.taskManager),
                difference(jobManagerNanos, earlier.jobManagerNanos),
                difference(brokerNanos, earlier.brokerNanos));
    }

    private static @Nullable Long difference(@Nullable Long now, @Nullable Long earlier) {
        return now == null || earlier == null ? null : (Long) (now - earlier);
    }

    /** The share of the compilers in the task manager's time; null if not known. */
    @Nullable Double compilerShare() {
        return taskManager == null
                ? null
                : (Double)
                        ((double) taskManager.compilerNanos()
                                / Math.max(1, taskManager.totalNanos()));
    }
}
