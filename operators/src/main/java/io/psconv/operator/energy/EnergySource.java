package io.psconv.operator.energy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where frames' energy is to come from: the values of option {@code energy.source}. */
public enum EnergySource {
    /** The counters of what computes where they can be read, else {@link #MODELLED}. */
    AUTO,
    /** The processor packages' counters; a process that cannot read them does not start. */
    RAPL,
    /** NVIDIA devices' counters; a process that cannot read them does not start. */
    NVML,
    /** Worked out from operations and words moved. */
    MODELLED,
    /** No energy in the records. */
    NONE;

    private static final Logger LOG = LoggerFactory.getLogger(EnergySource.class);

    /**
     * Reads an option's value, such as {@code auto}.
     *
     * @throws IllegalArgumentException if it is none of them
     */
    public static EnergySource parse(String text) {
        for (EnergySource source : values()) {
            if (source.option().equals(text)) {
                return source;
            }
        }
        throw new IllegalArgumentException(
                "energy.source was '"
                        + text
                        + "' but it must be one of "
                        + Arrays.stream(values())
                                .map(EnergySource::option)
                                .collect(Collectors.joining(", ")));
    }

    /** The option's value. */
    public String option() {
        return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return option();
    }

    /**
     * Opens the counter that this source wants, and logs what {@code auto} came to and why.
     *
     * @param powercap as {@link RaplEnergyMeter#POWERCAP}
     * @param devices PCI addresses of the NVIDIA devices that compute; empty where the processor
     *     does
     * @return empty where figures are modelled or not wanted
     * @throws IOException if the source is {@code rapl} or {@code nvml} and it is missing or cannot
     *     be read
     */
    public Optional<EnergyMeter> openMeter(Path powercap, List<String> devices) throws IOException {
        return switch (this) {
            case AUTO -> devices.isEmpty() ? openOrModel(powercap) : openOrModel(devices);
            case RAPL -> Optional.of(openRapl(powercap));
            case NVML -> Optional.of(NvmlEnergyMeter.open(Nvml.open(), devices));
            case MODELLED, NONE -> Optional.empty();
        };
    }

    /** Not of the processor, which does little of the work. */
    private static Optional<EnergyMeter> openOrModel(List<String> devices) {
        try {
            EnergyMeter meter = NvmlEnergyMeter.open(Nvml.open(), devices);
            LOG.info("energy.source auto: measured by nvml on devices {}", devices);
            return Optional.of(meter);
        } catch (IOException e) {
            LOG.info("energy.source auto: modelled, since {}", e.getMessage());
            return Optional.empty();
        }
    }

    private static Optional<EnergyMeter> openOrModel(Path powercap) {
        try {
            EnergyMeter meter = openRapl(powercap);
            LOG.info("energy.source auto: measured by rapl, since {} can be read", powercap);
            return Optional.of(meter);
        } catch (IOException e) {
            LOG.info("energy.source auto: modelled, since {}", e.getMessage());
            return Optional.empty();
        }
    }

    private static EnergyMeter openRapl(Path powercap) throws IOException {
        Optional<RaplEnergyMeter> meter = RaplEnergyMeter.open(powercap);
        if (meter.isEmpty()) {
            throw new IOException(
                    powercap
                            + " has no package intel-rapl:N, as in most virtual machines; choose"
                            + " energy.source modelled or none");
        }
        return meter.get();
    }
}
