package io.psconv.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.bench.pipeline.AnswerTail.Seen;
import io.psconv.job.crayfish.ParallelismMode;
import io.psconv.job.crayfish.TensorBatchJson;
import io.psconv.job.kafka.KafkaProperties;
import io.psconv.model.store.ModelStore;
import io.psconv.model.store.StoredModel;
import io.psconv.operator.record.TensorBatch;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrayfishWorkloadTest {
    private static final long DUE = 1_750_000_000_123L;

    private final CrayfishWorkload workload = new CrayfishWorkload("crayfish-ffnn", 2, 3);

    private Path folder = Path.of("");

    @BeforeEach
    void makeStore(@TempDir Path directory) {
        folder = directory;
    }

    @Test
    void sendsRandomTensorsThatSayWhenTheyWereDue() throws Exception {
        BenchJob job = job(ParallelismMode.N_N_N);

        TensorBatch first = TensorBatchJson.read(job.payload(0, DUE));
        TensorBatch second = TensorBatchJson.read(job.payload(1, DUE + 1));

        assertThat(first.createdMillis()).isEqualTo(DUE);
        assertThat(second.createdMillis()).isEqualTo(DUE + 1);
        assertThat(first.count()).isEqualTo(2);
        assertThat(first.length()).isEqualTo(784);
        assertThat(first.values()).isNotEqualTo(second.values());
        for (float value : first.values()) {
            assertThat(value).isBetween(0f, 1f);
        }
        assertThat(
                        TensorBatchJson.read(
                                        new CrayfishWorkload("crayfish-ffnn", 2, 3)
                                                .job(cell(ParallelismMode.N_N_N), site())
                                                .payload(0, DUE))
                                .values())
                .isEqualTo(first.values());
    }

    @Test
    void countsFromThereToTheBrokersAppend() throws Exception {
        byte[] answer =
                TensorBatchJson.write(
                        new TensorBatch(DUE, 1, new float[784]).withScores(new float[10]));
        BenchJob job = job(ParallelismMode.N_N_N);

        Seen seen = job.seen(record(answer, DUE + 42), DUE + 99, true);

        assertThat(seen.latencyMillis()).isEqualTo(42);
        assertThatThrownBy(
                        () ->
                                job.seen(
                                        record(
                                                TensorBatchJson.write(
                                                        new TensorBatch(DUE, 1, new float[784])),
                                                DUE),
                                        DUE,
                                        true))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the record at run-output-3@7 has no scores");
    }

    @Test
    void asksForTopicsAndSlotsAsPublished() throws Exception {
        BenchJob job = job(ParallelismMode.PARTITIONS_N_PARTITIONS);

        assertThat(job.partitions()).isEqualTo(32);
        assertThat(job.topics())
                .containsEntry("run-input", Map.of("max.message.bytes", "52428800"))
                .containsEntry(
                        "run-output",
                        Map.of(
                                "max.message.bytes",
                                "52428800",
                                "message.timestamp.type",
                                "LogAppendTime"));
        assertThat(workload.slots(cell(ParallelismMode.PARTITIONS_N_PARTITIONS))).isEqualTo(32);
        assertThat(workload.slots(cell(ParallelismMode.N_N_N))).isEqualTo(2);
    }

    @Test
    void refusesWhatThereIsNot() {
        assertThatThrownBy(() -> new CrayfishWorkload("crayfish-vgg19", 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "--workload was 'crayfish-vgg19' but it must be of [frames, crayfish-ffnn,"
                                + " crayfish-resnet50]");
        assertThatThrownBy(() -> new CrayfishWorkload("crayfish-ffnn", 33, 1))
                .hasMessage("--batch-size was '33' but it must be between 1 and 32");
        assertThatThrownBy(() -> workload.publish(new ModelStore(folder), "PSD1_P16", 1))
                .hasMessage(
                        "--variants had 'PSD1_P16' but crayfish-ffnn has no 3×3 convolutions; it can"
                                + " only be dense");
    }

    private BenchJob job(ParallelismMode mode) throws Exception {
        return workload.job(cell(mode), site());
    }

    private static BenchSite site() {
        return new BenchSite(KafkaProperties.of("localhost:1"), "run", 1, null);
    }

    private Cell cell(ParallelismMode mode) throws Exception {
        StoredModel model = workload.publish(new ModelStore(folder), "dense", 1);
        return new Cell(model, "dense", "jvm", 2, CrayfishWorkload.PARTITIONS, mode);
    }

    private static ConsumerRecord<byte[], byte[]> record(byte[] value, long appended) {
        return new ConsumerRecord<>(
                "run-output",
                3,
                7,
                appended,
                TimestampType.LOG_APPEND_TIME,
                0,
                value.length,
                new byte[0],
                value,
                new RecordHeaders(),
                java.util.Optional.empty());
    }
}
