package io.psconv.operator.energy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where frames' energy is to come from: the values of option {@code energy.source}. */
public enum EnergySource {
    /** {@link #RAPL} where it can be read, else {@link #MODELLED}. */
    AUTO,
    /** The processor packages' counters; a process that cannot read them does not start. */
    RAPL,
    /** Worked out from operations and words moved. */
    MODELLED,
    /** No energy in the records. */
    NONE;

    private static final Logger LOG = LoggerFactory.getLogger(EnergySource.class);

    /**
     * Reads an option's value, such as {@code auto}.
     *
     * @throws IllegalArgumentException if it is none of the four
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
     * @return empty where figures are modelled or not wanted
     * @throws IOException if the source is {@code rapl} and it is missing or cannot be read
     */
    public Optional<EnergyMeter> openMeter(Path powercap) throws IOException {
        return switch (this) {
            case AUTO -> openOrModel(powercap);
            case RAPL -> Optional.of(openRapl(powercap));
            case MODELLED, NONE -> Optional.empty();
        };
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
