package io.psconv.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaxPoolLayerTest {
    @ParameterizedTest
    @CsvSource({"2,2,0,8,4", "2,2,0,7,3", "3,2,1,8,4", "3,2,1,7,4", "3,2,0,8,3", "3,2,1,1,1"})
    void dropsWindowsThatDoNotFit(int size, int stride, int padding, int side, int made) {
        MaxPoolLayer pool = new MaxPoolLayer("pool", "input", size, stride, padding);

        assertThat(pool.outputShape(new FeatureShape(5, side, side)))
                .isEqualTo(new FeatureShape(5, made, made));
    }

    @Test
    void refusesMapsThatNoWindowFits() {
        MaxPoolLayer pool = new MaxPoolLayer("pool", "input", 3, 2, 0);

        assertThatThrownBy(() -> pool.outputShape(new FeatureShape(5, 2, 2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "pooling 'pool' had windows of size 3 and padding 0 over maps of 2x2 but one"
                                + " window must fit; take larger images");
    }
}
