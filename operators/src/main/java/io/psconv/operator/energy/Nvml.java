package io.psconv.operator.energy;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import io.psconv.model.engine.OptionalLibrary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** NVIDIA's management library, which comes with the driver, with its codes checked. */
final class Nvml {
    private static final String LIBRARY = Platform.isWindows() ? "nvml" : "libnvidia-ml.so.1";
    private static final int TEXT_LENGTH = 96;

    private final NvmlLibrary library;

    /**
     * Starts a library.
     *
     * @throws IOException if it refuses
     */
    Nvml(NvmlLibrary library) throws IOException {
        this.library = library;
        check(library.nvmlInit_v2(), "nvmlInit_v2", "starting");
    }

    /**
     * The one of this machine.
     *
     * @throws IOException if there is none or it does not start
     */
    static Nvml open() throws IOException {
        return open(LIBRARY);
    }

    static Nvml open(String name) throws IOException {
        try {
            return new Nvml(
                    Native.load(
                            name,
                            NvmlLibrary.class,
                            Map.of(
                                    Library.OPTION_STRING_ENCODING,
                                    StandardCharsets.US_ASCII.name())));
        } catch (LinkageError e) {
            throw new IOException(
                    "the library "
                            + name
                            + " of NVIDIA's driver cannot be loaded: "
                            + OptionalLibrary.reason(e)
                            + "; give a container the driver capability 'utility', or choose"
                            + " energy.source modelled or none",
                    e);
        }
    }

    NvmlLibrary library() {
        return library;
    }

    /**
     * A device by the address that the CUDA driver gives it.
     *
     * @throws IOException if it is not known
     */
    Pointer device(String pciBusId) throws IOException {
        PointerByReference device = new PointerByReference();
        check(
                library.nvmlDeviceGetHandleByPciBusId_v2(pciBusId, device),
                "nvmlDeviceGetHandleByPciBusId_v2",
                "looking for device " + pciBusId);
        return device.getValue();
    }

    /** A device's name and identity, for people. */
    String describe(Pointer device) throws IOException {
        byte[] name = new byte[TEXT_LENGTH];
        check(
                library.nvmlDeviceGetName(device, name, name.length),
                "nvmlDeviceGetName",
                "asking for a name");
        byte[] uuid = new byte[TEXT_LENGTH];
        check(
                library.nvmlDeviceGetUUID(device, uuid, uuid.length),
                "nvmlDeviceGetUUID",
                "asking for an identity");
        return Native.toString(name, StandardCharsets.US_ASCII)
                + " "
                + Native.toString(uuid, StandardCharsets.US_ASCII);
    }

    /**
     * Checks what a call returned.
     *
     * @param what what was being done, for the message
     */
    void check(int code, String function, String what) throws IOException {
        if (code != 0) {
            throw new IOException(
                    function
                            + ", "
                            + what
                            + ", failed with NVML error "
                            + code
                            + " ("
                            + library.nvmlErrorString(code)
                            + ")"
                            + hint(code));
        }
    }

    private static String hint(int code) {
        return switch (code) {
            case 3 -> "; the device has no such counter, which those since Volta have";
            case 4 -> "; this process may not read it";
            case 9 -> "; the driver's kernel module is not loaded";
            case 15 -> "; the device fell off the bus, restart the machine";
            case 18 ->
                    "; the driver's library and its kernel module are of different versions, restart"
                            + " the machine after an update";
            default -> "";
        };
    }
}
