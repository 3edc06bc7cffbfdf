package io.psconv.model.cuda;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Return codes of the CUDA driver that stand for failure, and what they mean for a process.
 *
 * <p>Codes and names are those of NVIDIA's {@code cuda.h}; there, too, is which of them leave a
 * process unable to use a device ever again.
 */
enum CudaResult {
    INVALID_VALUE(1, Effect.CALL_FAILED, "an argument was outside its range"),
    OUT_OF_MEMORY(
            2,
            Effect.CALL_FAILED,
            "the memory asked for is not free; serve fewer models or smaller "
                    + "batches (classify.batch.max-size), or end what else uses the "
                    + "device"),
    NOT_INITIALIZED(3, Effect.CALL_FAILED, "the driver was not started in this process"),
    DEINITIALIZED(4, Effect.DEVICE_LOST, "the driver is shutting down in this process"),
    STUB_LIBRARY(
            34,
            Effect.CALL_FAILED,
            "the library is the stub of a CUDA toolkit, for linking only; take "
                    + "it off the library path, so that the one of NVIDIA's driver is "
                    + "found"),
    CALL_REQUIRES_NEWER_DRIVER(
            36,
            Effect.CALL_FAILED,
            "the driver is older than what was asked of it; install a newer one"),
    DEVICE_UNAVAILABLE(
            46,
            Effect.CALL_FAILED,
            "another process has the device for itself (compute mode, nvidia-"
                    + "smi -q -d COMPUTE)"),
    NO_DEVICE(
            100,
            Effect.CALL_FAILED,
            "the driver sees no device; see whether nvidia-smi lists one, and "
                    + "CUDA_VISIBLE_DEVICES, and start a container with its GPUs"),
    INVALID_DEVICE(101, Effect.CALL_FAILED, "there is no such device"),
    DEVICE_NOT_LICENSED(102, Effect.CALL_FAILED, "the virtual device has no licence"),
    INVALID_IMAGE(200, Effect.CALL_FAILED, "the kernels are no module that the driver can read"),
    INVALID_CONTEXT(201, Effect.CALL_FAILED, "the thread has no valid context"),
    MAP_FAILED(205, Effect.CALL_FAILED, "mapping memory failed"),
    UNMAP_FAILED(206, Effect.CALL_FAILED, "unmapping memory failed"),
    ALREADY_MAPPED(208, Effect.CALL_FAILED, "the resource is mapped already"),
    NO_BINARY_FOR_GPU(209, Effect.CALL_FAILED, "the kernels are for newer devices than this one"),
    ALREADY_ACQUIRED(210, Effect.CALL_FAILED, "the resource is taken already"),
    NOT_MAPPED(211, Effect.CALL_FAILED, "the resource is not mapped"),
    ECC_UNCORRECTABLE(
            214,
            Effect.DEVICE_LOST,
            "the device's memory had an error that could not be corrected; look"
                    + " at nvidia-smi -q -d ECC, and replace the device if it comes again"),
    UNSUPPORTED_LIMIT(215, Effect.CALL_FAILED, "the device has no such limit"),
    CONTEXT_ALREADY_IN_USE(216, Effect.CALL_FAILED, "another thread uses the context"),
    PEER_ACCESS_UNSUPPORTED(
            217, Effect.CALL_FAILED, "the devices cannot reach each other's memory"),
    INVALID_PTX(218, Effect.CALL_FAILED, "the driver's compiler refused the kernels"),
    NVLINK_UNCORRECTABLE(
            220, Effect.DEVICE_LOST, "NVLink had an error that could not be corrected"),
    JIT_COMPILER_NOT_FOUND(
            221,
            Effect.CALL_FAILED,
            "the driver's compiler, libnvidia-ptxjitcompiler.so.1, was not "
                    + "found; install all of the driver, or give the container the "
                    + "capability compute"),
    UNSUPPORTED_PTX_VERSION(
            222,
            Effect.CALL_FAILED,
            "the kernels are written in a newer PTX than the driver knows"),
    JIT_COMPILATION_DISABLED(
            223,
            Effect.CALL_FAILED,
            "the driver's compiler is switched off (CUDA_DISABLE_PTX_JIT)"),
    UNSUPPORTED_EXEC_AFFINITY(224, Effect.CALL_FAILED, "the device cannot be divided so"),
    CONTAINED(
            226,
            Effect.DEVICE_LOST,
            "the device contained an error of its hardware; what this process "
                    + "had on it is lost"),
    INVALID_SOURCE(300, Effect.CALL_FAILED, "the kernels' source is invalid"),
    FILE_NOT_FOUND(301, Effect.CALL_FAILED, "a file was not found"),
    SHARED_OBJECT_SYMBOL_NOT_FOUND(
            302,
            Effect.CALL_FAILED,
            "a library of the driver lacks a function; its parts are of " + "different versions"),
    SHARED_OBJECT_INIT_FAILED(
            303, Effect.CALL_FAILED, "a library of the driver could not be started"),
    OPERATING_SYSTEM(304, Effect.CALL_FAILED, "a call of the operating system failed"),
    INVALID_HANDLE(400, Effect.CALL_FAILED, "a handle was invalid or closed"),
    ILLEGAL_STATE(401, Effect.CALL_FAILED, "a resource was not in the state for this"),
    NOT_FOUND(500, Effect.CALL_FAILED, "the kernels' module has no function of that name"),
    NOT_READY(600, Effect.CALL_FAILED, "what was asked for has not ended yet"),
    ILLEGAL_ADDRESS(700, Effect.DEVICE_LOST, "a kernel reached memory that is not its own"),
    LAUNCH_OUT_OF_RESOURCES(
            701,
            Effect.CALL_FAILED,
            "the device has too few registers or too little shared memory for a"
                    + " block of the kernel"),
    LAUNCH_TIMEOUT(
            702, Effect.DEVICE_LOST, "a kernel ran longer than the display's watchdog allows"),
    PEER_ACCESS_ALREADY_ENABLED(
            704, Effect.CALL_FAILED, "the devices reach each other's memory already"),
    PEER_ACCESS_NOT_ENABLED(
            705, Effect.CALL_FAILED, "the devices do not reach each other's memory yet"),
    PRIMARY_CONTEXT_ACTIVE(708, Effect.CALL_FAILED, "the device's context is in use"),
    CONTEXT_IS_DESTROYED(709, Effect.DEVICE_LOST, "the device's context is gone"),
    ASSERT(710, Effect.DEVICE_LOST, "a kernel found a condition of its own broken"),
    HOST_MEMORY_ALREADY_REGISTERED(712, Effect.CALL_FAILED, "the host's memory is pinned already"),
    HOST_MEMORY_NOT_REGISTERED(713, Effect.CALL_FAILED, "the host's memory is not pinned"),
    HARDWARE_STACK_ERROR(714, Effect.DEVICE_LOST, "a kernel overran the device's stack"),
    ILLEGAL_INSTRUCTION(
            715, Effect.DEVICE_LOST, "a kernel met an instruction that the device does not have"),
    MISALIGNED_ADDRESS(
            716,
            Effect.DEVICE_LOST,
            "a kernel reached memory at an address that is no multiple of the " + "value's size"),
    INVALID_ADDRESS_SPACE(717, Effect.DEVICE_LOST, "a kernel reached memory of the wrong kind"),
    INVALID_PC(718, Effect.DEVICE_LOST, "a kernel jumped out of its code"),
    LAUNCH_FAILED(719, Effect.DEVICE_LOST, "a kernel failed while it ran"),
    COOPERATIVE_LAUNCH_TOO_LARGE(720, Effect.CALL_FAILED, "the grid is too large to run at once"),
    TENSOR_MEMORY_LEAK(721, Effect.DEVICE_LOST, "a kernel did not give tensor memory back"),
    NOT_PERMITTED(800, Effect.CALL_FAILED, "this process may not do that"),
    NOT_SUPPORTED(801, Effect.CALL_FAILED, "the device or the driver cannot do that"),
    SYSTEM_NOT_READY(
            802,
            Effect.CALL_FAILED,
            "a service that the device needs does not run; start nvidia-"
                    + "fabricmanager where there is NVLink"),
    SYSTEM_DRIVER_MISMATCH(
            803,
            Effect.CALL_FAILED,
            "the driver's library and its kernel module are of different "
                    + "versions; restart the machine after an update of the driver"),
    COMPAT_NOT_SUPPORTED_ON_DEVICE(
            804,
            Effect.CALL_FAILED,
            "the compatibility package of CUDA does not support this device; "
                    + "take libcuda.so.1 of the driver itself"),
    MPS_CONNECTION_FAILED(805, Effect.CALL_FAILED, "the MPS service could not be reached"),
    MPS_RPC_FAILURE(806, Effect.CALL_FAILED, "a call of the MPS service failed"),
    MPS_SERVER_NOT_READY(807, Effect.CALL_FAILED, "the MPS service is not ready"),
    MPS_MAX_CLIENTS_REACHED(
            808, Effect.CALL_FAILED, "the MPS service has as many processes as it takes"),
    MPS_MAX_CONNECTIONS_REACHED(
            809, Effect.CALL_FAILED, "the MPS service has as many connections as it takes"),
    MPS_CLIENT_TERMINATED(810, Effect.DEVICE_LOST, "the MPS service ended this process's part"),
    STREAM_CAPTURE_UNSUPPORTED(900, Effect.CALL_FAILED, "the call cannot be recorded"),
    STREAM_CAPTURE_INVALIDATED(901, Effect.CALL_FAILED, "an error before ended the recording"),
    STREAM_CAPTURE_MERGE(902, Effect.CALL_FAILED, "two recordings would have become one"),
    STREAM_CAPTURE_UNMATCHED(903, Effect.CALL_FAILED, "the recording was not begun on this stream"),
    STREAM_CAPTURE_UNJOINED(
            904, Effect.CALL_FAILED, "the recording left work of another stream open"),
    STREAM_CAPTURE_ISOLATION(
            905, Effect.CALL_FAILED, "a recording would have waited for what is outside of it"),
    STREAM_CAPTURE_IMPLICIT(
            906,
            Effect.CALL_FAILED,
            "a call would have waited for the default stream while recording"),
    CAPTURED_EVENT(907, Effect.CALL_FAILED, "an event of a recording was used outside of it"),
    STREAM_CAPTURE_WRONG_THREAD(908, Effect.CALL_FAILED, "another thread began the recording"),
    TIMEOUT(909, Effect.CALL_FAILED, "the wait took too long"),
    GRAPH_EXEC_UPDATE_FAILURE(
            910, Effect.CALL_FAILED, "the recorded launches could not be changed so"),
    EXTERNAL_DEVICE(911, Effect.DEVICE_LOST, "a device outside of CUDA failed"),
    INVALID_CLUSTER_SIZE(912, Effect.CALL_FAILED, "the clusters of blocks are of a wrong size"),
    FUNCTION_NOT_LOADED(913, Effect.CALL_FAILED, "the function is not loaded"),
    INVALID_RESOURCE_TYPE(914, Effect.CALL_FAILED, "the resource is of another kind"),
    INVALID_RESOURCE_CONFIGURATION(915, Effect.CALL_FAILED, "the resources do not suffice"),
    KEY_ROTATION(916, Effect.DEVICE_LOST, "changing the device's keys failed"),
    UNKNOWN(
            999,
            Effect.DEVICE_LOST,
            "the driver does not know what failed; look for Xid in the kernel's" + " log (dmesg)");

    /** What a code leaves behind. */
    enum Effect {
        /** A call failed; those after it may succeed. */
        CALL_FAILED,
        /** Every further call of this process fails. */
        DEVICE_LOST
    }

    /** What success is. */
    static final int SUCCESS = 0;

    private static final Map<Integer, CudaResult> BY_CODE =
            Stream.of(values()).collect(Collectors.toMap(CudaResult::code, Function.identity()));

    private final int code;
    private final Effect effect;
    private final String meaning;

    CudaResult(int code, Effect effect, String meaning) {
        this.code = code;
        this.effect = effect;
        this.meaning = meaning;
    }

    /** The result of a code; null if it is one that this table does not have. */
    static @Nullable CudaResult of(int code) {
        return BY_CODE.get(code);
    }

    /** A code as people read it: number, name, meaning. */
    static String describe(int code) {
        @Nullable CudaResult result = of(code);
        return result == null
                ? "CUDA error "
                        + code
                        + ", which is not known here; see CUresult in NVIDIA's cuda.h"
                : "CUDA error " + code + " (CUDA_ERROR_" + result.name() + "): " + result.meaning;
    }

    int code() {
        return code;
    }

    Effect effect() {
        return effect;
    }
}
