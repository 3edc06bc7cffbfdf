package io.psconv.model.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class TensorEntryTest {
    @Test
    void countsElementsOfScalarsAndEmptyTensors() {
        assertThat(new TensorEntry("a", TensorType.F32, List.of(), 8, 4).elements()).isEqualTo(1);
        assertThat(new TensorEntry("a", TensorType.F32, List.of(0, 5), 8, 0).elements()).isZero();
        assertThat(new TensorEntry("a", TensorType.F16, List.of(2, 3), 8, 12).end()).isEqualTo(20);
    }

    @Test
    void rejectsALengthThatDisagreesWithTheShape() {
        assertThatThrownBy(() -> new TensorEntry("a", TensorType.F32, List.of(2), 8, 4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("length of tensor 'a' was '4' but shape [2] of F32 takes 8 bytes");
    }

    @Test
    void rejectsAnOffsetThatEndsBeyondTheArray() {
        assertThatThrownBy(
                        () -> new TensorEntry("a", TensorType.U8, List.of(9), Integer.MAX_VALUE, 9))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("offset of tensor 'a' was '2147483647'");
    }

    @Test
    void rejectsShapesBeyondCounting() {
        List<Integer> huge = Collections.nCopies(3, Integer.MAX_VALUE);
        assertThatThrownBy(() -> TensorEntry.byteLength(TensorType.F32, huge))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("beyond counting");
        assertThatThrownBy(() -> TensorEntry.byteLength(TensorType.U8, Collections.nCopies(9, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most 8 dimensions");
        assertThatThrownBy(() -> TensorEntry.byteLength(TensorType.U8, List.of(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("negative");
    }
}
