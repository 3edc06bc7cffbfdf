package io.psconv.model.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CudaDriverTest {
    private final EmulatedDriver library = new EmulatedDriver(new LinearKernels(), 3, 1L << 30);

    @Test
    void saysWhichLibraryItLookedFor() {
        assertThatThrownBy(() -> CudaDriver.load("libcuda-of-nobody.so.1"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith(
                        "engine was 'cuda' but the library of NVIDIA's driver,"
                                + " libcuda-of-nobody.so.1, cannot be loaded; install the driver,"
                                + " start a container with its GPUs (docker run --gpus all), or"
                                + " choose another classify.engine; looked for on the system's"
                                + " library path and in jna.library.path: Unable to load library"
                                + " 'libcuda-of-nobody.so.1'; libcuda-of-nobody.so.1: cannot open")
                .hasMessageNotContaining(".jar");
    }

    /**
     * A library that is there and is not the driver's. Of {@code c} functions are looked up in all
     * of the process, where an emulated driver may have been loaded.
     */
    @Test
    void saysWhichFunctionIsMissing() {
        assertThatThrownBy(() -> CudaDriver.load("m"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageMatching(
                        "library m has no function cu\\w+; it must be that of NVIDIA's driver, of"
                                + " version 470 \\(CUDA 11.4\\) or newer");
    }

    @ParameterizedTest
    @CsvSource({
        "cuInit, 100, the driver sees no device; see whether nvidia-smi lists one",
        "cuInit, 36, the driver is older than what was asked of it; install a newer one",
        "cuInit, 803, 'the driver''s library and its kernel module are of different versions'",
        "cuInit, 999, the driver does not know what failed; look for Xid",
    })
    void saysWhyItDoesNotStart(String function, int code, String meaning) {
        library.fail(function, code);

        assertThatThrownBy(() -> new CudaDriver(library))
                .isInstanceOf(CudaException.class)
                .hasMessageContaining(function + " failed with CUDA error " + code)
                .hasMessageContaining(meaning);
    }

    @Test
    void saysThatThereIsNoDevice() {
        CudaDriver driver = new CudaDriver(new EmulatedDriver(new LinearKernels(), 0, 1));

        assertThatThrownBy(driver::devices)
                .isInstanceOf(CudaException.class)
                .hasMessageContaining("CUDA error 100 (CUDA_ERROR_NO_DEVICE)");
    }

    @Test
    void doesWithoutTheSpeedOfMemory() {
        library.failAfter("cuDeviceGetAttribute", 3, 1);

        assertThat(new CudaDriver(library).devices())
                .extracting(DeviceFacts::memoryBytesPerSecond)
                .containsExactlyInAnyOrder(0.0, 3.35232e12, 3.35232e12);
    }

    /** As nvidia-smi does, whose indexes Flink hands on; the driver has the fastest first. */
    @Test
    void countsDevicesByPciAddress() {
        CudaDriver driver = new CudaDriver(library);

        assertThat(driver.devices())
                .extracting(DeviceFacts::index, DeviceFacts::handle, DeviceFacts::pciBusId)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(0, 2, "0000:3E:00.0"),
                        org.assertj.core.groups.Tuple.tuple(1, 1, "0000:3F:00.0"),
                        org.assertj.core.groups.Tuple.tuple(2, 0, "0000:40:00.0"));
        assertThat(driver.devices().get(0))
                .hasToString("device 0 (Emulated 2, 1 GiB, compute capability 8.0, 0000:3E:00.0)");
        assertThat(driver.versionText()).isEqualTo("12.4");
    }
}
