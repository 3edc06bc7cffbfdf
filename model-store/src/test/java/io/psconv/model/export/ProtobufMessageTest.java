package io.psconv.model.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected bytes are those of the format's own guide, or worked out by hand from it. */
class ProtobufMessageTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0800",
        "1, 0801",
        "127, 087f",
        "128, 088001",
        "150, 089601",
        "16384, 08808001",
        "9223372036854775807, 08ffffffffffffffff7f",
        "-1, 08ffffffffffffffffff01"
    })
    void writesNumbersSevenBitsAByte(long value, String expected) throws IOException {
        assertThat(hex(new ProtobufMessage().number(1, value))).isEqualTo(expected);
    }

    @Test
    void writesTextWithItsLength() throws IOException {
        assertThat(hex(new ProtobufMessage().text(2, "testing"))).isEqualTo("120774657374696e67");
        assertThat(hex(new ProtobufMessage().text(2, "ü"))).isEqualTo("1202c3bc");
        assertThat(hex(new ProtobufMessage().text(2, ""))).isEqualTo("1200");
    }

    @Test
    void nestsMessages() throws IOException {
        ProtobufMessage inner = new ProtobufMessage().number(1, 150);
        assertThat(hex(new ProtobufMessage().message(3, inner))).isEqualTo("1a03089601");
        assertThat(hex(new ProtobufMessage().fields(inner).number(2, 1))).isEqualTo("0896011001");
    }

    @Test
    void writesFieldsAboveFifteenInTwoBytes() throws IOException {
        assertThat(hex(new ProtobufMessage().number(20, 7))).isEqualTo("a00107");
    }

    @Test
    void repeatsAFieldForEachNumber() throws IOException {
        assertThat(hex(new ProtobufMessage().numbers(8, 3, 300))).isEqualTo("400340ac02");
    }

    @Test
    void countsItsBytes() throws IOException {
        ProtobufMessage message =
                new ProtobufMessage().message(1, new ProtobufMessage().bytes(9, new byte[300]));
        assertThat(message.length()).isEqualTo(bytes(message).length).isEqualTo(306);
    }

    private static String hex(ProtobufMessage message) throws IOException {
        return HexFormat.of().formatHex(bytes(message));
    }

    private static byte[] bytes(ProtobufMessage message) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        message.writeTo(out);
        return out.toByteArray();
    }
}
