package io.psconv.model.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.model.pattern.LayerSupports;
import io.psconv.model.pattern.Variant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelPackingTest {
    @ParameterizedTest
    @ValueSource(strings = {"dense", "PS4_P4", "PS1_P9", "PSD2_P8", "PSD1_P16_B16", "pSC2_S3"})
    void unpacksToWhatPacksToTheSame(String variant) {
        LayerSupports supports = Variant.of(variant).over(0, 20, 16);
        float[] stored = new float[20 * supports.valuesPerFilter()];
        Random random = new Random(1);
        for (int index = 0; index < stored.length; index++) {
            stored[index] = 1 + random.nextFloat();
        }
        float[] dense = KernelPacking.unpack(supports, stored);
        assertThat(dense).hasSize(20 * 16 * 9);
        assertThat(KernelPacking.pack(supports, dense)).isEqualTo(stored);
    }

    @Test
    void followsTheCanonicalOrder() {
        LayerSupports supports = Variant.of("PS1_P9").over(0, 2, 2);
        float[] dense = KernelPacking.unpack(supports, new float[] {1, 2, 3, 4});
        // phase(o, i) = o + i + 1, and phase p stores position p - 1.
        assertThat(dense[0]).isEqualTo(1);
        assertThat(dense[9 + 1]).isEqualTo(2);
        assertThat(dense[18 + 1]).isEqualTo(3);
        assertThat(dense[27 + 2]).isEqualTo(4);
    }

    @Test
    void rejectsAValueOutsideTheSupport() {
        LayerSupports supports = Variant.of("PS1_P9").over(0, 2, 2);
        float[] dense = new float[36];
        dense[18 + 8] = 0.5f;
        assertThatThrownBy(() -> KernelPacking.pack(supports, dense))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "weight of filter 1, channel 0, position 8 was '0.5' but the support set"
                                + " stores nothing there");
    }

    @Test
    void rejectsOtherLengths() {
        LayerSupports supports = Variant.of("PS1_P9").over(0, 2, 2);
        assertThatThrownBy(() -> KernelPacking.pack(supports, new float[35]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("dense weights were '35' but the layer has 36");
        assertThatThrownBy(() -> KernelPacking.unpack(supports, new float[5]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("stored weights were '5' but the layer has 4");
    }
}
