package io.psconv.model.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.model.convolution.ConvolutionForms;
import io.psconv.model.format.CompressedModel;
import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.network.Layer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TurnTest {
    @ParameterizedTest
    @CsvSource({"resnet18,all", "resnet20,all", "vgg16,all", "resnet50,all", "resnet18,half"})
    void everyBandIsMadeOnceAndAfterWhatItReads(String architecture, String count) {
        int images = count.equals("all") ? BatchPlan.INTERLEAVED : BatchPlan.INTERLEAVED / 2;
        CompressedModel model = TestNetworks.cifar(architecture, "PSD1_P16");
        NetworkSegment segment = plan(model, images).together();
        Map<String, Integer> rowsMade = new HashMap<>();
        for (Turn turn : segment.turns()) {
            Layer layer = segment.layers().get(turn.layer());
            String what = layer.name() + ", band " + turn.band();
            int height = model.network().shapes().of(layer.name()).height();
            int rows = height / turn.step().bands();
            int first = rowsMade.getOrDefault(layer.name(), 0);
            assertThat(turn.step()).isSameAs(segment.steps()[turn.layer()]);
            assertThat(turn.band() * rows).as(what).isEqualTo(first);
            for (String read : SegmentPlan.reads(layer)) {
                int readHeight = model.network().shapes().of(read).height();
                boolean given =
                        segment.layers().stream().noneMatch(other -> other.name().equals(read));
                int there = given ? readHeight : rowsMade.getOrDefault(read, 0);
                assertThat(there)
                        .as(what + " reads " + read)
                        .isGreaterThanOrEqualTo(
                                Math.min(readHeight, rowsRead(layer, read, first + rows)));
            }
            rowsMade.put(layer.name(), first + rows);
        }
        for (Layer layer : segment.layers()) {
            assertThat(rowsMade)
                    .containsEntry(
                            layer.name(), model.network().shapes().of(layer.name()).height());
        }
    }

    /** Rows from the top that must be there for the first {@code rows} of a layer's output. */
    private static int rowsRead(Layer layer, String read, int rows) {
        if (!(layer instanceof ConvolutionLayer convolution)) {
            return Integer.MAX_VALUE;
        }
        return read.equals(convolution.input())
                ? (rows - 1) * convolution.stride() + convolution.kernelSize() / 2 + 1
                : rows;
    }

    @Test
    void takesABlockOfInterleavedImagesRowByRow() {
        NetworkSegment segment =
                plan(TestNetworks.cifar("resnet18", "PSD1_P16"), BatchPlan.INTERLEAVED).together();
        List<String> names =
                List.of(segment.turns()).subList(0, 9).stream()
                        .map(turn -> segment.layers().get(turn.layer()).name() + " " + turn.band())
                        .toList();
        assertThat(names)
                .containsExactly(
                        "conv1 0",
                        "conv1 1",
                        "layer1.0.conv1 0",
                        "conv1 2",
                        "layer1.0.conv1 1",
                        "layer1.0.conv2 0",
                        "conv1 3",
                        "layer1.0.conv1 2",
                        "layer1.0.conv2 1");
    }

    @Test
    void takesLayersOneAfterAnotherWhereImagesLieSideBySide() {
        NetworkSegment segment = plan(TestNetworks.cifar("resnet18", "PSD1_P16"), 4).together();
        assertThat(segment.turns())
                .extracting(Turn::layer)
                .isSorted()
                .hasSize(segment.layers().size());
    }

    private static NetworkPlan plan(CompressedModel model, int images) {
        JvmModel packed = new JvmModel(model, ConvolutionForms.vector().orElseThrow(), null, 1);
        return NetworkPlan.of(packed, images, 1);
    }
}
