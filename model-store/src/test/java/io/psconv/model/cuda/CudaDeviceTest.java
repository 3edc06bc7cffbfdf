package io.psconv.model.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CudaDeviceTest {
    private static final byte[] PTX = LinearKernels.PTX.getBytes(StandardCharsets.US_ASCII);

    private final EmulatedDriver library = new EmulatedDriver(new LinearKernels(), 1, 1 << 20);
    private final CudaDriver driver = new CudaDriver(library);
    private final DeviceFacts facts = driver.devices().get(0);

    @Test
    void closesInReverseOrder() {
        CudaDevice device = new CudaDevice(driver, facts, PTX);
        library.forgetCalls();

        device.close();

        assertThat(library.calls())
                .containsExactly(
                        // The inference thread leaves.
                        "cuCtxPopCurrent_v2",
                        "cuCtxPushCurrent_v2",
                        "cuStreamDestroy_v2",
                        "cuStreamDestroy_v2",
                        "cuModuleUnload",
                        "cuCtxPopCurrent_v2",
                        "cuDevicePrimaryCtxRelease_v2");
        assertThat(library.stillOpen()).isEmpty();
    }

    /** Whoever comes first may be gone long before the device is closed. */
    @Test
    void itsThreadKeepsNoClassesOfTheOneThatOpensIt() {
        Thread opener = Thread.currentThread();
        ClassLoader before = opener.getContextClassLoader();
        opener.setContextClassLoader(new ClassLoader(before) {});
        CudaDevice device;
        try {
            device = new CudaDevice(driver, facts, PTX);
        } finally {
            opener.setContextClassLoader(before);
        }

        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().equals("psconv-cuda-0"))
                .isNotEmpty()
                .allMatch(
                        thread ->
                                thread.getContextClassLoader()
                                        == CudaDevice.class.getClassLoader());
        device.close();
    }

    @ParameterizedTest
    @CsvSource({
        "cuDevicePrimaryCtxRetain, 0",
        "cuCtxPushCurrent_v2, 0",
        "cuCtxPushCurrent_v2, 1",
        "cuModuleLoadDataEx, 0",
        "cuStreamCreate, 0",
        "cuStreamCreate, 1"
    })
    void leavesNothingOpenWhereOpeningFails(String function, int successes) {
        library.failAfter(function, successes, 2);

        assertThatThrownBy(() -> new CudaDevice(driver, facts, PTX))
                .isInstanceOf(CudaException.class)
                .hasMessageContaining(function)
                .hasMessageContaining("on device 0 (Emulated 0")
                .hasMessageContaining("CUDA error 2 (CUDA_ERROR_OUT_OF_MEMORY)");
        assertThat(library.stillOpen()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"cuStreamDestroy_v2", "cuModuleUnload"})
    void closesTheRestWhereClosingOneThingFails(String function) {
        CudaDevice device = new CudaDevice(driver, facts, PTX);
        library.fail(function, 1);

        assertThatThrownBy(device::close).isInstanceOf(CudaException.class);
        assertThat(library.retained(0)).isZero();
        assertThat(library.stillOpen()).hasSizeLessThan(3).doesNotContain("Context");
    }

    @Test
    void explainsKernelsThatAreTooNewForTheDriver() {
        library.fail("cuModuleLoadDataEx", 222);

        assertThatThrownBy(() -> new CudaDevice(driver, facts, PTX))
                .hasMessageStartingWith(
                        "cuModuleLoadDataEx, loading the kernels (PTX 7.4 for sm_80), which need"
                                + " driver 470 (CUDA 11.4) or newer while this one serves CUDA"
                                + " 12.4, on device 0 ")
                .hasMessageContaining("CUDA error 222 (CUDA_ERROR_UNSUPPORTED_PTX_VERSION)");
    }

    @Test
    void explainsKernelsThatAreTooNewForTheDevice() {
        library.fail("cuModuleLoadDataEx", 209);

        assertThatThrownBy(() -> new CudaDevice(driver, facts, PTX))
                .hasMessageStartingWith(
                        "cuModuleLoadDataEx, loading the kernels (PTX 7.4 for sm_80), while this"
                                + " device has compute capability 8.0, on device 0 ");
    }

    @Test
    void repeatsWhatTheCompilerSays() {
        library.fail("cuModuleLoadDataEx", 218);
        library.compilerSays("ptxas fatal : Unknown opcode\n");

        assertThatThrownBy(() -> new CudaDevice(driver, facts, PTX))
                .hasMessageContaining(
                        ", of which the driver's compiler says «ptxas fatal : Unknown opcode», on"
                                + " device 0 ");
    }

    @Test
    void saysHowMuchMemoryThereIs() {
        try (CudaDevice device = new CudaDevice(driver, facts, PTX)) {
            assertThatThrownBy(
                            () ->
                                    device.inContext(
                                            () ->
                                                    new DeviceMemory(
                                                            device.context(),
                                                            2 << 20,
                                                            "feature maps")))
                    .isInstanceOf(CudaException.class)
                    .hasMessageStartingWith(
                            "cuMemAlloc_v2, allocating 2097152 bytes for feature maps, where of"
                                    + " 1048576 bytes 1048576 are free, on device 0 ")
                    .hasMessageContaining("(classify.batch.max-size)");
        }
    }

    @Test
    void threadsAreLeftAsTheyWere() {
        try (CudaDevice device = new CudaDevice(driver, facts, PTX)) {
            library.forgetCalls();

            assertThat(device.inContext(() -> 7)).isEqualTo(7);

            assertThat(library.calls())
                    .containsExactly("cuCtxPushCurrent_v2", "cuCtxPopCurrent_v2");
        }
    }

    @Test
    void aLostDeviceStaysLost() {
        CudaDevice device = new CudaDevice(driver, facts, PTX);
        library.fail("cuMemAlloc_v2", 719);
        assertThatThrownBy(
                        () ->
                                device.inContext(
                                        () -> new DeviceMemory(device.context(), 256, "maps")))
                .isInstanceOf(CudaDeviceError.class);

        // The emulated device would answer again.
        assertThatThrownBy(() -> device.inContext(() -> 7))
                .isInstanceOf(CudaDeviceError.class)
                .hasMessageContaining("CUDA_ERROR_LAUNCH_FAILED");
        assertThatThrownBy(() -> device.thread().run(() -> {}))
                .isInstanceOf(CudaDeviceError.class)
                .hasMessageContaining("CUDA_ERROR_LAUNCH_FAILED");
        device.close();
    }
}
