package io.psconv.model.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Opcodes as {@code pickletools} of Python describes them. */
class PicklerTest {
    @Test
    void writesAnEmptyTupleAsPyTorchDoes() {
        assertThat(new Pickler().emptyTuple().stop()).isEqualTo(latin("\u0080\u0002)."));
    }

    @Test
    void writesAnObjectWithItsState() {
        byte[] pickle =
                new Pickler()
                        .global("__torch__", "Net")
                        .emptyTuple()
                        .newObject()
                        .emptyDict()
                        .mark()
                        .text("training")
                        .bool(false)
                        .text("on")
                        .bool(true)
                        .setItems()
                        .build()
                        .stop();

        assertThat(pickle)
                .isEqualTo(
                        latin(
                                "\u0080\u0002c__torch__\nNet\n)\u0081}(X\u0008\0\0\0training\u0089"
                                        + "X\u0002\0\0\0on\u0088ub."));
    }

    @Test
    void writesNumbersLittleEndian() {
        assertThat(new Pickler().numbers(List.of(1, 0x01020304, -2)).stop())
                .isEqualTo(
                        latin(
                                "\u0080\u0002(J\u0001\0\0\0J\u0004\u0003\u0002\u0001J\u00fe\u00ff\u00ff\u00fft."));
    }

    @Test
    void callsFunctionsAndNamesWhatLiesOutside() {
        assertThat(
                        new Pickler()
                                .mark()
                                .text("é")
                                .tuple()
                                .persistentId()
                                .global("collections", "OrderedDict")
                                .emptyTuple()
                                .reduce()
                                .stop())
                .isEqualTo(
                        latin(
                                "\u0080\u0002(X\u0002\0\0\0\u00c3\u00a9tQccollections\nOrderedDict\n)R."));
    }

    private static byte[] latin(String bytes) {
        return bytes.getBytes(StandardCharsets.ISO_8859_1);
    }
}
