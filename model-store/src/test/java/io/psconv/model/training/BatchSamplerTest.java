package io.psconv.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchSamplerTest {
    @Test
    void showsEachImageOnceAnEpochInAnotherOrder() {
        BatchSampler sampler = new BatchSampler(30, 10, 1, 5);

        List<Integer> first = epoch(sampler, 0);
        List<Integer> second = epoch(sampler, 1);

        assertThat(first).doesNotHaveDuplicates().hasSize(30);
        assertThat(second).doesNotHaveDuplicates().hasSize(30).isNotEqualTo(first);
        assertThat(epoch(new BatchSampler(30, 10, 1, 5), 1)).isEqualTo(second);
        assertThat(epoch(new BatchSampler(30, 10, 1, 6), 1)).isNotEqualTo(second);
    }

    @Test
    void leavesOutWhatDoesNotFillABatch() {
        BatchSampler sampler = new BatchSampler(35, 10, 1, 5);
        assertThat(sampler.steps()).isEqualTo(3);
        assertThat(epoch(sampler, 0)).hasSize(30);
    }

    @Test
    void takesTheLargestBatchThatASmallSetFills() {
        assertThat(new BatchSampler(100, 128, 8, 0).batch()).isEqualTo(96);
        assertThat(new BatchSampler(100, 128, 1, 0).batch()).isEqualTo(100);
    }

    @Test
    void rejectsBatchesThatTheEngineCannotTrain() {
        assertThatThrownBy(() -> new BatchSampler(1000, 100, 8, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("batch was '100' but this engine trains multiples of 8; choose 96");
        assertThatThrownBy(() -> new BatchSampler(7, 128, 8, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "the training set has '7' images but one batch of this engine takes at least"
                                + " 8; add images");
    }

    private static List<Integer> epoch(BatchSampler sampler, int epoch) {
        List<Integer> images = new ArrayList<>();
        for (int step = 0; step < sampler.steps(); step++) {
            for (int place = 0; place < sampler.batch(); place++) {
                images.add(sampler.image(epoch, step, place));
            }
        }
        return images;
    }
}
