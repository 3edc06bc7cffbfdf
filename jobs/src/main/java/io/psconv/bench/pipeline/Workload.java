package io.psconv.bench.pipeline;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.flink.configuration.MemorySize;
import org.jspecify.annotations.Nullable;

/** What is sent, and the job that answers. */
public interface Workload {
    /** As {@code --workload} names it. */
    String name();

    /** What is sent, for people. */
    String records();

    /** What delivers answers: {@code exactly-once} and so on, or {@code none}. */
    String deliveryGuarantee();

    /** Milliseconds between checkpoints; 0 for none. */
    long checkpointIntervalMillis();

    /** Further settings by name. */
    Map<String, Object> settings();

    /** Slots that a cell's job takes. */
    int slots(Cell cell);

    /** Whether a cluster elsewhere can run its jobs, from the job's jar and arguments alone. */
    boolean hasProgram();

    /**
     * Records with a label: record {@code n} of a load has that of {@code n} modulo this number. 0
     * if answers are neither right nor wrong.
     */
    int labelled();

    /** What a task manager for the cells needs. */
    MemorySize taskManagerMemory();

    /**
     * A cell whose network takes hardly any time: what is around it is compiled by its records.
     *
     * @param folder for its model, as long as the cell is in use
     * @return null if the cells warm up well enough by themselves
     */
    @Nullable Cell warmUp(Path folder, int slots, long seed) throws IOException;

    /**
     * A cell's job.
     *
     * @param site where it runs
     */
    BenchJob job(Cell cell, BenchSite site) throws IOException;
}
