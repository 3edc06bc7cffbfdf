package io.psconv.bench.pipeline;

import io.psconv.bench.pipeline.AnswerTail.Seen;
import java.util.List;
import java.util.Map;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** One job that is measured, on topics of its own. */
interface BenchJob {
    /** Topic that records are sent to. */
    String input();

    /** Topic that answers come from. */
    String output();

    /** Settings of each topic, by its name; both and those that nobody reads here. */
    Map<String, Map<String, String>> topics();

    /** Partitions of each topic. */
    int partitions();

    /** Adds the job to an environment. */
    void define(StreamExecutionEnvironment environment) throws Exception;

    /**
     * The job for a cluster that it is not defined beside.
     *
     * @throws UnsupportedOperationException if the workload {@link Workload#hasProgram has none}
     */
    BenchProgram program();

    /**
     * The value of a record.
     *
     * @param number of the record in its load
     * @param dueMillis when it is due
     */
    byte[] payload(int number, long dueMillis);

    /**
     * What an answer says of itself.
     *
     * @param nowMillis when it was read
     * @param keepsValue whether its value is wanted later
     */
    Seen seen(ConsumerRecord<byte[], byte[]> answer, long nowMillis, boolean keepsValue);

    /** Whether answers are visible to read_committed later than they are written. */
    boolean isTransactional();

    /** Whether the job takes checkpoints. */
    boolean hasCheckpoints();

    /**
     * Whether an answer is right.
     *
     * @param number of the record in its load
     * @throws IllegalStateException if another model made it than the cell's
     * @throws UnsupportedOperationException if answers are neither right nor wrong, see {@link
     *     Workload#labelled}
     */
    boolean isRight(int number, Seen answer);

    /** Adds up what answers say. */
    AnswerFigures figures(List<CellRun.Answers> loads);
}
