package io.psconv.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psconv.bench.report.BaselineComparison.Match;
import io.psconv.bench.report.BaselineComparison.Verdict;
import java.io.IOException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class BaselineComparisonTest {
    @Test
    void matchesByModelEngineParallelismAndCameras() throws IOException {
        BaselineComparison comparison =
                BaselineComparison.of(Samples.results(), Samples.baseline());

        assertThat(comparison.matches()).hasSize(7);
        assertThat(comparison.matches())
                .allSatisfy(match -> assertThat(match.now().key()).isEqualTo(match.before().key()));
        assertThat(comparison.onlyNow())
                .extracting(ResultCell::engine)
                .containsExactly("djl-pytorch");
        assertThat(comparison.onlyBefore())
                .extracting(ResultCell::model)
                .containsExactly("resnet18-psd4_p8@1");
        assertThat(comparison.isJudged()).isTrue();
    }

    @Test
    void marksWhatLiesBeyondBothRunsRanges() throws IOException {
        BaselineComparison comparison =
                BaselineComparison.of(Samples.results(), Samples.baseline());

        assertThat(comparison.matches())
                .extracting(Match::throughput)
                .containsExactly(
                        Verdict.BETTER,
                        Verdict.WITHIN_SPREAD,
                        Verdict.WITHIN_SPREAD,
                        Verdict.WORSE,
                        Verdict.WITHIN_SPREAD,
                        Verdict.WITHIN_SPREAD,
                        Verdict.WITHIN_SPREAD);
        assertThat(comparison.count(Verdict.BETTER)).isEqualTo(1);
    }

    @Test
    void rangesThatTouchAreNotApart() {
        Match match = match(110, 5, 100, 5);

        assertThat(match.throughput()).isEqualTo(Verdict.WITHIN_SPREAD);
        assertThat(match(110.2, 5, 100, 5).throughput()).isEqualTo(Verdict.BETTER);
        assertThat(match(100, 5, 110.2, 5).throughput()).isEqualTo(Verdict.WORSE);
    }

    @Test
    void costsAreJudgedByTheSpreadOfThroughput() {
        // Relative ranges of 10 % each.
        Match match = match(100, 5, 100, 5);

        assertThat(match.cost(119, 100)).isEqualTo(Verdict.WITHIN_SPREAD);
        assertThat(match.cost(121, 100)).isEqualTo(Verdict.WORSE);
        assertThat(match.cost(100, 119)).isEqualTo(Verdict.WITHIN_SPREAD);
        assertThat(match.cost(100, 121)).isEqualTo(Verdict.BETTER);
    }

    @Test
    void joulesOfDifferentSourcesAreNotCompared() throws IOException {
        BaselineComparison comparison =
                BaselineComparison.of(Samples.results(), Samples.baseline());

        assertThat(comparison.matches())
                .extracting(Match::hasEnergy)
                .filteredOn(has -> !has)
                .hasSize(1);
        assertThat(comparison.matches().get(6).before().energySource()).isEqualTo("rapl");
    }

    @Test
    void judgesNothingOnAnotherMachineOrByAnotherMethod() throws IOException {
        assertThat(with(root -> root.withObject("/machine").put("cpu", "other")).obstacles())
                .containsExactly("processor: 'other', baseline 'synthetic'");
        assertThat(with(root -> root.withObject("/settings").put("arrivals", "burst")).obstacles())
                .containsExactly("arrivals: 'burst', baseline 'constant'");
        assertThat(with(root -> root.withObject("/settings").put("workload", "ffnn")).obstacles())
                .containsExactly("workload: 'ffnn', baseline 'not given'");
        assertThat(with(root -> root.withObject("/machine").put("cores", 4)).isJudged()).isFalse();
    }

    @Test
    void anotherVersionIsSaidAndDoesNotHinder() throws IOException {
        BaselineComparison comparison = with(root -> root.put("version", "2"));

        assertThat(comparison.differences())
                .containsExactly("version: '2', baseline '0.1.0-SNAPSHOT'");
        assertThat(comparison.isJudged()).isTrue();
    }

    @Test
    void oneRoundHasNoSpreadToJudgeBy() throws IOException {
        assertThat(with(root -> root.withObject("/settings").put("rounds", 1)).isJudged())
                .isFalse();
    }

    private static BaselineComparison with(Consumer<ObjectNode> change) throws IOException {
        return BaselineComparison.of(Samples.changed(change), Samples.baseline());
    }

    private static Match match(double now, double spread, double before, double earlierSpread) {
        return new Match(
                Samples.cell("a", "dense", "jvm", now, spread),
                Samples.cell("a", "dense", "jvm", before, earlierSpread));
    }
}
