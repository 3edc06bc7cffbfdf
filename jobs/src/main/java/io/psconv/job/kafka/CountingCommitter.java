package io.psconv.job.kafka;

import io.psconv.operator.metrics.TransactionMeters;
import io.psconv.operator.metrics.TransactionMeters.Result;
import io.psconv.operator.node.NodeRuntime;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.util.IOUtils;
import org.apache.kafka.common.errors.ProducerFencedException;

/**
 * The connector's committer, and what it said of each transaction counted: of one that Kafka
 * refuses it only writes to the log.
 */
@SuppressWarnings("try") // Flink's own declares close() to throw any exception.
final class CountingCommitter implements Committer<KafkaCommittable> {
    private final Committer<KafkaCommittable> committer;
    private final NodeRuntime.Lease node;
    private final TransactionMeters meters;

    /**
     * Wraps a committer.
     *
     * @param node closed with it
     * @param topic where the answers go
     */
    CountingCommitter(Committer<KafkaCommittable> committer, NodeRuntime.Lease node, String topic) {
        this.committer = committer;
        this.node = node;
        this.meters = new TransactionMeters(node.registry(), topic);
    }

    @Override
    public void commit(Collection<CommitRequest<KafkaCommittable>> requests)
            throws IOException, InterruptedException {
        for (CommitRequest<KafkaCommittable> request : requests) {
            Counted counted = new Counted(request);
            committer.commit(List.of(counted));
            if (!counted.said) {
                meters.ended(Result.COMMITTED);
            }
        }
    }

    @Override
    public void close() throws Exception {
        IOUtils.closeAll(committer, node);
    }

    /** What the committer says of a request, which it does if the commit failed only. */
    private final class Counted implements CommitRequest<KafkaCommittable> {
        private final CommitRequest<KafkaCommittable> request;

        /** Only what comes from a checkpoint is without the producer that wrote it. */
        private final boolean restored;

        private boolean said;

        Counted(CommitRequest<KafkaCommittable> request) {
            this.request = request;
            this.restored = request.getCommittable().getProducer().isEmpty();
        }

        @Override
        public KafkaCommittable getCommittable() {
            return request.getCommittable();
        }

        @Override
        public int getNumberOfRetries() {
            return request.getNumberOfRetries();
        }

        @Override
        public void signalFailedWithKnownReason(Throwable reason) {
            say(
                    restored && reason instanceof ProducerFencedException
                            ? Result.FENCED_AT_RESTORE
                            : Result.LOST);
            request.signalFailedWithKnownReason(reason);
        }

        @Override
        public void signalFailedWithUnknownReason(Throwable reason) {
            say(Result.FAILED);
            request.signalFailedWithUnknownReason(reason);
        }

        @Override
        public void retryLater() {
            say(Result.RETRIED);
            request.retryLater();
        }

        @Override
        public void updateAndRetryLater(KafkaCommittable committable) {
            say(Result.RETRIED);
            request.updateAndRetryLater(committable);
        }

        @Override
        public void signalAlreadyCommitted() {
            say(Result.COMMITTED);
            request.signalAlreadyCommitted();
        }

        private void say(Result result) {
            said = true;
            meters.ended(result);
        }

        @Override
        public String toString() {
            return getCommittable().toString();
        }
    }
}
