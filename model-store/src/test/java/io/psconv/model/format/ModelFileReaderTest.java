package io.psconv.model.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.psconv.model.network.Architectures;
import io.psconv.model.network.FeatureShape;
import io.psconv.model.pattern.Variant;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelFileReaderTest {
    private final ModelFileReader reader = new ModelFileReader();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dense",
                "PS4_P4",
                "PS1_P9",
                "PSD1_P16",
                "PSD2_P8_B16",
                "PS2_P6_Ball",
                "pSC2_S9"
            })
    void readsWhatTheWriterWrites(String variant) throws MalformedModelException {
        CompressedModel model = SampleModels.resnet20(variant);
        assertSame(reader.read(new ModelFileWriter().toBytes(model)), model);
    }

    @Test
    void readsAModelWithoutGoldenVectors() throws MalformedModelException {
        CompressedModel model = SampleModels.resnet20("PS4_P4").withGolden(null);
        assertThat(reader.read(new ModelFileWriter().toBytes(model)).golden()).isNull();
    }

    @Test
    void readsOtherArchitecturesAndInputs() throws MalformedModelException {
        CompressedModel model =
                UntrainedModel.create(
                        Architectures.create("resnet56", new FeatureShape(1, 64, 64), 3),
                        Variant.of("PSD4_P8"),
                        3);
        assertThat(reader.read(new ModelFileWriter().toBytes(model)).network())
                .isEqualTo(model.network());
    }

    @Test
    void widensWeightsOfHalfPrecision() throws MalformedModelException {
        CompressedModel model = SampleModels.resnet20("PSD1_P16");
        ModelFileWriter writer = new ModelFileWriter(TensorType.F16);
        assertSame(reader.read(writer.toBytes(model)), writer.stored(model));
    }

    @Test
    void ignoresMetadataOfOtherTools() throws IOException, MalformedModelException {
        byte[] bytes = edited(metadata -> metadata.put("format", "pt"));
        assertThat(reader.read(bytes).variant()).isEqualTo(Variant.of("PSD1_P16"));
    }

    @Test
    void refusesAnUnknownFormatVersion() throws IOException {
        assertRefused(
                edited(metadata -> metadata.put("psconv.format-version", "2")),
                "psconv.format-version was '2' but this release reads only '1'");
    }

    @Test
    void refusesAnUnknownKeyOfItsOwn() throws IOException {
        assertRefused(
                edited(metadata -> metadata.put("psconv.more", "2")),
                "metadata had a key 'psconv.more' but format version 1 does not know it");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "psconv.format-version",
                "psconv.architecture",
                "psconv.variant",
                "psconv.dataset",
                "psconv.labels",
                "psconv.input-shape",
                "psconv.normalisation.mean",
                "psconv.normalisation.standard-deviation",
                "psconv.patterns"
            })
    void namesTheMissingKey(String key) throws IOException {
        assertRefused(
                edited(metadata -> metadata.remove(key)), "metadata key '" + key + "' is missing");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "psconv.architecture|resnet19|architecture was 'resnet19' but it must be one of",
                "psconv.variant|PSD1_P15|variant was 'PSD1_P15' but it must be one of",
                "psconv.labels|[\"a\",1]|not a JSON array of strings",
                "psconv.labels|[\"a\"]|classes was '1' but it must be between 2 and 100000",
                "psconv.labels|[\"a\",\"b\"]|but architecture and variant demand [2, 64]",
                "psconv.input-shape|3x32|input shape was '3x32' but it must be",
                "psconv.input-shape|3x0x0|channels, height and width must be at least 1",
                "psconv.input-shape|3x99999x99999|its side a multiple of 32 up to 256",
                "psconv.input-shape|4x32x32|but architecture and variant demand [16, 4, 3, 3]",
                "psconv.normalisation.mean|0.1,x,0.2|list of numbers was '0.1,x,0.2'",
                "psconv.normalisation.mean|0.1,NaN,0.2|normalisation mean was 'NaN'",
                "psconv.normalisation.mean|0.1,0.2|normalisation had 2 means but 3",
                "psconv.normalisation.standard-deviation|1,0,1|deviation was '0.0'",
                "psconv.patterns|[]|psconv.patterns had '0' layers but variant 'PSD1_P16' has 18",
                "psconv.patterns|[{\"layer\":2}]|the pattern table was not readable",
                "psconv.golden.tolerance.fp32|-1|tolerance of golden vectors was '-1.0'",
                "psconv.golden.tolerance.fp32|1,2|tolerance was '1,2' but it must be one number"
            })
    void refusesWrongMetadata(String key, String value, String message) throws IOException {
        assertRefused(edited(metadata -> metadata.put(key, value)), message);
    }

    @Test
    void refusesAPatternThatTheVariantDoesNotMean() throws IOException {
        assertRefused(
                edited(
                        metadata ->
                                metadata.computeIfPresent(
                                        "psconv.patterns",
                                        (key, json) -> json.replaceFirst("511", "510"))),
                "psconv.patterns of layer 'layer1.0.conv1' was");
    }

    @Test
    void refusesAVariantOfEqualSizesButOtherSupports() throws IOException {
        assertRefused(
                edited(metadata -> metadata.put("psconv.variant", "PSD1_P16_B16")),
                "but variant 'PSD1_P16_B16' means");
    }

    @Test
    void refusesATensorOfAnotherShape() throws IOException {
        CompressedModel model = SampleModels.resnet20("PSD1_P16");
        byte[] bytes =
                editedTensors(model, "bn1.weight", TensorType.F32, List.of(4, 4), new byte[64]);
        assertRefused(
                bytes,
                "shape of tensor 'bn1.weight' was '[4, 4]' but architecture and variant demand"
                        + " [16]");
    }

    @Test
    void refusesATensorOfAnotherType() throws IOException {
        byte[] bytes =
                editedTensors(
                        SampleModels.resnet20("PSD1_P16"),
                        "bn1.weight",
                        TensorType.I32,
                        List.of(16),
                        new byte[64]);
        assertRefused(bytes, "dtype of tensor 'bn1.weight' was 'I32'");
    }

    @Test
    void refusesMissingAndForeignTensors() throws IOException {
        CompressedModel model = SampleModels.resnet20("PSD1_P16");
        assertRefused(
                editedTensors(model, "more", TensorType.U8, List.of(1), new byte[1]),
                "tensor 'more' is not part of the network");
        assertRefused(
                editedTensors(model, "linear.bias", null, List.of(), new byte[0]),
                "tensor 'linear.bias' is missing");
        assertRefused(
                editedTensors(model, "golden.logits", null, List.of(), new byte[0]),
                "golden vectors were incomplete");
        assertRefused(
                editedTensors(
                        model,
                        "golden.input",
                        TensorType.U8,
                        List.of(1, 3, 32, 32),
                        new byte[3072]),
                "shape of tensor 'golden.input' was '[1, 3, 32, 32]'");
        assertRefused(
                editedTensors(
                        model,
                        "golden.input",
                        TensorType.I8,
                        List.of(2, 3, 32, 32),
                        new byte[6144]),
                "golden vectors were 'I8' and 'F32'");
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void refusesWeightsThatAreNotFinite(float value) throws MalformedModelException {
        byte[] bytes = new ModelFileWriter().toBytes(SampleModels.resnet20("PSD1_P16"));
        int offset =
                new SafetensorsReader(ReadLimits.DEFAULT)
                                .read(bytes)
                                .tensor("layer2.0.conv1.weight")
                                .offset()
                        + 4 * 11;
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat(offset, value);
        assertThatExceptionOfType(MalformedModelException.class)
                .isThrownBy(() -> reader.read(bytes))
                .withMessageContaining(
                        "value 11 of tensor 'layer2.0.conv1.weight' was '" + value + "'")
                .satisfies(e -> assertThat(e.offset()).isEqualTo(offset));
    }

    @Test
    void refusesANegativeVarianceAndKeepsTheCause() throws IOException {
        byte[] minusOnes = new byte[64];
        for (int index = 0; index < 16; index++) {
            ByteBuffer.wrap(minusOnes).order(ByteOrder.LITTLE_ENDIAN).putFloat(4 * index, -1);
        }
        byte[] bytes =
                editedTensors(
                        SampleModels.resnet20("PSD1_P16"),
                        "bn1.running_var",
                        TensorType.F32,
                        List.of(16),
                        minusOnes);
        assertThatExceptionOfType(MalformedModelException.class)
                .isThrownBy(() -> reader.read(bytes))
                .withMessageContaining(
                        "value 0 of tensor 'bn1.running_var' was '-1.0' but a variance must not be"
                                + " negative")
                .withCauseInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesAPlainSafetensorsFile() {
        assertRefused(
                RawSafetensors.file("{}", 0),
                "metadata key 'psconv.format-version' is missing; the file is no model of this"
                        + " project");
    }

    private static void assertSame(CompressedModel read, CompressedModel model) {
        assertThat(read.network()).isEqualTo(model.network());
        assertThat(read.variant()).isEqualTo(model.variant());
        assertThat(read.metadata()).isEqualTo(model.metadata());
        assertThat(read.tensors()).containsOnlyKeys(model.tensors().keySet());
        model.tensors()
                .forEach(
                        (name, values) -> assertThat(read.tensor(name)).as(name).isEqualTo(values));
        GoldenVectors given = Objects.requireNonNull(model.golden());
        GoldenVectors golden = Objects.requireNonNull(read.golden());
        assertThat(golden.count()).isEqualTo(given.count());
        assertThat(golden.input()).isEqualTo(given.input());
        assertThat(golden.logits()).isEqualTo(given.logits());
        assertThat(golden.tolerance()).isEqualTo(given.tolerance());
    }

    private void assertRefused(byte[] bytes, String message) {
        assertThatExceptionOfType(MalformedModelException.class)
                .isThrownBy(() -> reader.read(bytes))
                .withMessageContaining(message);
    }

    private static byte[] edited(Consumer<Map<String, String>> edit) throws IOException {
        Source source = Source.of(SampleModels.resnet20("PSD1_P16"));
        edit.accept(source.metadata());
        return source.toBytes();
    }

    /** Replaces, adds or (type null) removes a tensor. */
    private static byte[] editedTensors(
            CompressedModel model,
            String name,
            @Nullable TensorType type,
            List<Integer> shape,
            byte[] bytes)
            throws IOException {
        Source source = Source.of(model);
        source.tensors().remove(name);
        if (type != null) {
            source.tensors().put(name, new Content(type, shape, bytes));
        }
        return source.toBytes();
    }

    private record Content(TensorType type, List<Integer> shape, byte[] bytes) {}

    private record Source(Map<String, String> metadata, Map<String, Content> tensors) {
        static Source of(CompressedModel model) throws IOException {
            try {
                SafetensorsFile file =
                        new SafetensorsReader(ReadLimits.DEFAULT)
                                .read(new ModelFileWriter().toBytes(model));
                Map<String, Content> tensors = new LinkedHashMap<>();
                for (TensorEntry entry : file.tensors().values()) {
                    tensors.put(
                            entry.name(),
                            new Content(entry.type(), entry.shape(), file.bytes(entry)));
                }
                return new Source(new HashMap<>(file.metadata()), tensors);
            } catch (MalformedModelException e) {
                throw new IOException(e);
            }
        }

        byte[] toBytes() throws IOException {
            SafetensorsWriter writer = new SafetensorsWriter();
            metadata.forEach(writer::metadata);
            tensors.forEach(
                    (name, content) ->
                            writer.bytes(name, content.type(), content.shape(), content.bytes()));
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            writer.write(out);
            return out.toByteArray();
        }
    }
}
