package io.psconv.model.djl;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.model.format.KernelPacking;
import io.psconv.model.pattern.LayerSupports;
import io.psconv.model.pattern.Variant;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostTensorTest {
    @ParameterizedTest
    @ValueSource(strings = {"PSD1_P16", "PS4_P4_B16", "PS2_P6", "pSC2_S7", "PS1_P9_Ball"})
    void positionsAreWhereUnpackingPutsValues(String variant) {
        LayerSupports supports = Variant.of(variant).over(2, 24, 32);
        float[] stored = new float[supports.filters() * supports.valuesPerFilter()];
        for (int index = 0; index < stored.length; index++) {
            stored[index] = index + 1;
        }

        int[] positions = HostTensor.positions(supports);

        float[] dense = KernelPacking.unpack(supports, stored);
        assertThat(positions).hasSameSizeAs(stored);
        assertThat(Arrays.stream(positions).mapToObj(position -> dense[position]))
                .containsExactly(box(stored));
    }

    private static Float[] box(float[] values) {
        Float[] boxed = new Float[values.length];
        Arrays.setAll(boxed, index -> values[index]);
        return boxed;
    }
}
