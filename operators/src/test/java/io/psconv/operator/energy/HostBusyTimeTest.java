package io.psconv.operator.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostBusyTimeTest {
    private Path proc;

    @BeforeEach
    void writeFirstReading(@TempDir Path directory) throws IOException {
        proc = directory;
        Files.createDirectory(proc.resolve("self"));
        writeHost(1000, 10, 100, 5, 5);
        writeProcess("java", 300, 30);
    }

    @Test
    void dividesTicksSinceTheLastReading() throws IOException {
        HostBusyTime time = new HostBusyTime(proc);

        writeHost(1060, 20, 120, 8, 12);
        writeProcess("java", 320, 40);

        assertThat(time.sinceLastCall().share()).isEqualTo(0.3);

        writeHost(1160, 20, 120, 8, 12);
        writeProcess("java", 410, 40);

        assertThat(time.sinceLastCall().share()).isEqualTo(0.9);
    }

    @ParameterizedTest
    @ValueSource(strings = {"java", "my job", "a) R 1 (b", "((", "9 9 9) "})
    void readsPastAnyProcessName(String name) throws IOException {
        writeProcess(name, 300, 30);
        HostBusyTime time = new HostBusyTime(proc);

        writeHost(1100, 10, 100, 5, 5);
        writeProcess(name, 320, 35);

        assertThat(time.sinceLastCall().share()).isEqualTo(0.25);
    }

    @Test
    void neverExceedsOne() throws IOException {
        HostBusyTime time = new HostBusyTime(proc);

        writeHost(1010, 10, 100, 5, 5);
        writeProcess("java", 311, 30);

        assertThat(time.sinceLastCall().share()).isEqualTo(1);
    }

    @Test
    void knowsNothingWhenNoTickPassed() throws IOException {
        HostBusyTime time = new HostBusyTime(proc);

        assertThat(time.sinceLastCall()).isEqualTo(new BusyShare(0, 1));
    }

    @Test
    void boundsTheErrorByTheTicks() throws IOException {
        HostBusyTime time = new HostBusyTime(proc);

        writeHost(1205, 10, 100, 5, 5);
        writeProcess("java", 300, 30);

        assertThat(time.sinceLastCall().error()).isCloseTo(2.0 / 200, within(1e-12));
    }

    @Test
    void holdsItsErrorBound() throws IOException {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        double[] host = {1000, 10, 100, 5, 5};
        double[] process = {300, 30};
        HostBusyTime time = new HostBusyTime(proc);
        double[] hostBefore = host.clone();
        double[] processBefore = process.clone();

        for (int reading = 0; reading < 200; reading++) {
            for (int figure = 0; figure < process.length; figure++) {
                double ticks = random.nextDouble() * 20;
                process[figure] += ticks;
                host[figure] += ticks;
            }
            for (int figure = 0; figure < host.length; figure++) {
                host[figure] += random.nextDouble() * 10;
            }
            writeHost(host);
            writeProcess("java", (long) process[0], (long) process[1]);
            BusyShare share = time.sinceLastCall();

            double truth = grown(processBefore, process) / grown(hostBefore, host);
            assertThat(share.share()).isCloseTo(truth, within(share.error()));
            hostBefore = host.clone();
            processBefore = process.clone();
        }
    }

    @Test
    void rejectsAnotherForm() throws IOException {
        Files.writeString(proc.resolve("stat"), "intr 1 2 3\n");

        assertThatThrownBy(() -> new HostBusyTime(proc))
                .isInstanceOf(IOException.class)
                .hasMessage("%s does not start with 'cpu' and seven times", proc.resolve("stat"));
    }

    @Test
    void rejectsTicksThatAreNoNumber() throws IOException {
        Files.writeString(proc.resolve("stat"), "cpu  1 2 x 4 5 6 7\n");

        assertThatThrownBy(() -> new HostBusyTime(proc))
                .isInstanceOf(IOException.class)
                .hasMessage("%s has 'x' where a number of ticks must be", proc.resolve("stat"));
    }

    @Test
    void rejectsAProcessWithoutTimes() throws IOException {
        Files.writeString(proc.resolve("self/stat"), "42 (java) S 1\n");

        assertThatThrownBy(() -> new HostBusyTime(proc))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "%s has no user and system time after the name", proc.resolve("self/stat"));
    }

    private void writeHost(double... busy) throws IOException {
        Files.writeString(
                proc.resolve("stat"),
                "cpu  %d %d %d 77777 888 %d %d 999 55 0\ncpu0 1 2 3 4 5 6 7 8 9 0\n"
                        .formatted(
                                (long) busy[0],
                                (long) busy[1],
                                (long) busy[2],
                                (long) busy[3],
                                (long) busy[4]));
    }

    private void writeProcess(String name, long user, long system) throws IOException {
        Files.writeString(
                proc.resolve("self/stat"),
                "42 (%s) S 1 42 42 0 -1 4194304 97 0 0 0 %d %d 7 8 20 0 31 0 281985 3133440\n"
                        .formatted(name, user, system));
    }

    private static double grown(double[] before, double[] after) {
        double sum = 0;
        for (int figure = 0; figure < before.length; figure++) {
            sum += after[figure] - before[figure];
        }
        return sum;
    }
}
