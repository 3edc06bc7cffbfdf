package io.psconv.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.psconv.model.network.Architectures;
import io.psconv.model.network.FeatureShape;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Steps worked out by hand from the update rule of PyTorch's SGD. */
class SgdTest {
    @Test
    void addsMomentum() {
        Sgd sgd = new Sgd(new SgdSettings(0.5f, false, 0, 0), Set.of());
        float[] values = {1, -2};
        // v = 4, w = 1 - 0.1 · 4; then v = 0.5 · 4 + 2 = 4, w = 0.6 - 0.1 · 4.
        sgd.update("w", values, new float[] {4, 0}, 0.1f);
        assertThat(values[0]).isCloseTo(0.6f, within(1e-6f));
        sgd.update("w", values, new float[] {2, 0}, 0.1f);
        assertThat(values[0]).isCloseTo(0.2f, within(1e-6f));
        assertThat(values[1]).isEqualTo(-2);
        assertThat(sgd.momentum().get("w")).containsExactly(4, 0);
    }

    @Test
    void looksAheadWithNesterov() {
        Sgd sgd = new Sgd(new SgdSettings(0.5f, true, 0, 0), Set.of());
        float[] values = {1};
        // v = 4, step 4 + 0.5 · 4 = 6; then v = 4, step 2 + 0.5 · 4 = 4.
        sgd.update("w", values, new float[] {4}, 0.1f);
        assertThat(values[0]).isCloseTo(0.4f, within(1e-6f));
        sgd.update("w", values, new float[] {2}, 0.1f);
        assertThat(values[0]).isCloseTo(0, within(1e-6f));
    }

    @Test
    void decaysNothingButWeights() {
        Set<String> decaying =
                Sgd.weights(Architectures.create("resnet18", new FeatureShape(3, 32, 32), 10));
        assertThat(decaying)
                .contains("conv1.weight", "layer2.0.shortcut.0.weight", "linear.weight")
                .doesNotContain("bn1.weight", "layer2.0.shortcut.1.weight", "linear.bias")
                .hasSize(21);
        for (boolean nesterov : new boolean[] {false, true}) {
            Sgd sgd = new Sgd(new SgdSettings(0, nesterov, 0.5f, 0), Set.of("w"));
            float[] weight = {2};
            float[] bias = {2};
            sgd.update("w", weight, new float[] {0}, 0.1f);
            sgd.update("b", bias, new float[] {0}, 0.1f);
            assertThat(weight[0]).isCloseTo(1.9f, within(1e-6f));
            assertThat(bias[0]).isEqualTo(2);
        }
    }

    @Test
    void goesOnWithEarlierMomentum() {
        Sgd sgd = new Sgd(new SgdSettings(0.5f, false, 0, 0), Set.of());
        float[] earlier = {8};
        sgd.restore(Map.of("w", earlier));
        float[] values = {0};
        sgd.update("w", values, new float[] {0}, 1);
        assertThat(values).containsExactly(-4);
        assertThat(earlier).containsExactly(8);
    }

    @Test
    void refusesSettingsOutsideTheirRange() {
        assertThatThrownBy(() -> new SgdSettings(1, true, 0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("momentum was '1.0'");
        assertThatThrownBy(() -> new SgdSettings(0, true, -1, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("weightDecay was '-1.0'");
        assertThatThrownBy(() -> new SgdSettings(0, true, 0, Float.NaN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("labelSmoothing was 'NaN'");
    }
}
