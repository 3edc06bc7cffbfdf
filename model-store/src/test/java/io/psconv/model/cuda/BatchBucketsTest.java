package io.psconv.model.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BatchBucketsTest {
    @Test
    void arePowersOfTwoAndTheLargest() {
        assertThat(BatchBuckets.upTo(1).sizes()).containsExactly(1);
        assertThat(BatchBuckets.upTo(32).sizes()).containsExactly(1, 2, 4, 8, 16, 32);
        assertThat(BatchBuckets.upTo(100).sizes()).containsExactly(1, 2, 4, 8, 16, 32, 64, 100);
        assertThat(BatchBuckets.upTo(1024).sizes())
                .containsExactly(1, 2, 4, 8, 16, 32, 64, 128, 256);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1024, 1",
        "3, 1024, 4",
        "33, 1024, 64",
        "65, 1024, 64 1",
        "97, 1024, 128",
        "255, 1024, 256",
        "256, 256, 128 128",
        "300, 1024, 128 128 64",
        "410, 1024, 128 128 128 32",
        "512, 512, 256 128 128",
        "1024, 1024, 256 256 256 128 128",
        "90, 100, 100",
        "5, 5, 5"
    })
    void coverABatch(int images, int most, String expected) {
        BatchBuckets buckets = BatchBuckets.upTo(most);
        List<String> taken = new ArrayList<>();
        int rest = images;
        while (rest > 0) {
            int size = buckets.sizes().get(buckets.first(rest));
            taken.add(Integer.toString(size));
            rest -= Math.min(rest, size);
        }
        assertThat(String.join(" ", taken)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 32, 100, 256, 300, 1024})
    void coverEveryBatch(int most) {
        BatchBuckets buckets = BatchBuckets.upTo(most);
        for (int images = 1; images <= most; images++) {
            int rest = images;
            int launches = 0;
            while (rest > 0) {
                rest -= Math.min(rest, buckets.sizes().get(buckets.first(rest)));
                launches++;
            }
            assertThat(launches).as("launches for %d images", images).isBetween(1, 7);
        }
    }
}
