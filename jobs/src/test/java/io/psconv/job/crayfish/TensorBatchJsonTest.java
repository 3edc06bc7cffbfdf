package io.psconv.job.crayfish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.operator.record.TensorBatch;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TensorBatchJsonTest {
    /** As the benchmark's own code writes a batch of two inputs, by hand. */
    @Test
    void writesRecordsInTheBenchmarksForm() {
        TensorBatch batch =
                new TensorBatch(1_700_000_000_000L, 2, new float[] {0.25f, 1, 0, 0.001f});

        assertThat(text(TensorBatchJson.write(batch)))
                .isEqualTo(
                        "{\"creationTimestamp\":1700000000000,\"dataPointSz1\":2,"
                                + "\"dataPointSz2\":2,\"dataPoint\":\"0.25,1.0,0.0,0.001,\","
                                + "\"prediction\":null}");
        assertThat(text(TensorBatchJson.write(batch.withScores(new float[] {0.5f, -1, 2, 3e-9f}))))
                .endsWith("\"prediction\":\"[[0.5, -1.0], [2.0, 3.0E-9]]\"}");
    }

    @Test
    void readsBackWhatItWrote(TestReporter reporter) {
        long seed = new Random().nextLong();
        reporter.publishEntry("seed", Long.toString(seed));
        Random random = new Random(seed);
        float[] values = new float[3 * 784];
        for (int index = 0; index < values.length; index++) {
            values[index] = random.nextFloat() * (float) Math.pow(10, random.nextInt(20) - 10);
        }

        TensorBatch read =
                TensorBatchJson.read(
                        TensorBatchJson.write(
                                new TensorBatch(5, 3, values).withScores(new float[3])));

        assertThat(read.createdMillis()).isEqualTo(5);
        assertThat(read.count()).isEqualTo(3);
        assertThat(read.values()).as("seed %d", seed).isEqualTo(values);
        assertThat(read.isScored()).isFalse();
    }

    @Test
    void tellsWhenAScoredRecordWasMade() {
        TensorBatch batch = new TensorBatch(99, 1, new float[] {1});

        assertThat(TensorBatchJson.createdIfScored(TensorBatchJson.write(batch))).isEmpty();
        assertThat(
                        TensorBatchJson.createdIfScored(
                                TensorBatchJson.write(batch.withScores(new float[] {2}))))
                .hasValue(99);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            textBlock =
                    """
                    [1]                                                                                           | record was no JSON object but it must be one
                    {"creationTimestamp":1                                                                        | record is not JSON: Unexpected end-of-input
                    {"creationTimestamp":1,"dataPointSz1":1,"dataPointSz2":0,"dataPoint":""}                      | record had creationTimestamp 1, dataPointSz1 1, dataPointSz2 0 and a dataPoint but it must have all four, the sizes at least 1
                    {"creationTimestamp":1,"dataPointSz1":1,"dataPointSz2":2}                                     | record had creationTimestamp 1, dataPointSz1 1, dataPointSz2 2 and no dataPoint
                    {"creationTimestamp":1,"dataPointSz1":1,"dataPointSz2":2,"dataPoint":"1.0,"}                  | dataPoint had 1 values, each with a comma behind it, but dataPointSz1 and dataPointSz2 say 1 times 2
                    {"creationTimestamp":1,"dataPointSz1":1,"dataPointSz2":2,"dataPoint":"1.0,2,3,"}              | dataPoint had 3 values
                    {"creationTimestamp":1,"dataPointSz1":65536,"dataPointSz2":65536,"dataPoint":"1,"}            | dataPoint had 1 values, each with a comma behind it, but dataPointSz1 and dataPointSz2 say 65536 times 65536
                    """)
    void saysWhatIsWrongWithARecord(String json, String message) {
        assertThatThrownBy(() -> TensorBatchJson.read(json.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }

    private static String text(byte[] json) {
        return new String(json, StandardCharsets.UTF_8);
    }
}
