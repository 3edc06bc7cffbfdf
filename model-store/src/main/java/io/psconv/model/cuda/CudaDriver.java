package io.psconv.model.cuda;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import io.psconv.model.engine.OptionalLibrary;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * NVIDIA's driver in this process: found, started, and asked for its devices. Thread-safe.
 *
 * <p>Nothing of the CUDA toolkit is needed, only the library that comes with the driver itself.
 */
final class CudaDriver {
    /** What comes with the driver and no package of the toolkit. */
    private static final String LIBRARY = Platform.isWindows() ? "nvcuda" : "libcuda.so.1";

    private static final int NAME_LENGTH = 256;
    private static final int BUS_ID_LENGTH = 32;
    private static final int MULTIPROCESSOR_COUNT = 16;
    private static final int MEMORY_CLOCK_RATE = 36;
    private static final int MEMORY_BUS_WIDTH = 37;
    private static final int COMPUTE_CAPABILITY_MAJOR = 75;
    private static final int COMPUTE_CAPABILITY_MINOR = 76;

    private static @Nullable CudaDriver opened;

    private final CudaLibrary library;
    private final int version;

    /**
     * Starts a driver.
     *
     * @throws CudaException if it does not start, as where there is no device
     */
    CudaDriver(CudaLibrary library) {
        this.library = library;
        checkAtStart(library.cuInit(0), "cuInit");
        IntByReference found = new IntByReference();
        checkAtStart(library.cuDriverGetVersion(found), "cuDriverGetVersion");
        this.version = found.getValue();
    }

    /**
     * The driver of this machine; found and started by the first call that succeeds.
     *
     * @throws IllegalStateException if there is no driver, it is too old, or it does not start; the
     *     message says which library was looked for
     */
    static synchronized CudaDriver open() {
        if (opened == null) {
            opened = new CudaDriver(load(LIBRARY));
        }
        return opened;
    }

    /**
     * Loads a library.
     *
     * @throws IllegalStateException if there is none, or it lacks a function
     */
    static CudaLibrary load(String name) {
        try {
            NativeLibrary found = NativeLibrary.getInstance(name);
            for (Method method : CudaLibrary.class.getDeclaredMethods()) {
                requireFunction(found, name, method.getName());
            }
            return Native.load(
                    name,
                    CudaLibrary.class,
                    Map.of(Library.OPTION_STRING_ENCODING, StandardCharsets.US_ASCII.name()));
        } catch (LinkageError e) {
            throw new IllegalStateException(
                    "engine was '"
                            + CudaEngine.NAME
                            + "' but the library of NVIDIA's driver, "
                            + name
                            + ", cannot be loaded; install the driver, start a container with its"
                            + " GPUs (docker run --gpus all), or choose another classify.engine;"
                            + " looked for on the system's library path and in jna.library.path: "
                            + OptionalLibrary.reason(e),
                    e);
        }
    }

    private static void requireFunction(NativeLibrary library, String name, String function) {
        try {
            var unused = library.getFunction(function);
        } catch (UnsatisfiedLinkError e) {
            throw new IllegalStateException(
                    "library "
                            + name
                            + " has no function "
                            + function
                            + "; it must be that of NVIDIA's driver, of version 470 (CUDA 11.4) or"
                            + " newer",
                    e);
        }
    }

    CudaLibrary library() {
        return library;
    }

    /** Newest CUDA that the driver serves: 1000 × major + 10 × minor, for example 12040. */
    int version() {
        return version;
    }

    /** As people write it, for example {@code 12.4}. */
    String versionText() {
        return version / 1000 + "." + version % 1000 / 10;
    }

    /**
     * The devices that this process may use, by PCI address.
     *
     * @throws CudaException if there are none or the driver cannot tell
     */
    List<DeviceFacts> devices() {
        IntByReference count = new IntByReference();
        checkAtStart(library.cuDeviceGetCount(count), "cuDeviceGetCount");
        if (count.getValue() == 0) {
            checkAtStart(CudaResult.NO_DEVICE.code(), "cuDeviceGetCount");
        }
        List<DeviceFacts> found =
                IntStream.range(0, count.getValue())
                        .mapToObj(this::facts)
                        .sorted(Comparator.comparing(DeviceFacts::pciBusId))
                        .toList();
        List<DeviceFacts> numbered = new ArrayList<>();
        for (DeviceFacts facts : found) {
            numbered.add(
                    new DeviceFacts(
                            facts.handle(),
                            numbered.size(),
                            facts.name(),
                            facts.pciBusId(),
                            facts.major(),
                            facts.minor(),
                            facts.multiprocessors(),
                            facts.memoryBytes(),
                            facts.memoryBytesPerSecond()));
        }
        return List.copyOf(numbered);
    }

    private DeviceFacts facts(int ordinal) {
        IntByReference device = new IntByReference();
        checkAtStart(library.cuDeviceGet(device, ordinal), "cuDeviceGet");
        int handle = device.getValue();
        byte[] name = new byte[NAME_LENGTH];
        checkAtStart(library.cuDeviceGetName(name, name.length, handle), "cuDeviceGetName");
        byte[] busId = new byte[BUS_ID_LENGTH];
        checkAtStart(
                library.cuDeviceGetPCIBusId(busId, busId.length, handle), "cuDeviceGetPCIBusId");
        LongByReference memory = new LongByReference();
        checkAtStart(library.cuDeviceTotalMem_v2(memory, handle), "cuDeviceTotalMem_v2");
        return new DeviceFacts(
                handle,
                ordinal,
                Native.toString(name, StandardCharsets.US_ASCII),
                Native.toString(busId, StandardCharsets.US_ASCII),
                attribute(COMPUTE_CAPABILITY_MAJOR, handle),
                attribute(COMPUTE_CAPABILITY_MINOR, handle),
                attribute(MULTIPROCESSOR_COUNT, handle),
                memory.getValue(),
                // Two transfers a cycle; kilohertz and bits.
                2e3
                        * attributeIfKnown(MEMORY_CLOCK_RATE, handle)
                        * attributeIfKnown(MEMORY_BUS_WIDTH, handle)
                        / 8);
    }

    /** What is only good to know, and a driver need not tell: 0 where it does not. */
    private int attributeIfKnown(int attribute, int handle) {
        IntByReference value = new IntByReference();
        int code = library.cuDeviceGetAttribute(value, attribute, handle);
        return code == CudaResult.SUCCESS ? value.getValue() : 0;
    }

    private int attribute(int attribute, int handle) {
        IntByReference value = new IntByReference();
        checkAtStart(
                library.cuDeviceGetAttribute(value, attribute, handle), "cuDeviceGetAttribute");
        return value.getValue();
    }

    /** Before a device is used nothing can be lost, whatever the code. */
    private static void checkAtStart(int code, String function) {
        if (code != CudaResult.SUCCESS) {
            throw new CudaException(code, function + " failed with " + CudaResult.describe(code));
        }
    }

    /**
     * Checks what a call returned.
     *
     * @param what what was being done, and where, for the message
     * @throws CudaException if the call failed
     * @throws CudaDeviceError if the device is lost; calls report what earlier launches did, too
     */
    static void check(int code, String function, String what) {
        if (code == CudaResult.SUCCESS) {
            return;
        }
        String message = function + ", " + what + ", failed with " + CudaResult.describe(code);
        @Nullable CudaResult result = CudaResult.of(code);
        if (result != null && result.effect() == CudaResult.Effect.DEVICE_LOST) {
            throw new CudaDeviceError(
                    message
                            + "; the device is lost to this process, which must end and be started"
                            + " again");
        }
        throw new CudaException(code, message);
    }
}
