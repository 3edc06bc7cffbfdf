package io.psconv.job.crayfish;

import io.psconv.job.kafka.KafkaProperties;
import io.psconv.operator.score.ScoreSettings;

/**
 * What a Crayfish job is told.
 *
 * @param kafka where both topics are
 * @param groupId consumer group of the source
 * @param input topic of records to be scored
 * @param output topic of scored records
 * @param partitions of either topic: subtasks that read and write in mode 32-N-32
 * @param parallelism subtasks that score, Crayfish's model replicas
 * @param mode subtasks that read and write
 * @param score the model
 */
public record CrayfishOptions(
        KafkaProperties kafka,
        String groupId,
        String input,
        String output,
        int partitions,
        int parallelism,
        ParallelismMode mode,
        ScoreSettings score) {
    public CrayfishOptions {
        check("partitions", partitions);
        check("parallelism", parallelism);
    }

    private static void check(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    name + " was '" + value + "' but it must be at least 1");
        }
    }

    /** Subtasks that read, and that write. */
    public int endParallelism() {
        return mode == ParallelismMode.N_N_N ? parallelism : partitions;
    }
}
