package io.psconv.job.kafka;

import io.psconv.operator.node.JobIdentity;
import io.psconv.operator.node.NodeRuntime;
import io.psconv.operator.node.NodeSettings;
import java.io.IOException;
import java.lang.reflect.Field;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.SupportsWriterState;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.KafkaWriterState;
import org.apache.flink.connector.kafka.sink.TwoPhaseCommittingStatefulSink.PrecommittingStatefulSinkWriter;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.SupportsPostCommitTopology;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.lineage.LineageVertex;
import org.apache.flink.streaming.api.lineage.LineageVertexProvider;
import org.apache.flink.util.IOUtils;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/**
 * An exactly-once Kafka sink whose writers leave nothing behind and whose commits are counted.
 *
 * <p>The connector's writer opens an admin client to find the transactions of an earlier attempt
 * and, as of 5.0.0, never closes it: every restart of every subtask leaves a thread and two
 * connections in the task manager, and with the thread the job's class loader. Here the client is
 * closed with its writer. A writer that fails while it is made cannot be reached; so the broker is
 * asked first whether it answers, by a client that is closed.
 */
public final class AdminClosingSink<T>
        implements Sink<T>,
                SupportsWriterState<T, KafkaWriterState>,
                SupportsCommitter<KafkaCommittable>,
                SupportsPostCommitTopology<KafkaCommittable>,
                LineageVertexProvider {
    private static final long serialVersionUID = 1;

    /** Where the writer keeps its client; a connector that closes it may call it what it likes. */
    private static final String CLIENT_FIELD = "adminClient";

    private final KafkaSink<T> sink;
    private final Properties properties;
    private final String topic;
    private final NodeSettings node;

    /**
     * Wraps a sink.
     *
     * @param properties by which its clients find the broker
     * @param topic that it writes to
     * @param node what its task managers' other subtasks share
     */
    public AdminClosingSink(
            KafkaSink<T> sink, Properties properties, String topic, NodeSettings node) {
        this.sink = sink;
        this.properties = properties;
        this.topic = topic;
        this.node = node;
    }

    @Override
    public StatefulSinkWriter<T, KafkaWriterState> createWriter(WriterInitContext context)
            throws IOException {
        awaitBroker();
        return new Writer<>(sink.createWriter(context));
    }

    @Override
    public StatefulSinkWriter<T, KafkaWriterState> restoreWriter(
            WriterInitContext context, Collection<KafkaWriterState> states) throws IOException {
        awaitBroker();
        return new Writer<>(sink.restoreWriter(context, states));
    }

    private void awaitBroker() throws IOException {
        try (Admin admin = Admin.create(properties)) {
            admin.describeCluster().nodes().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while asking Kafka whether it answers", e);
        } catch (ExecutionException e) {
            throw new IOException(
                    "Kafka did not answer at " + properties.get("bootstrap.servers"), e.getCause());
        }
    }

    @Override
    public SimpleVersionedSerializer<KafkaWriterState> getWriterStateSerializer() {
        return sink.getWriterStateSerializer();
    }

    @Override
    public Committer<KafkaCommittable> createCommitter(CommitterInitContext context)
            throws IOException {
        NodeRuntime.Lease lease = NodeRuntime.acquire(node, JobIdentity.of(context.getJobInfo()));
        boolean made = false;
        try {
            Committer<KafkaCommittable> committer =
                    new CountingCommitter(sink.createCommitter(context), lease, topic);
            made = true;
            return committer;
        } finally {
            if (!made) {
                lease.close();
            }
        }
    }

    @Override
    public SimpleVersionedSerializer<KafkaCommittable> getCommittableSerializer() {
        return sink.getCommittableSerializer();
    }

    @Override
    public void addPostCommitTopology(
            DataStream<CommittableMessage<KafkaCommittable>> committables) {
        sink.addPostCommitTopology(committables);
    }

    @Override
    public LineageVertex getLineageVertex() {
        return sink.getLineageVertex();
    }

    /** The connector's writer, and its client closed behind it. */
    @SuppressWarnings("try") // Flink's own declares close() to throw any exception.
    private static final class Writer<T>
            implements StatefulSinkWriter<T, KafkaWriterState>,
                    CommittingSinkWriter<T, KafkaCommittable> {
        private final PrecommittingStatefulSinkWriter<T, KafkaWriterState, KafkaCommittable> writer;

        Writer(PrecommittingStatefulSinkWriter<T, KafkaWriterState, KafkaCommittable> writer) {
            this.writer = writer;
        }

        @Override
        public void write(T element, Context context) throws IOException, InterruptedException {
            writer.write(element, context);
        }

        @Override
        public void writeWatermark(Watermark watermark) throws IOException, InterruptedException {
            writer.writeWatermark(watermark);
        }

        @Override
        public void flush(boolean endOfInput) throws IOException, InterruptedException {
            writer.flush(endOfInput);
        }

        @Override
        public Collection<KafkaCommittable> prepareCommit()
                throws IOException, InterruptedException {
            return writer.prepareCommit();
        }

        @Override
        public List<KafkaWriterState> snapshotState(long checkpoint) throws IOException {
            return writer.snapshotState(checkpoint);
        }

        @Override
        public void close() throws Exception {
            IOUtils.closeAll(writer, client());
        }

        private @Nullable AutoCloseable client() throws IllegalAccessException {
            try {
                Field field = writer.getClass().getDeclaredField(CLIENT_FIELD);
                field.setAccessible(true);
                return (AutoCloseable) field.get(writer);
            } catch (NoSuchFieldException e) {
                return null;
            }
        }
    }
}
