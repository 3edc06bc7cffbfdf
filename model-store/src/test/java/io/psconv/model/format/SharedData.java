package io.psconv.model.format;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** The full data sets and weights, which lie beside a checkout in some places only. */
public final class SharedData {
    private SharedData() {}

    /** The path of a shared file; skips the calling test where there is none. */
    public static Path file(String relative) {
        Path file =
                Path.of(System.getProperty("psconv.shared-data", "shared-data")).resolve(relative);
        assumeTrue(
                Files.exists(file),
                () ->
                        "skipped: "
                                + relative
                                + " is not there; set psconv.shared-data to its folder");
        return file;
    }
}
