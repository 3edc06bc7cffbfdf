package io.psconv.operator.energy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Busy time of the host and of this process by Linux's {@code /proc}, in clock ticks.
 *
 * <p>The host is busy in user, nice, system, irq and softirq time. Guest time is within user time
 * already; stolen time was another machine's. A container sees its host's {@code /proc/stat}, as it
 * should: the energy counter is the host's too.
 *
 * <p>Every figure is rounded down to a tick, so a difference of host time may be off by {@value
 * #HOST_FIGURES} ticks and one of process time by {@value #PROCESS_FIGURES}. From {@code P / H},
 * the true share then differs by at most {@code (2 + 5 P / H) / (H − 5)}. Kernels that charge a
 * whole tick to whoever runs when it ends add a sampling error, which no reading can bound.
 *
 * <p>Not thread-safe.
 */
public final class HostBusyTime implements ProcessShare {
    /** Where Linux shows the accounts. */
    public static final Path PROC = Path.of("/proc");

    private static final int HOST_FIGURES = 5;
    private static final int PROCESS_FIGURES = 2;

    private final Path host;
    private final Path process;
    private long lastHostTicks;
    private long lastProcessTicks;

    /**
     * Takes the first reading.
     *
     * @param proc as {@link #PROC}
     * @throws IOException if a file is missing or its form is not known
     */
    public HostBusyTime(Path proc) throws IOException {
        this.host = proc.resolve("stat");
        this.process = proc.resolve("self").resolve("stat");
        this.lastHostTicks = hostTicks();
        this.lastProcessTicks = processTicks();
    }

    @Override
    public BusyShare sinceLastCall() throws IOException {
        long hostTicks = hostTicks();
        long processTicks = processTicks();
        BusyShare share = share(hostTicks - lastHostTicks, processTicks - lastProcessTicks);
        lastHostTicks = hostTicks;
        lastProcessTicks = processTicks;
        return share;
    }

    private static BusyShare share(long hostTicks, long processTicks) {
        if (hostTicks <= 0 || processTicks < 0) {
            return new BusyShare(0, 1);
        }
        double share = Math.min(1, (double) processTicks / hostTicks);
        if (hostTicks <= HOST_FIGURES) {
            return new BusyShare(share, 1);
        }
        double error = (PROCESS_FIGURES + HOST_FIGURES * share) / (hostTicks - HOST_FIGURES);
        return new BusyShare(share, Math.min(1, error));
    }

    /** {@code cpu user nice system idle iowait irq softirq …}. */
    private long hostTicks() throws IOException {
        String text = Files.readString(host);
        String[] fields = text.lines().findFirst().orElse("").split(" +");
        if (!fields[0].equals("cpu") || fields.length < 8) {
            throw new IOException(host + " does not start with 'cpu' and seven times");
        }
        return ticks(host, fields, 1)
                + ticks(host, fields, 2)
                + ticks(host, fields, 3)
                + ticks(host, fields, 6)
                + ticks(host, fields, 7);
    }

    /** {@code pid (name) state …}: a name may hold blanks and parentheses, what follows may not. */
    private long processTicks() throws IOException {
        String text = Files.readString(process);
        String[] fields = text.substring(text.lastIndexOf(')') + 1).strip().split(" +");
        if (fields.length < 13) {
            throw new IOException(process + " has no user and system time after the name");
        }
        return ticks(process, fields, 11) + ticks(process, fields, 12);
    }

    private static long ticks(Path file, String[] fields, int index) throws IOException {
        try {
            return Long.parseLong(fields[index]);
        } catch (NumberFormatException e) {
            throw new IOException(
                    file + " has '" + fields[index] + "' where a number of ticks must be", e);
        }
    }
}
