package io.psconv.bench.chaos;

/** What kind of process is killed. */
public enum Victim {
    TASK_MANAGER,
    JOB_MANAGER,
    BROKER
}
