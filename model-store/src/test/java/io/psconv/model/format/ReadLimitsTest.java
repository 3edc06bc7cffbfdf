package io.psconv.model.format;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ReadLimitsTest {
    @Test
    void rejectsALimitBelowOne() {
        assertThatThrownBy(() -> new ReadLimits(0, 1, 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxHeaderBytes was '0' but it must be between 1 and 2147483639");
        assertThatThrownBy(() -> new ReadLimits(1, 1, 1, -3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("maxMetadataEntries was '-3'");
    }
}
