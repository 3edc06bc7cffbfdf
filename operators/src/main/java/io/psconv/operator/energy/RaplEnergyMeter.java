package io.psconv.operator.energy;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The processor packages' energy by Linux's powercap tree, on Intel and AMD.
 *
 * <p>Packages are the top-level zones {@code intel-rapl:N}. Left out are their parts, {@code
 * intel-rapl:N:M}, the zone named {@code psys}, which is the whole platform, and {@code
 * intel-rapl-mmio}, the same packages by another way: each would count energy twice. Every package
 * wraps around at its own range; it must be read at least once per round, some minutes under full
 * load. The processor refreshes the counters about every millisecond.
 */
public final class RaplEnergyMeter implements EnergyMeter {
    /** Where Linux shows the counters. */
    public static final Path POWERCAP = Path.of("/sys/class/powercap");

    public static final String SOURCE = "rapl";

    /** 61 µJ, the coarser of the two common units; the tree does not tell which one applies. */
    private static final double UNIT_JOULES = 0x1p-14;

    private static final Pattern PACKAGE = Pattern.compile("intel-rapl:\\d+");

    private final List<Counter> counters;

    private RaplEnergyMeter(List<Counter> counters) {
        this.counters = counters;
    }

    /**
     * Opens every package's counter under a powercap tree.
     *
     * @return empty if there is no package, as in most virtual machines
     * @throws IOException if there is one that cannot be read, often for want of permission
     */
    public static Optional<RaplEnergyMeter> open(Path root) throws IOException {
        if (!Files.isDirectory(root)) {
            return Optional.empty();
        }
        List<Counter> counters = new ArrayList<>();
        try (DirectoryStream<Path> zones = Files.newDirectoryStream(root)) {
            for (Path zone : zones) {
                if (isPackage(zone)) {
                    counters.add(new Counter(zone));
                }
            }
        }
        return counters.isEmpty()
                ? Optional.empty()
                : Optional.of(new RaplEnergyMeter(List.copyOf(counters)));
    }

    @Override
    public String source() {
        return SOURCE;
    }

    @Override
    public synchronized double readJoules() throws IOException {
        long microjoules = 0;
        for (Counter counter : counters) {
            microjoules += counter.read();
        }
        return microjoules / 1e6;
    }

    /** One energy unit of every package, since each of them may be short by one. */
    @Override
    public double stepJoules() {
        return counters.size() * UNIT_JOULES;
    }

    private static boolean isPackage(Path zone) throws IOException {
        if (!PACKAGE.matcher(zone.getFileName().toString()).matches()) {
            return false;
        }
        Path name = zone.resolve("name");
        return !Files.exists(name) || !read(name).equals("psys");
    }

    private static long readMicrojoules(Path file) throws IOException {
        String text = read(file);
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IOException(
                    file + " was '" + text + "' but it must be a whole number of microjoules", e);
        }
    }

    private static String read(Path file) throws IOException {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new IOException(
                    file
                            + " could not be read; it is often readable by root only: run 'chmod"
                            + " a+r "
                            + file
                            + "' as root, or run this process as root",
                    e);
        }
    }

    /** One package, from the reading with which it was made. */
    private static final class Counter {
        private final Path file;
        private final long range;
        private long last;
        private long total;

        Counter(Path zone) throws IOException {
            this.file = zone.resolve("energy_uj");
            this.range = readMicrojoules(zone.resolve("max_energy_range_uj"));
            this.last = readMicrojoules(file);
        }

        long read() throws IOException {
            long now = readMicrojoules(file);
            if (now < 0 || now > range) {
                throw new IOException(
                        file + " was " + now + " but its range is 0 to " + range + " microjoules");
            }
            total += now >= last ? now - last : now - last + range;
            last = now;
            return total;
        }
    }
}
