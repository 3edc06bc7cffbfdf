package io.psconv.tests.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.psconv.bench.chaos.ChaosPlan;
import io.psconv.bench.chaos.ChaosReport;
import io.psconv.bench.chaos.ChaosRun;
import io.psconv.bench.chaos.ChaosWatcher;
import io.psconv.model.store.ModelStore;
import io.psconv.model.store.StoredModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The job on a cluster of real processes that are killed; {@code mvn -Pchaos verify} runs it. */
@Tag("chaos")
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class ChaosITCase {
    @Test
    void killsLoseDoubleAndMixUpNothing(@TempDir Path logs) throws Exception {
        long seed = Long.getLong("psconv.chaos.seed", 7);
        System.out.println("chaos with -Dpsconv.chaos.seed=" + seed);
        ModelStore store = new ModelStore(Pipeline.STORE);
        List<StoredModel> models =
                List.of(store.resolve("resnet20-dense"), store.resolve("resnet18-psd1_p16@1"));
        List<byte[]> pictures = IntStream.range(0, 64).mapToObj(Samples::png).toList();
        List<String> said = new ArrayList<>();

        ChaosReport report =
                ChaosRun.run(
                                new ChaosPlan(
                                        Duration.ofSeconds(96),
                                        seed,
                                        30,
                                        2,
                                        Pipeline.STORE,
                                        models,
                                        pictures,
                                        logs),
                                watcher(said))
                        .orElseThrow();

        System.out.println(report.table());
        assertThat(report.isClean()).as("%s%n%s", report.table(), said).isTrue();
        assertThat(report.produced()).isEqualTo(2880);
        assertThat(report.committed()).isEqualTo(2880);
        assertThat(report.swaps()).isPositive();
        assertThat(report.kills()).isEqualTo(new ChaosReport.Kills(3, 1, 1));
    }

    private static ChaosWatcher watcher(List<String> said) {
        return new ChaosWatcher() {
            @Override
            public void say(String line) {
                System.out.println(line);
                said.add(line);
            }

            @Override
            public void answered(int frames) {
                // Nobody watches a test.
            }

            @Override
            public boolean isStopped() {
                return false;
            }
        };
    }
}
