package io.psconv.tests.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.psconv.model.djl.DjlTrainingEngine;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.training.DifferentiableNetwork;
import io.psconv.model.training.TrainingEngine;
import io.psconv.model.training.TrainingEngines;
import io.psconv.tests.golden.RandomNetworks;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Training through PyTorch: what it holds on to, and what it refuses. */
class DjlTrainingITCase {
    private static final int BATCH = 3;
    private static final int STEPS = 50;

    private final TrainingEngine engine = TrainingEngines.choose("djl-pytorch");
    private final CompressedModel start = RandomNetworks.create("resnet20", "PSD1_P16", 32, 10, 1);
    private final float[] input = RandomNetworks.images(start, BATCH, 1);
    private final float[] upstream = new float[BATCH * 10];

    @Test
    void isFoundByName() {
        assertThat(engine).isInstanceOf(DjlTrainingEngine.class);
        assertThat(engine.description()).startsWith("PyTorch 2.").contains("DJL", "fp32");
    }

    @Test
    void holdsOnToNothingAfterAStep() {
        try (NDManager probe = NDManager.newBaseManager("PyTorch")) {
            NDManager root = probe.getParentManager();
            int before = root.getManagedArrays().size();
            try (DifferentiableNetwork network = engine.open(start, BATCH, 1)) {
                for (int step = 0; step < STEPS; step++) {
                    network.forward(input);
                    assertThat(root.getManagedArrays()).hasSizeGreaterThan(before);
                    network.backward(upstream);
                    assertThat(root.getManagedArrays()).hasSize(before);
                }
                network.forward(input);
                network.forward(input);
            }
            assertThat(root.getManagedArrays()).hasSize(before);
        }
    }

    @Test
    void computesWithTheThreadsAskedFor() {
        for (int threads : new int[] {2, 1, 3}) {
            try (DifferentiableNetwork network = engine.open(start, BATCH, threads)) {
                network.forward(input);
                assertThat(JniUtils.getNumThreads()).isEqualTo(threads);
            }
        }
    }

    @Test
    void seesWhatItsCallerChanges() {
        try (DifferentiableNetwork network = engine.open(start, BATCH, 1)) {
            network.forward(input);
            Arrays.fill(network.tensors().get("linear.weight"), 0);
            Arrays.fill(network.tensors().get("linear.bias"), 0.5f);

            assertThat(network.forward(input)).containsOnly(0.5f);
        }
        assertThat(start.tensor("linear.weight")).isNotEqualTo(new float[640]);
    }

    @Test
    void givesNoGradientOfRunningStatistics() {
        try (DifferentiableNetwork network = engine.open(start, BATCH, 1)) {
            network.forward(input);

            assertThat(network.backward(upstream).keySet())
                    .contains("conv1.weight", "bn1.weight", "bn1.bias", "linear.bias")
                    .noneMatch(name -> name.contains("running"));
        }
    }

    @Test
    void refusesCallsOutOfOrder() {
        DifferentiableNetwork network = engine.open(start, BATCH, 1);
        assertThatThrownBy(() -> network.backward(upstream))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("backward was called without a forward before it");
        network.forward(input);
        network.backward(upstream);
        assertThatThrownBy(() -> network.backward(upstream))
                .isInstanceOf(IllegalStateException.class);

        network.close();
        network.close();

        assertThatThrownBy(() -> network.forward(input))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the network was closed; open it again to compute");
    }

    @Test
    void refusesWrongLengths() {
        assertThatThrownBy(() -> engine.open(start, 0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("batch was '0' but it must be at least 1");
        assertThatThrownBy(() -> engine.open(start, BATCH, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("threads was '0' but it must be at least 1");
        try (DifferentiableNetwork network = engine.open(start, BATCH, 1)) {
            assertThatThrownBy(() -> network.forward(new float[7]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("input had '7' values but a batch of this network has 9216");
            network.forward(input);
            assertThatThrownBy(() -> network.backward(new float[7]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("upstream had '7' values but a batch of this network has 30");
        }
    }
}
