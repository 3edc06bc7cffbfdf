package io.psconv.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.psconv.model.format.CompressedModel;
import io.psconv.model.format.KernelPacking;
import io.psconv.model.format.UntrainedModel;
import io.psconv.model.network.Architectures;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.pattern.LayerSupports;
import io.psconv.model.pattern.Variant;
import org.junit.jupiter.api.Test;

class ProjectionTest {
    private static final String LAYER = "layer2.0.conv1.weight";
    private static final Variant TARGET = Variant.of("PSD1_P16");

    private final CompressedModel dense =
            UntrainedModel.create(
                    Architectures.create("resnet20", new FeatureShape(3, 32, 32), 10),
                    Variant.DENSE,
                    6);
    private final LayerSupports supports = TARGET.over(6, 32, 16);

    @Test
    void keepsTheValuesAtTheSupports() {
        CompressedModel projected = Projection.PLAIN.onto(dense, TARGET);

        float[] before = dense.tensor(LAYER);
        float[] after = KernelPacking.unpack(supports, projected.tensor(LAYER));
        for (int index = 0; index < before.length; index++) {
            boolean kept = supports.supportSet(index / 9 / 16, index / 9 % 16).contains(index % 9);
            assertThat(after[index]).isEqualTo(kept ? before[index] : 0);
        }
        assertThat(projected.tensor("conv1.weight")).isEqualTo(dense.tensor("conv1.weight"));
        assertThat(projected.tensor("linear.bias")).isEqualTo(dense.tensor("linear.bias"));
    }

    @Test
    void keepsTheNormOfEachFilterWhenRescaled() {
        CompressedModel projected = Projection.RESCALED.onto(dense, TARGET);

        float[] before = dense.tensor(LAYER);
        float[] after = KernelPacking.unpack(supports, projected.tensor(LAYER));
        for (int filter = 0; filter < 32; filter++) {
            assertThat(norm(after, filter)).isCloseTo(norm(before, filter), within(1e-5));
        }
    }

    @Test
    void goesBackToDenseWithoutChange() {
        CompressedModel sparse = Projection.PLAIN.onto(dense, TARGET);
        CompressedModel again = Projection.PLAIN.onto(sparse, Variant.DENSE);
        assertThat(Projection.PLAIN.onto(again, TARGET).tensor(LAYER))
                .isEqualTo(sparse.tensor(LAYER));
        assertThat(again.tensor(LAYER))
                .isEqualTo(KernelPacking.unpack(supports, sparse.tensor(LAYER)));
    }

    private static double norm(float[] values, int filter) {
        double sum = 0;
        for (int index = filter * 144; index < (filter + 1) * 144; index++) {
            sum += (double) values[index] * values[index];
        }
        return Math.sqrt(sum);
    }
}
