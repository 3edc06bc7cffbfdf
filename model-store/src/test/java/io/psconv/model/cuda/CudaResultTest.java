package io.psconv.model.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CudaResultTest {
    /** From NVIDIA's cuda.h. */
    @ParameterizedTest
    @CsvSource({
        "2, OUT_OF_MEMORY",
        "100, NO_DEVICE",
        "209, NO_BINARY_FOR_GPU",
        "214, ECC_UNCORRECTABLE",
        "218, INVALID_PTX",
        "222, UNSUPPORTED_PTX_VERSION",
        "500, NOT_FOUND",
        "700, ILLEGAL_ADDRESS",
        "701, LAUNCH_OUT_OF_RESOURCES",
        "702, LAUNCH_TIMEOUT",
        "719, LAUNCH_FAILED",
        "804, COMPAT_NOT_SUPPORTED_ON_DEVICE",
        "999, UNKNOWN"
    })
    void knowsCodesByName(int code, String name) {
        assertThat(CudaResult.of(code)).hasToString(name);
        assertThat(CudaResult.describe(code))
                .startsWith("CUDA error " + code + " (CUDA_ERROR_" + name + "): ");
    }

    @ParameterizedTest
    @EnumSource
    void saysWhatEachMeans(CudaResult result) {
        assertThat(CudaResult.describe(result.code()).replaceFirst(".*: ", ""))
                .hasSizeGreaterThan(15)
                .doesNotEndWith(".");
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                4, 214, 220, 226, 700, 702, 709, 710, 714, 715, 716, 717, 718, 719, 721, 810, 911,
                999
            })
    void whatNoCallSurvivesIsFatalToTheJvm(int code) {
        assertThatThrownBy(() -> CudaDriver.check(code, "cuGraphLaunch", "launching the network"))
                .isInstanceOf(CudaDeviceError.class)
                // What Flink's ExceptionUtils.isJvmFatalError looks for.
                .isInstanceOf(InternalError.class)
                .hasMessageStartingWith(
                        "cuGraphLaunch, launching the network, failed with CUDA error "
                                + code
                                + " (CUDA_ERROR_"
                                + CudaResult.of(code)
                                + "): ")
                .hasMessageEndingWith(
                        "; the device is lost to this process, which must end and be started"
                                + " again");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 46, 100, 201, 209, 218, 222, 400, 500, 701, 720, 801, 900, 12345})
    void whatACallSurvivesIsAnException(int code) {
        assertThatThrownBy(() -> CudaDriver.check(code, "cuMemAlloc_v2", "allocating"))
                .isInstanceOf(CudaException.class)
                .hasMessageStartingWith("cuMemAlloc_v2, allocating, failed with CUDA error " + code)
                .extracting(thrown -> ((CudaException) thrown).code())
                .isEqualTo(code);
    }

    @Test
    void successIsNothing() {
        assertThatCode(() -> CudaDriver.check(0, "cuInit", "")).doesNotThrowAnyException();
    }

    @Test
    void saysThatACodeIsNotKnown() {
        assertThat(CudaResult.describe(12_345))
                .isEqualTo(
                        "CUDA error 12345, which is not known here; see CUresult in NVIDIA's"
                                + " cuda.h");
    }
}
