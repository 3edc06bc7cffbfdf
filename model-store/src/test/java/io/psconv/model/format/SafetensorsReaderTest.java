package io.psconv.model.format;

import static io.psconv.model.format.RawSafetensors.file;
import static io.psconv.model.format.RawSafetensors.tensor;
import static io.psconv.model.format.RawSafetensors.withHeaderLength;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsReaderTest {
    private static final long SMALL_ALLOCATION = 1 << 20;

    private final SafetensorsReader reader = new SafetensorsReader(ReadLimits.DEFAULT);

    @Test
    void readsTensorsInAnyOrderOfTheHeader() throws MalformedModelException {
        String header =
                "{\"__metadata__\":{\"key\":\"välue\"},"
                        + tensor("second", "U8", "[3]", "[8,11]")
                        + ","
                        + tensor("first", "F32", "[2,1]", "[0,8]")
                        + "}   ";
        SafetensorsFile file = reader.read(file(header, 11));
        assertThat(file.metadata()).containsEntry("key", "välue").hasSize(1);
        assertThat(file.tensors()).containsOnlyKeys("second", "first");
        assertThat(file.tensor("first").shape()).isEqualTo(List.of(2, 1));
        assertThat(file.floats(file.tensor("first"))).containsExactly(0, 0);
        assertThat(file.bytes(file.tensor("second"))).hasSize(3);
    }

    @Test
    void readsAFileWithoutTensors() throws MalformedModelException {
        assertThat(reader.read(file("{}", 0)).tensors()).isEmpty();
    }

    @Test
    void widensBrainFloats() throws MalformedModelException {
        byte[] bytes = file("{" + tensor("a", "BF16", "[1]", "[0,2]") + "}", 2);
        bytes[bytes.length - 1] = 0x3f;
        bytes[bytes.length - 2] = (byte) 0x80;
        SafetensorsFile file = reader.read(bytes);
        assertThat(file.floats(file.tensor("a"))).containsExactly(1f);
    }

    @Test
    void refusesToWidenOtherTypes() throws MalformedModelException {
        SafetensorsFile file = reader.read(file("{" + tensor("a", "I64", "[1]", "[0,8]") + "}", 8));
        assertThatExceptionOfType(MalformedModelException.class)
                .isThrownBy(() -> file.floats(file.tensor("a")))
                .withMessageContaining("dtype of tensor 'a' was 'I64'")
                .withMessageContaining("[F16, BF16, F32]");
    }

    @Test
    void namesTheMissingTensor() throws MalformedModelException {
        SafetensorsFile file = reader.read(file("{}", 0));
        assertThatExceptionOfType(MalformedModelException.class)
                .isThrownBy(() -> file.tensor("conv1.weight"))
                .withMessageContaining("tensor 'conv1.weight' is missing");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7})
    void rejectsAFileShorterThanItsPrefix(int length) {
        assertMalformed(new byte[length], 0, "size of the file was '" + length + "' bytes");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 1, 3, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 32, (1L << 32) + 2})
    void rejectsAHeaderLengthOutsideTheFile(long length) {
        assertMalformed(
                withHeaderLength(length, "{}".getBytes(StandardCharsets.UTF_8), 0),
                0,
                "header length was '" + Long.toUnsignedString(length) + "'");
    }

    @Test
    void rejectsAHeaderBeyondItsLimit() {
        SafetensorsReader narrow = new SafetensorsReader(new ReadLimits(10, 1000, 10, 10));
        byte[] bytes = file("{          }", 0);
        assertThatExceptionOfType(MalformedModelException.class)
                .isThrownBy(() -> narrow.read(bytes))
                .withMessageContaining("between 2 and 10");
    }

    @Test
    void rejectsAFileBeyondItsLimit() {
        SafetensorsReader narrow = new SafetensorsReader(new ReadLimits(100, 50, 10, 10));
        assertThatExceptionOfType(MalformedModelException.class)
                .isThrownBy(() -> narrow.read(new byte[51]))
                .withMessageContaining("size of the file was '51' bytes but it must be at most 50");
    }

    @Test
    void rejectsMoreTensorsOrMetadataThanItsLimits() {
        SafetensorsReader narrow = new SafetensorsReader(new ReadLimits(1000, 1000, 1, 1));
        String two = tensor("a", "U8", "[0]", "[0,0]") + "," + tensor("b", "U8", "[0]", "[0,0]");
        assertThatExceptionOfType(MalformedModelException.class)
                .isThrownBy(() -> narrow.read(file("{" + two + "}", 0)))
                .withMessageContaining("more than 1 tensors");
        assertThatExceptionOfType(MalformedModelException.class)
                .isThrownBy(
                        () -> narrow.read(file("{\"__metadata__\":{\"a\":\"\",\"b\":\"\"}}", 0)))
                .withMessageContaining("more than 1 entries");
    }

    @Test
    void rejectsOverlappingTensors() {
        String header =
                "{"
                        + tensor("a", "U8", "[4]", "[0,4]")
                        + ","
                        + tensor("b", "U8", "[4]", "[2,6]")
                        + "}";
        assertMalformed(file(header, 6), 8 + header.length() + 2, "tensors must not overlap");
    }

    @Test
    void rejectsTwoTensorsInTheSamePlace() {
        String header =
                "{"
                        + tensor("a", "U8", "[4]", "[0,4]")
                        + ","
                        + tensor("b", "U8", "[4]", "[0,4]")
                        + "}";
        assertMalformed(file(header, 4), 8 + header.length(), "tensors must not overlap");
    }

    @Test
    void rejectsAHole() {
        String header =
                "{"
                        + tensor("a", "U8", "[4]", "[0,4]")
                        + ","
                        + tensor("b", "U8", "[4]", "[5,9]")
                        + "}";
        assertMalformed(file(header, 9), 8 + header.length() + 4, "no hole is allowed");
    }

    @Test
    void rejectsBytesBehindTheLastTensor() {
        String header = "{" + tensor("a", "U8", "[4]", "[0,4]") + "}";
        assertMalformed(
                file(header, 7),
                8 + header.length() + 4,
                "the file had '3' bytes behind the last tensor");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[-4,0]",
                "[4,0]",
                "[0,5]",
                "[0,4294967300]",
                "[9223372036854775803,9223372036854775807]"
            })
    void rejectsOffsetsOutsideTheData(String offsets) {
        assertMalformed(
                file("{" + tensor("a", "U8", "[4]", offsets) + "}", 4),
                "data_offsets of tensor 'a' were");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[3]",
                "[2,3]",
                "[]",
                "[2147483647,2147483647,2147483647]",
                "[65536,65536,65536,65536]"
            })
    void rejectsAShapeThatDisagreesWithTheLength(String shape) {
        assertMalformed(file("{" + tensor("a", "U8", shape, "[0,4]") + "}", 4), 13, "tensor 'a':");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[-4]", "[1,1,1,1,1,1,1,1,4]"})
    void rejectsNegativeAndTooManyDimensions(String shape) {
        assertMalformed(
                file("{" + tensor("a", "U8", shape, "[0,4]") + "}", 4), "shape of tensor 'a'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"[4.0]", "[\"4\"]", "[null]", "4", "{}", "[9999999999]", "[[4]]", "[1e0]"})
    void rejectsShapesThatAreNotIntegers(String shape) {
        assertMalformed(file("{" + tensor("a", "U8", shape, "[0,4]") + "}", 4), "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[0]", "[0,2,4]", "[0,\"4\"]", "[0,4.0]", "null", "[]", "[0,1e99]"})
    void rejectsOffsetsThatAreNotTwoIntegers(String offsets) {
        assertMalformed(file("{" + tensor("a", "U8", "[4]", offsets) + "}", 4), "");
    }

    @Test
    void rejectsAnUnknownType() {
        assertMalformed(
                file("{" + tensor("a", "F33", "[1]", "[0,4]") + "}", 4),
                "dtype of tensor 'a' was 'F33' but it must be one of [BOOL, U8");
    }

    @Test
    void rejectsTheSameKeyTwice() {
        String one = tensor("a", "U8", "[0]", "[0,0]");
        assertMalformed(file("{" + one + "," + one + "}", 0), "uplicate");
        assertMalformed(file("{\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"}}", 0), "uplicate");
        assertMalformed(file("{\"__metadata__\":{},\"__metadata__\":{}}", 0), "uplicate");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"__metadata__\":{\"k\":1}}",
                "{\"__metadata__\":{\"k\":null}}",
                "{\"__metadata__\":{\"k\":{}}}",
                "{\"__metadata__\":[]}",
                "{\"a\":1}",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[0]}}",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0],\"more\":1}}",
                "{\"a\":{}}",
                "{}{}",
                "{} x",
                "{",
                "{\"a\"",
                "{'a':1}",
                "{//comment\n}",
                "[]",
                "  {}",
                "\"\""
            })
    void rejectsHeadersThatAreNotAsDescribed(String header) {
        assertMalformed(file(header, 0), "");
    }

    @Test
    void rejectsDeepNesting() {
        assertMalformed(
                file("{\"__metadata__\":" + "{\"a\":".repeat(100_000), 0),
                "must be 'VALUE_STRING'");
        assertMalformed(file("{\"a\":" + "[".repeat(100_000), 0), "must be 'START_OBJECT'");
    }

    @Test
    void rejectsTextThatIsNotUtf8() {
        byte[] header = "{\"__metadata__\":{\"k\":\"v\"}}".getBytes(StandardCharsets.UTF_8);
        header[22] = (byte) 0xff;
        assertMalformed(file(header, 0), 8 + 22, "header was not UTF-8");
        assertMalformed(file("{}".getBytes(StandardCharsets.UTF_16LE), 0), 8, "UTF-8");
        assertMalformed(file("{}".getBytes(StandardCharsets.UTF_16), 0), 8, "UTF-8");
    }

    @Test
    void tellsWhereTheHeaderIsWrong() {
        String header = "{\"__metadata__\":{\"key\":17}}";
        assertMalformed(
                file(header, 0),
                8 + header.indexOf("17"),
                "value of metadata key 'key' was 'VALUE_NUMBER_INT' but it must be 'VALUE_STRING'");
    }

    @Test
    void allocatesLittleForAFileThatClaimsMuch() {
        byte[] bytes = file("{" + tensor("a", "F32", "[1000000000]", "[0,4000000000]") + "}", 16);
        assertMalformed(bytes, "data_offsets");
        long before = AllocatedBytes.now();
        assertMalformed(bytes, "data_offsets");
        assertThat(AllocatedBytes.now() - before).isLessThan(SMALL_ALLOCATION);
    }

    @Test
    void rejectsEveryTruncation() {
        byte[] bytes = new ModelFileWriter().toBytes(SampleModels.resnet20("PSD1_P16"));
        for (int length = 0; length < bytes.length; length += length < 40 ? 1 : 997) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThat(catchThrowableOfType(MalformedModelException.class, () -> reader.read(cut)))
                    .as("cut to %d bytes", length)
                    .isNotNull();
        }
    }

    @Test
    void readsFromAPath(@TempDir Path folder) throws IOException, MalformedModelException {
        Path path = Files.write(folder.resolve("m.safetensors"), file("{}", 0));
        assertThat(reader.read(path).tensors()).isEmpty();
    }

    @Test
    void checksTheHeaderLengthOfAFileBeforeReadingItWhole(@TempDir Path folder) throws IOException {
        byte[] bytes = new byte[4 << 20];
        Arrays.fill(bytes, (byte) 0x7f);
        Path path = Files.write(folder.resolve("m.safetensors"), bytes);
        long before = AllocatedBytes.now();
        assertThatExceptionOfType(MalformedModelException.class)
                .isThrownBy(() -> reader.read(path))
                .withMessageContaining("header length");
        assertThat(AllocatedBytes.now() - before).isLessThan(2 * SMALL_ALLOCATION);
    }

    @Test
    void readsHeadersWithManyTensors() throws MalformedModelException {
        String tensors =
                IntStream.range(0, 5000)
                        .mapToObj(
                                index ->
                                        tensor(
                                                "t" + index,
                                                "U8",
                                                "[1]",
                                                "[" + index + "," + (index + 1) + "]"))
                        .collect(Collectors.joining(","));
        assertThat(reader.read(file("{" + tensors + "}", 5000)).tensors()).hasSize(5000);
    }

    private void assertMalformed(byte[] bytes, String message) {
        assertThatExceptionOfType(MalformedModelException.class)
                .isThrownBy(() -> reader.read(bytes))
                .withMessageContaining(message)
                .satisfies(
                        e ->
                                assertThat(e.offset())
                                        .isBetween(0L, (long) Math.max(8, bytes.length)));
    }

    private void assertMalformed(byte[] bytes, long offset, String message) {
        assertThatExceptionOfType(MalformedModelException.class)
                .isThrownBy(() -> reader.read(bytes))
                .withMessageContaining(message)
                .withMessageEndingWith("(at byte " + offset + ")")
                .satisfies(e -> assertThat(e.offset()).isEqualTo(offset));
    }
}
