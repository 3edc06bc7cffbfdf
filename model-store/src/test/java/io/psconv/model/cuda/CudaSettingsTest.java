package io.psconv.model.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CudaSettingsTest {
    @Test
    void areHalfPrecisionOnAllDevicesUnlessTold() {
        assertThat(CudaSettings.of(Map.of()))
                .isEqualTo(new CudaSettings(Precision.FP16, List.of()));
        assertThat(CudaSettings.of(Map.of("precision", "fp16", "devices", "auto")))
                .isEqualTo(new CudaSettings(Precision.FP16, List.of()));
    }

    @Test
    void takePrecisionAndDevices() {
        assertThat(CudaSettings.of(Map.of("precision", "fp32", "devices", "2+0+2")))
                .isEqualTo(new CudaSettings(Precision.FP32, List.of(0, 2)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "0,1", "0+", "0 1"})
    void rejectOtherDevices(String text) {
        assertThatThrownBy(() -> CudaSettings.of(Map.of("devices", text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "devices of engine 'cuda' was '%s' but it must be auto, an index such as"
                                + " 0, or several such as 0+2",
                        text);
    }

    @Test
    void rejectOtherPrecisionsAndOptions() {
        assertThatThrownBy(() -> CudaSettings.of(Map.of("precision", "int8")))
                .hasMessage(
                        "precision of engine 'cuda' was 'int8' but it must be one of [fp32,"
                                + " fp16]");
        assertThatThrownBy(() -> CudaSettings.of(Map.of("speed", "high")))
                .hasMessage(
                        "options of engine 'cuda' were [speed] but they must be some of [devices,"
                                + " precision]");
    }
}
