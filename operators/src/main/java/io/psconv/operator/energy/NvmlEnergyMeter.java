package io.psconv.operator.energy;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What NVIDIA devices draw, boards with their memory, by the counters of their driver.
 *
 * <p>A counter has millijoules since the driver was loaded, in 64 bits that do not wrap around. It
 * is brought up to date about every {@value #REFRESH_MILLIS} ms, so that a reading may be short by
 * what is drawn meanwhile, at most the power limit: that is the {@linkplain #stepJoules step}. The
 * power that it adds up is itself measured to some {@value #RELATIVE_ERROR} (NVIDIA's figure for
 * its sensors; Yang et al., "Part-time Power Measurements", arXiv 2312.02741, found the part of the
 * time that is sampled to be a quarter on some devices, which errs more where load comes in bursts
 * shorter than that).
 */
public final class NvmlEnergyMeter implements EnergyMeter {
    public static final String SOURCE = "nvml";

    private static final Logger LOG = LoggerFactory.getLogger(NvmlEnergyMeter.class);
    private static final int REFRESH_MILLIS = 100;
    private static final double RELATIVE_ERROR = 0.05;

    private final Nvml nvml;
    private final List<Counter> counters;
    private final double stepJoules;

    private NvmlEnergyMeter(Nvml nvml, List<Counter> counters, double stepJoules) {
        this.nvml = nvml;
        this.counters = counters;
        this.stepJoules = stepJoules;
    }

    /**
     * Opens the counters of devices.
     *
     * @param pciBusIds their addresses, as the CUDA driver has them
     * @throws IOException if one is missing or cannot be read; the message says what to do
     */
    static NvmlEnergyMeter open(Nvml nvml, List<String> pciBusIds) throws IOException {
        if (pciBusIds.isEmpty()) {
            throw new IOException(
                    "there is no NVIDIA device whose energy could be read, since no engine uses"
                            + " one; choose classify.engine cuda, or another energy.source");
        }
        List<Counter> counters = new ArrayList<>();
        double watts = 0;
        for (String address : pciBusIds) {
            Pointer device = nvml.device(address);
            IntByReference milliwatts = new IntByReference();
            nvml.check(
                    nvml.library().nvmlDeviceGetEnforcedPowerLimit(device, milliwatts),
                    "nvmlDeviceGetEnforcedPowerLimit",
                    "asking for the power limit of " + address);
            watts += milliwatts.getValue() / 1e3;
            LOG.info(
                    "energy of {} at {}, power limit {} W",
                    nvml.describe(device),
                    address,
                    milliwatts.getValue() / 1e3);
            counters.add(new Counter(device, address, read(nvml, device, address)));
        }
        return new NvmlEnergyMeter(nvml, List.copyOf(counters), watts * REFRESH_MILLIS / 1e3);
    }

    @Override
    public String source() {
        return SOURCE;
    }

    @Override
    public synchronized double readJoules() throws IOException {
        long millijoules = 0;
        for (Counter counter : counters) {
            long now = read(nvml, counter.device, counter.address);
            if (now < counter.first) {
                throw new IOException(
                        "the energy counter of device "
                                + counter.address
                                + " went back from "
                                + counter.first
                                + " to "
                                + now
                                + " mJ; its driver was loaded again");
            }
            millijoules += now - counter.first;
        }
        return millijoules / 1e3;
    }

    /** What all devices may draw between two refreshes. */
    @Override
    public double stepJoules() {
        return stepJoules;
    }

    @Override
    public double relativeError() {
        return RELATIVE_ERROR;
    }

    @Override
    public boolean isOfDevices() {
        return true;
    }

    /** This process's share of the same devices. */
    @Override
    public ProcessShare processShare() {
        return new NvmlProcessShare(
                nvml,
                counters.stream().map(Counter::device).toList(),
                ProcessHandle.current().pid());
    }

    private static long read(Nvml nvml, Pointer device, String address) throws IOException {
        LongByReference millijoules = new LongByReference();
        nvml.check(
                nvml.library().nvmlDeviceGetTotalEnergyConsumption(device, millijoules),
                "nvmlDeviceGetTotalEnergyConsumption",
                "reading the energy of device " + address);
        return millijoules.getValue();
    }

    private record Counter(Pointer device, String address, long first) {}
}
