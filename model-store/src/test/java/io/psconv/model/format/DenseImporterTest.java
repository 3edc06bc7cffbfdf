package io.psconv.model.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psconv.model.network.ConvolutionLayer;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.network.Network;
import io.psconv.model.network.NetworkCost;
import io.psconv.model.pattern.Variant;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DenseImporterTest {
    private static final Variant VARIANT = Variant.of("PSD1_P16");

    private final CompressedModel model =
            UntrainedModel.create(SampleModels.resnet20(), VARIANT, 4);
    private final Map<String, float[]> dense = dense(model);
    private final Map<String, String> metadata =
            new HashMap<>(
                    Map.of(
                            "variant", "PSD1_P16",
                            "classes", "a,b,c,d,e,f,g,h,i,j",
                            "mean", "0.5, 0.4,0.3",
                            "std", "0.1,0.2,0.3",
                            "bn_eps", "1e-5",
                            "recipe", "none at all"));

    @Test
    void packsTheStoredValues() throws Exception {
        CompressedModel imported = importer().build().convert(file(dense));
        assertThat(imported.variant()).isEqualTo(VARIANT);
        model.tensors()
                .forEach(
                        (name, values) ->
                                assertThat(imported.tensor(name)).as(name).isEqualTo(values));
    }

    @Test
    void takesDefaultsAndProvenanceFromTheFile() throws Exception {
        CompressedModel imported =
                importer().optProvenance(Map.of("licence", "mine")).build().convert(file(dense));
        assertThat(imported.metadata().labels()).hasSize(10).endsWith("j");
        assertThat(imported.metadata().normalisation())
                .isEqualTo(new Normalisation(List.of(0.5f, 0.4f, 0.3f), List.of(0.1f, 0.2f, 0.3f)));
        assertThat(imported.metadata().provenance())
                .isEqualTo(Map.of("recipe", "none at all", "licence", "mine"));
        assertThat(imported.metadata().dataset()).isEqualTo("cifar10");
    }

    @Test
    void prefersWhatTheCallerSays() throws Exception {
        Normalisation plain = new Normalisation(List.of(0f, 0f, 0f), List.of(1f, 1f, 1f));
        CompressedModel imported =
                importer()
                        .optVariant(Variant.DENSE)
                        .optLabels(SampleModels.LABELS)
                        .optNormalisation(plain)
                        .build()
                        .convert(file(dense));
        assertThat(imported.variant()).isEqualTo(Variant.DENSE);
        assertThat(imported.metadata().labels()).isEqualTo(SampleModels.LABELS);
        assertThat(imported.metadata().normalisation()).isEqualTo(plain);
        assertThat(imported.tensor("layer1.0.conv1.weight")).hasSize(16 * 16 * 9);
    }

    @Test
    void toleratesThePrefixAndTheBatchCounters() throws Exception {
        SafetensorsWriter writer = writer(dense, "module.");
        writer.bytes("module.bn1.num_batches_tracked", TensorType.I64, List.of(), new byte[8]);
        CompressedModel imported = importer().build().convert(read(writer));
        assertThat(imported.tensor("conv1.weight")).isEqualTo(model.tensor("conv1.weight"));
    }

    @Test
    void namesTheWeightOutsideTheSupport() throws Exception {
        float[] weights = Objects.requireNonNull(dense.get("layer2.0.conv1.weight")).clone();
        // Filter 3, channel 2: phase 6 stores position 5 only.
        weights[(3 * 16 + 2) * 9 + 7] = 0.25f;
        dense.put("layer2.0.conv1.weight", weights);
        SafetensorsFile file = file(dense);
        assertThatExceptionOfType(MalformedModelException.class)
                .isThrownBy(() -> importer().build().convert(file))
                .withMessageContaining(
                        "layer 'layer2.0.conv1' does not fit variant 'PSD1_P16': weight of filter"
                                + " 3, channel 2, position 7 was '0.25'");
    }

    @Test
    void refusesMissingForeignAndDoubleTensors() throws Exception {
        SafetensorsFile doubled =
                read(
                        writer(dense, "")
                                .bytes(
                                        "module.conv1.weight",
                                        TensorType.U8,
                                        List.of(1),
                                        new byte[1]));
        assertRefused(doubled, "tensor 'conv1.weight' was there with and without 'module.'");
        SafetensorsFile foreign =
                read(writer(dense, "").bytes("fc.weight", TensorType.U8, List.of(1), new byte[1]));
        assertRefused(foreign, "tensor 'fc.weight' is not part of resnet20");
        dense.remove("linear.bias");
        assertRefused(file(dense), "tensor 'linear.bias' of resnet20 is missing");
    }

    @Test
    void refusesAnotherNumberOfClasses() throws Exception {
        SafetensorsFile file = file(dense);
        assertThatExceptionOfType(MalformedModelException.class)
                .isThrownBy(() -> importer().optLabels(List.of("a", "b")).build().convert(file))
                .withMessageContaining("shape of tensor 'linear.weight' was '[10, 64]'")
                .withMessageContaining("demands [2, 64]");
    }

    @Test
    void refusesAnotherEpsilon() throws Exception {
        metadata.put("bn_eps", "1e-3");
        assertRefused(file(dense), "bn_eps was '[0.001]'");
    }

    @Test
    void refusesMetadataThatItCannotRead() throws Exception {
        metadata.put("variant", "PSD1_P17");
        assertRefused(file(dense), "metadata key 'variant' was wrong: variant was 'PSD1_P17'");
    }

    @Test
    void asksForWhatNobodySays() throws Exception {
        metadata.remove("variant");
        SafetensorsFile file = file(dense);
        assertThatThrownBy(() -> importer().build().convert(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("variant was not given and the file does not say it; name it");
        assertThatThrownBy(() -> DenseImporter.builder().build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("architecture was not given");
    }

    @Test
    void importsTheTrainedResnet18() throws Exception {
        CompressedModel imported =
                DenseImporter.builder()
                        .setArchitecture("resnet18")
                        .setInput(new FeatureShape(3, 32, 32))
                        .setDataset("cifar10")
                        .build()
                        .read(SharedData.file("weights/cifar10_resnet18_psd1p16.safetensors"));
        assertThat(imported.variant()).isEqualTo(VARIANT);
        assertThat(imported.metadata().labels()).startsWith("airplane").endsWith("truck");
        assertThat(imported.metadata().provenance())
                .containsEntry("test_accuracy_percent", "89.24");
        assertThat(NetworkCost.of(imported.network(), imported.variant()).parameters())
                .isEqualTo(2_019_402);
        byte[] bytes = new ModelFileWriter().toBytes(imported);
        CompressedModel read = new ModelFileReader().read(bytes);
        assertThat(read.metadata()).isEqualTo(imported.metadata());
        assertThat(read.tensor("layer4.1.conv2.weight"))
                .isEqualTo(imported.tensor("layer4.1.conv2.weight"));
    }

    @Test
    void importsTheDenseResnet20() throws Exception {
        CompressedModel imported =
                importer()
                        .optVariant(Variant.DENSE)
                        .optLabels(SampleModels.LABELS)
                        .build()
                        .read(SharedData.file("weights/cifar10_resnet20.safetensors"));
        assertThat(NetworkCost.of(imported.network(), imported.variant()).parameters())
                .isEqualTo(269_722);
        assertThat(imported.metadata().normalisation().mean()).startsWith(0.485f);
    }

    private static DenseImporter.Builder importer() {
        return DenseImporter.builder()
                .setArchitecture("resnet20")
                .setInput(SampleModels.CIFAR)
                .setDataset("cifar10");
    }

    private static void assertRefused(SafetensorsFile file, String message) {
        assertThatExceptionOfType(MalformedModelException.class)
                .isThrownBy(() -> importer().build().convert(file))
                .withMessageContaining(message);
    }

    private static Map<String, float[]> dense(CompressedModel model) {
        Network network = model.network();
        Map<String, float[]> dense = new TreeMap<>(model.tensors());
        int sparseLayers = 0;
        for (ConvolutionLayer layer : network.convolutions()) {
            if (layer.sparse()) {
                String name = layer.name() + ".weight";
                dense.put(
                        name,
                        KernelPacking.unpack(
                                model.variant()
                                        .over(sparseLayers++, layer.filters(), layer.inChannels()),
                                model.tensor(name)));
            }
        }
        return dense;
    }

    private SafetensorsFile file(Map<String, float[]> tensors) throws Exception {
        return read(writer(tensors, ""));
    }

    private SafetensorsWriter writer(Map<String, float[]> tensors, String prefix) {
        SafetensorsWriter writer = new SafetensorsWriter();
        metadata.forEach(writer::metadata);
        Map<String, List<Integer>> shapes =
                CompressedModel.expectedTensors(model.network(), Variant.DENSE);
        tensors.forEach(
                (name, values) ->
                        writer.floats(
                                prefix + name,
                                TensorType.F32,
                                shapes.getOrDefault(name, List.of()),
                                values));
        return writer;
    }

    private static SafetensorsFile read(SafetensorsWriter writer)
            throws IOException, MalformedModelException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writer.write(out);
        return new SafetensorsReader(ReadLimits.DEFAULT).read(out.toByteArray());
    }
}
