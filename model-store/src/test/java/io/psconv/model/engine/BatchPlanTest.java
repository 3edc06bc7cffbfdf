package io.psconv.model.engine;

import static io.psconv.model.engine.BatchPlan.INTERLEAVED;
import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.model.convolution.ConvolutionForms;
import io.psconv.model.convolution.FeatureMaps;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.network.Layer;
import io.psconv.model.network.Network;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchPlanTest {
    /** Three rows of 64 maps of 96×96 of sixteen images are 1.2 MB; resnet50 unfolds its stem. */
    @ParameterizedTest
    @CsvSource({
        "resnet18,32,all,true",
        "resnet18,64,all,true",
        "resnet18,96,all,false",
        "resnet18,64,half,false",
        "vgg16,64,all,true",
        "resnet50,32,all,false"
    })
    void interleavesFromTheFirstLayerOnUnlessRowsExceedTheCache(
            String architecture, int size, String images, boolean fromTheFirst) {
        int count = images.equals("all") ? INTERLEAVED : INTERLEAVED / 2;
        SegmentPlan together = BatchPlan.of(model(architecture, size), count).together();
        assertThat(together.inputName().equals(Network.INPUT)).isEqualTo(fromTheFirst);
    }

    @Test
    void leavesNoLanesIdleInWideMaps() {
        List<BatchPlan> plans = BatchPlan.all(model("resnet18", 32));
        if (INTERLEAVED == 16) {
            assertThat(plans).extracting(BatchPlan::least).containsExactly(16, 12, 8, 4, 2, 1);
            assertThat(plans).extracting(BatchPlan::images).containsExactly(16, 16, 8, 4, 2, 1);
        } else {
            assertThat(plans).extracting(BatchPlan::least).containsExactly(8, 6, 4, 2, 1);
            assertThat(plans).extracting(BatchPlan::images).containsExactly(8, 8, 4, 2, 1);
        }
        assertThat(plans.get(0).alone()).isNull();
        assertThat(plans.get(1).alone()).isNotNull();
    }

    /** Values of 64 maps with a zero behind each row; three of them are there at a time. */
    @ParameterizedTest
    @CsvSource({"32", "64"})
    void keepsThreeOfTheWidestMaps(int size) {
        int widest = 64 * size * (size + 1) * INTERLEAVED;
        assertThat(BatchPlan.of(model("resnet18", size), INTERLEAVED).length())
                .isBetween(3 * widest, 3 * widest + widest / 4);
    }

    /**
     * Three rows of 64 maps of sixteen images are 0.4 MB where they are 32 pixels wide, 0.8 where
     * they are 64: there two layers' no longer stay in 1 MiB. Of eight images all is half as much.
     * ResNet18's first layer reads 3 channels; VGG16's, and the first pool, are a chain and one
     * layer before.
     */
    @ParameterizedTest
    @CsvSource({
        "resnet18,32,0,conv1 layer1.0.conv1 layer1.0.conv2",
        "resnet18,64,0,conv1 layer1.0.conv1",
        "vgg16,32,2,features.7 features.10",
        "vgg16,64,2,features.7"
    })
    void chainsLayersWhoseRowsStayInTheCache(
            String architecture, int size, int chain, String names) {
        SegmentPlan plan = BatchPlan.of(model(architecture, size), INTERLEAVED).together();
        assertThat(plan.chains().get(chain))
                .extracting(Layer::name)
                .containsExactly(names.split(" "));
    }

    /** Of a stage's output, resnet50 has readers of stride 1 and 2; its 1×1 layers one of 2. */
    @ParameterizedTest
    @CsvSource({
        "resnet18,layer1.1.conv2,COLUMNS_APART",
        "resnet18,layer1.0.conv2,INTERLEAVED",
        "resnet18,layer4.1.conv2,INTERLEAVED",
        "resnet20,layer1.2.conv2,COLUMNS_APART",
        "resnet50,layer3.0.conv1,COLUMNS_APART",
        "resnet50,layer2.3.conv3,INTERLEAVED"
    })
    void laysColumnsApartForStrideTwo(
            String architecture, String layer, FeatureMaps.Layout layout) {
        SegmentPlan plan = BatchPlan.of(model(architecture, 32), INTERLEAVED).together();
        assertThat(plan.mapsIn(NetworkPlan.memory(plan.length()), 0))
                .hasEntrySatisfying(layer, made -> assertThat(made.layout()).isEqualTo(layout));
    }

    private static JvmModel model(String architecture, int size) {
        FeatureShape input = new FeatureShape(3, size, size);
        return new JvmModel(
                TestNetworks.create(architecture, "PSD1_P16", input, 10),
                ConvolutionForms.vector().orElseThrow(),
                null,
                1);
    }
}
