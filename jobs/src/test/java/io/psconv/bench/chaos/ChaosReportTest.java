package io.psconv.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChaosReportTest {
    @SuppressWarnings("NullAway.Init") // Set before every test.
    @TempDir
    private Path folder;

    @Test
    void writesTheFigures() throws Exception {
        Path file = folder.resolve("chaos.json");
        report(12_000, 0, 0).write(file);

        JsonNode json = new ObjectMapper().readTree(file.toFile());
        assertThat(json.fieldNames())
                .toIterable()
                .contains(
                        "produced",
                        "committed",
                        "lost",
                        "duplicated",
                        "misrouted",
                        "outOfOrder",
                        "wrongVersion",
                        "commitFailures");
        assertThat(json.get("kills").toString())
                .isEqualTo("{\"taskManager\":9,\"jobManager\":4,\"broker\":4}");
        assertThat(json.get("recoverySeconds").toString()).isEqualTo("{\"p50\":12.5,\"max\":31.0}");
        assertThat(json.get("seed").asInt()).isEqualTo(7);
    }

    @Test
    void isCleanOnlyIfEveryZeroIsOne() {
        assertThat(report(12_000, 0, 0).isClean()).isTrue();
        assertThat(report(12_000, 1, 0).isClean()).isFalse();
        assertThat(report(12_000, 0, 1).isClean()).isFalse();
        assertThat(report(0, 0, 0).isClean()).isFalse();
    }

    @Test
    void showsKillsRecoveryAndFindings() {
        assertThat(report(12_000, 0, 1).table())
                .contains("12,000 frames in 5.0 min (seed 7)")
                .contains("17 (9 task managers, 4 JobManagers, 4 brokers)")
                .contains("p50 12.5 s, max 31.0 s")
                .contains("frames-0@1 has another answer");
    }

    private static ChaosReport report(int produced, int lost, int commitFailures) {
        return new ChaosReport(
                5,
                7,
                40,
                2,
                14,
                produced,
                produced - lost,
                lost,
                0,
                0,
                0,
                0,
                commitFailures,
                new ChaosReport.Kills(9, 4, 4),
                new ChaosReport.RecoverySeconds(12.5, 31),
                List.of("frames-0@1 has another answer"));
    }
}
