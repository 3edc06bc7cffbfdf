package io.psconv.model.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.util.passthrough.PassthroughNDManager;
import org.junit.jupiter.api.Test;

class HostBatchifierTest {
    private static final PassthroughNDManager MANAGER = PassthroughNDManager.INSTANCE;

    @Test
    void takesApartWhatItPutTogether() {
        NDList[] items = {item(1, 2, 3, 4), item(5, 6, 7, 8), item(9, 10, 11, 12)};

        NDList batch = HostBatchifier.INSTANCE.batchify(items);

        NDArray stacked = batch.get(0);
        assertThat(stacked.getShape()).isEqualTo(new Shape(3, 2, 2));
        assertThat(stacked.getName()).isEqualTo("data");
        assertThat(stacked.toFloatArray()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
        assertThat(batch.get(1).getDataType()).isEqualTo(DataType.INT64);
        NDList[] apart = HostBatchifier.INSTANCE.unbatchify(batch);
        assertThat(apart).hasSize(3);
        assertThat(apart[1].get(0).getShape()).isEqualTo(new Shape(2, 2));
        assertThat(apart[1].get(0).toFloatArray()).containsExactly(5, 6, 7, 8);
        assertThat(apart[2].get(1).toLongArray()).containsExactly(9);
    }

    @Test
    void nothingMakesNothing() {
        assertThat(HostBatchifier.INSTANCE.batchify(new NDList[0])).isEmpty();
        assertThat(HostBatchifier.INSTANCE.unbatchify(new NDList())).isEmpty();
    }

    @Test
    void refusesAMixtureOfShapes() {
        NDList other = new NDList(MANAGER.create(new float[3]), MANAGER.create(new long[1]));

        assertThatThrownBy(
                        () ->
                                HostBatchifier.INSTANCE.batchify(
                                        new NDList[] {item(1, 2, 3, 4), other}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("array 0 of the batch was '(3) float32'")
                .hasMessageContaining("others are (2, 2) float32");
    }

    private static NDList item(float... values) {
        NDArray data = MANAGER.create(values, new Shape(2, 2));
        data.setName("data");
        return new NDList(data, MANAGER.create(new long[] {(long) values[0]}));
    }
}
