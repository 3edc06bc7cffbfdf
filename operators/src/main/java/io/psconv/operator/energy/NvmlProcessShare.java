package io.psconv.operator.energy;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * This process's share of what devices computed.
 *
 * <p>All of it while no other process computes on them. Otherwise in the proportion of the driver's
 * samples of each process's use of the multiprocessors, whole percents, so that the share may be
 * off by one percent a sample. Where this process is not among them, as in a container whose
 * process numbers are others than the host's, or where the driver has no such samples, as of a part
 * of a device (MIG), nothing is known.
 *
 * <p>Not thread-safe.
 */
final class NvmlProcessShare implements ProcessShare {
    private static final int MOST = 256;

    // nvmlProcessInfo_t and nvmlProcessUtilizationSample_t of nvml.h.
    private static final int PROCESS_BYTES = 24;
    private static final int SAMPLE_BYTES = 32;
    private static final int SAMPLE_TIME = 8;
    private static final int SAMPLE_USE = 16;

    /** The device has no such samples. */
    private static final int NOT_SUPPORTED = 3;

    /** This process may not read them. */
    private static final int NO_PERMISSION = 4;

    /** No samples since the last ones. */
    private static final int NOT_FOUND = 6;

    private static final int INSUFFICIENT_SIZE = 7;

    private final Nvml nvml;
    private final List<Pointer> devices;
    private final long process;
    private final Map<Pointer, Long> lastMicros = new HashMap<>();

    NvmlProcessShare(Nvml nvml, List<Pointer> devices, long process) {
        this.nvml = nvml;
        this.devices = devices;
        this.process = process;
    }

    @Override
    public BusyShare sinceLastCall() throws IOException {
        boolean alone = true;
        long own = 0;
        long all = 0;
        long samples = 0;
        for (Pointer device : devices) {
            alone &= processes(device) <= 1;
            Use use = use(device);
            own += use.own;
            all += use.all;
            samples += use.samples;
        }
        if (alone) {
            return new BusyShare(1, 0);
        }
        if (own == 0) {
            return new BusyShare(0, 1);
        }
        return new BusyShare((double) own / all, Math.min(1, (double) samples / all));
    }

    private int processes(Pointer device) throws IOException {
        try (Memory memory = new Memory((long) MOST * PROCESS_BYTES)) {
            IntByReference count = new IntByReference(MOST);
            int code =
                    nvml.library().nvmlDeviceGetComputeRunningProcesses_v3(device, count, memory);
            if (code == INSUFFICIENT_SIZE) {
                return count.getValue();
            }
            nvml.check(
                    code,
                    "nvmlDeviceGetComputeRunningProcesses_v3",
                    "asking which processes compute");
            return count.getValue();
        }
    }

    private record Use(long own, long all, long samples) {}

    private Use use(Pointer device) throws IOException {
        try (Memory memory = new Memory((long) MOST * SAMPLE_BYTES)) {
            IntByReference count = new IntByReference(MOST);
            int code =
                    nvml.library()
                            .nvmlDeviceGetProcessUtilization(
                                    device, memory, count, lastMicros.getOrDefault(device, 0L));
            if (code == NOT_FOUND || code == NOT_SUPPORTED || code == NO_PERMISSION) {
                return new Use(0, 0, 0);
            }
            nvml.check(code, "nvmlDeviceGetProcessUtilization", "asking how processes compute");
            long own = 0;
            long all = 0;
            for (int sample = 0; sample < count.getValue(); sample++) {
                long at = (long) sample * SAMPLE_BYTES;
                int use = memory.getInt(at + SAMPLE_USE);
                all += use;
                own += Integer.toUnsignedLong(memory.getInt(at)) == process ? use : 0;
                lastMicros.merge(device, memory.getLong(at + SAMPLE_TIME), Math::max);
            }
            return new Use(own, all, count.getValue());
        }
    }
}
