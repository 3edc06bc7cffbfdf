package io.psconv.model.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.model.network.Architectures;
import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.network.Layer;
import io.psconv.model.network.Network;
import org.junit.jupiter.api.Test;

class ChunkSizesTest {
    @Test
    void letReadersAndResidualsMeet() {
        for (String name : Architectures.names()) {
            for (int side : new int[] {32, 64}) {
                Network network = Architectures.create(name, new FeatureShape(3, side, side), 10);
                ChunkSizes sizes = new ChunkSizes(network);
                for (Layer layer : network.layers()) {
                    int images = sizes.of(layer.name());
                    String what = name + " at " + side + ", " + layer.name();
                    assertThat(TrainingStep.SLOT % images).as(what).isZero();
                    assertThat(images % sizes.of(layer.input())).as(what).isZero();
                    if (layer instanceof ConvolutionLayer convolution
                            && convolution.residual() != null) {
                        assertThat(sizes.of(convolution.residual())).as(what).isEqualTo(images);
                    }
                }
            }
        }
    }

    @Test
    void growWhereMapsShrink() {
        Network network = Architectures.create("resnet18", new FeatureShape(3, 32, 32), 10);
        ChunkSizes sizes = new ChunkSizes(network);
        assertThat(sizes.of("layer4.1.conv2")).isGreaterThan(sizes.of("layer1.0.conv1"));
    }
}
