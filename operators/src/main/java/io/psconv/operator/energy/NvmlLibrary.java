package io.psconv.operator.energy;

import com.sun.jna.Library;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;

/**
 * The functions of NVIDIA's management library that are used, under the symbols that it exports.
 *
 * <p>All but the last return a code, 0 for success.
 */
@SuppressWarnings("MemberName") // The library's own names.
interface NvmlLibrary extends Library {
    int nvmlInit_v2();

    int nvmlDeviceGetHandleByPciBusId_v2(String address, PointerByReference device);

    int nvmlDeviceGetName(Pointer device, byte[] name, int length);

    int nvmlDeviceGetUUID(Pointer device, byte[] uuid, int length);

    int nvmlDeviceGetTotalEnergyConsumption(Pointer device, LongByReference millijoules);

    int nvmlDeviceGetEnforcedPowerLimit(Pointer device, IntByReference milliwatts);

    int nvmlDeviceGetComputeRunningProcesses_v3(
            Pointer device, IntByReference count, Pointer processes);

    int nvmlDeviceGetProcessUtilization(
            Pointer device, Pointer samples, IntByReference count, long sinceMicros);

    String nvmlErrorString(int code);
}
