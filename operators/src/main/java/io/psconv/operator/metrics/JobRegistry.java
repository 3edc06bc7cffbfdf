package io.psconv.operator.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;

/**
 * The meters of one job among those of a process: all that is registered here carries the job's
 * name, is seen wherever the process's meters are, and is gone when this is closed. Thread-safe.
 */
public final class JobRegistry implements AutoCloseable {
    /**
     * Key of the tag with the job's name; in Prometheus {@code job_name}, as in Flink's own
     * reporter. A label {@code job} would be the scraping's, which renames any other.
     */
    public static final String JOB_NAME = "job.name";

    private final MeterRegistry process;
    private final CompositeMeterRegistry registry = new CompositeMeterRegistry();

    /**
     * Opens a place for a job's meters.
     *
     * @param process where all meters of the process are
     * @param jobName another one for each job of the process
     */
    public JobRegistry(MeterRegistry process, String jobName) {
        this.process = process;
        registry.config().commonTags(JOB_NAME, jobName);
        registry.add(process);
    }

    /** Where the job's meters are registered. */
    public MeterRegistry registry() {
        return registry;
    }

    /** Takes the job's meters back; those of others stay. */
    @Override
    public void close() {
        // Not its own close(), which would close the process's registry too.
        registry.clear();
        registry.remove(process);
    }
}
