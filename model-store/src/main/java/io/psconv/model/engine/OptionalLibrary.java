package io.psconv.model.engine;

import java.util.stream.Collectors;

/**
 * A library that an engine needs and that this project does not bring along.
 *
 * @param marker name of a class that only the library has
 * @param artefacts what to add to the class path
 */
public record OptionalLibrary(String marker, String artefacts) {
    /**
     * What the system says of a native library that cannot be loaded, without the whole class path,
     * which JNA looks through as well and says so.
     */
    public static String reason(LinkageError failure) {
        return String.valueOf(failure.getMessage())
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("Native library ("))
                .map(line -> line.replaceFirst(":$", ""))
                .distinct()
                .collect(Collectors.joining("; "));
    }

    /**
     * Checks that the library is there, without initializing anything of it.
     *
     * @throws IllegalStateException if it is not
     */
    public void require(String engine) {
        try {
            Class.forName(marker, false, OptionalLibrary.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(
                    "engine was '"
                            + engine
                            + "' but its library is not on the class path; add "
                            + artefacts
                            + ", on a cluster to Flink's lib folder and not to the job",
                    e);
        }
    }
}
