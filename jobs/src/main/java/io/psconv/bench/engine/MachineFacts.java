package io.psconv.bench.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The machine that figures are from.
 *
 * @param cpu the processor's name for itself, or its architecture where that is not known
 * @param cores that this process may use
 * @param lanes what convolutions run on, for example {@code 16 lanes of 32 bits}
 */
public record MachineFacts(String cpu, int cores, String os, String jdk, String lanes) {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    /** Asks the system; {@code lanes} are what the caller found. */
    public static MachineFacts ofThisMachine(String lanes) {
        return new MachineFacts(
                cpu(CPU_INFO),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name")
                        + " "
                        + System.getProperty("os.version")
                        + " "
                        + System.getProperty("os.arch"),
                System.getProperty("java.vendor") + " " + System.getProperty("java.vm.version"),
                lanes);
    }

    /** Reads Linux's description of the processors. */
    static String cpu(Path cpuInfo) {
        if (Files.isReadable(cpuInfo)) {
            try (Stream<String> lines = Files.lines(cpuInfo, StandardCharsets.UTF_8)) {
                return lines.filter(line -> line.startsWith("model name"))
                        .map(line -> line.substring(line.indexOf(':') + 1).strip())
                        .filter(name -> !name.isEmpty())
                        .findFirst()
                        .orElse(System.getProperty("os.arch"));
            } catch (IOException e) {
                return System.getProperty("os.arch");
            }
        }
        return System.getProperty("os.arch");
    }
}
