package io.psconv.operator.node;

import java.util.Map;
import org.apache.flink.api.common.JobInfo;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.scope.ScopeFormat;

/**
 * A job as the processes that run it tell it from others.
 *
 * @param id the same for all attempts of the job, another one after each submission
 * @param name as its user named it
 */
public record JobIdentity(String id, String name) {
    private static final String UNKNOWN = "unknown";

    public JobIdentity {
        if (id.isBlank() || name.isBlank()) {
            throw new IllegalArgumentException(
                    "job was '" + id + "', named '" + name + "', but it must have both");
        }
    }

    /** The job of a task. */
    public static JobIdentity of(JobInfo job) {
        return of(job.getJobId().toHexString(), job.getJobName());
    }

    /**
     * The job of a task whose group of Flink's metrics is all that is known, as of a function in
     * SQL.
     */
    public static JobIdentity of(MetricGroup group) {
        Map<String, String> variables = group.getAllVariables();
        return of(
                variables.getOrDefault(ScopeFormat.SCOPE_JOB_ID, ""),
                variables.getOrDefault(ScopeFormat.SCOPE_JOB_NAME, ""));
    }

    private static JobIdentity of(String id, String name) {
        String known = id.isBlank() ? UNKNOWN : id;
        return new JobIdentity(known, name.isBlank() ? known : name);
    }
}
