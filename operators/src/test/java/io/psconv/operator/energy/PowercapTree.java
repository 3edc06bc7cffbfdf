package io.psconv.operator.energy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes what Linux shows under {@code /sys/class/powercap}. */
final class PowercapTree {
    private final Path root;

    PowercapTree(Path root) {
        this.root = root;
    }

    void zone(String zone, String name, long microjoules, long range) throws IOException {
        Files.createDirectories(root.resolve(zone));
        write(zone, "name", name);
        write(zone, "max_energy_range_uj", Long.toString(range));
        count(zone, microjoules);
    }

    void count(String zone, long microjoules) throws IOException {
        write(zone, "energy_uj", Long.toString(microjoules));
    }

    void write(String zone, String file, String text) throws IOException {
        Files.writeString(root.resolve(zone).resolve(file), text + "\n");
    }

    /** Puts a directory in the counter's place: not even root reads that. */
    Path makeUnreadable(String zone) throws IOException {
        Path counter = root.resolve(zone).resolve("energy_uj");
        Files.delete(counter);
        return Files.createDirectory(counter);
    }
}
