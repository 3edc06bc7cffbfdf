package io.psconv.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Lines as task managers write them, shortened. */
class CommitFailuresTest {
    private static final String THREAD =
            "12:31:42.876 [classify -> (classifications: Writer -> classifications: Committer,"
                    + " rejected-frames: Writer) (1/2)#0] ";
    private static final String TASK = "INFO  org.apache.flink.runtime.taskmanager.Task - ";
    private static final String COMMITTER =
            "org.apache.flink.connector.kafka.sink.internal.KafkaCommitter - ";

    private static final String RESTORING =
            THREAD + TASK + "classify (1/2)#0 (d357) switched from DEPLOYING to INITIALIZING.";
    private static final String RUNNING =
            THREAD + TASK + "classify (1/2)#0 (d357) switched from INITIALIZING to RUNNING.";
    private static final String FENCED =
            THREAD
                    + "WARN  "
                    + COMMITTER
                    + "Unable to commit transaction (CommitRequestImpl{state=RECEIVED}) because its"
                    + " producer is already fenced. If this warning appears as part of the recovery"
                    + " of a checkpoint, it is expected in some cases.";
    private static final String INVALID =
            THREAD
                    + "ERROR "
                    + COMMITTER
                    + "Unable to commit transaction (CommitRequestImpl{state=RECEIVED}) because"
                    + " it's in an invalid state.";

    @Test
    void findsAFencedTransactionOfARunningTask() {
        assertThat(CommitFailures.find(Stream.of(RESTORING, RUNNING, FENCED)))
                .containsExactly(FENCED);
    }

    @Test
    void expectsFencedTransactionsWhileATaskIsRestored() {
        assertThat(CommitFailures.find(Stream.of(RESTORING, FENCED, RUNNING))).isEmpty();
    }

    @Test
    void knowsARestoredTaskOfAnotherJobManagerByItsRestoring() {
        assertThat(CommitFailures.find(Stream.of(RESTORING, RUNNING, RESTORING, FENCED))).isEmpty();
    }

    @Test
    void findsAnInvalidTransactionEvenWhileATaskIsRestored() {
        assertThat(CommitFailures.find(Stream.of(RESTORING, INVALID, RUNNING)))
                .containsExactly(INVALID);
    }

    @Test
    void ignoresWhatIsTriedAgain() {
        assertThat(
                        CommitFailures.find(
                                Stream.of(
                                        RUNNING,
                                        THREAD
                                                + "WARN  "
                                                + COMMITTER
                                                + "Encountered retriable exception while"
                                                + " committing psconv-classify-0-1.",
                                        "org.apache.kafka.common.errors.TimeoutException: late",
                                        "\tat java.base/java.lang.Thread.run(Thread.java:840)")))
                .isEmpty();
    }
}
