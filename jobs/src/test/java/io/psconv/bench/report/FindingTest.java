package io.psconv.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class FindingTest {
    @Test
    void laysTheFastestSparseBesideTheFastestDense() throws IOException {
        assertThat(Finding.of(Samples.results()))
                .isEqualTo(
                        "At parallelism 1 with 8 cameras, resnet18-psd1_p16@2 on jvm, the fastest"
                                + " sparse cell, sustained 3.98 times the frames/s of"
                                + " resnet18-dense@1 on jvm, the fastest dense one (403 against"
                                + " 101), with 0.25 times its CPU time a frame and 0.24 times its"
                                + " joules (modelled), at an accuracy of 90.45 % against 93.67 %.");
    }

    @Test
    void claimsNoDifferenceWithinTheRoundsRange() throws IOException {
        String finding =
                finding(
                        Samples.cell("a-ps4_p4@1", "PS4_P4", "jvm", 105, 6),
                        Samples.cell("a-dense@1", "dense", "jvm", 100, 6));

        assertThat(finding)
                .contains("did not differ in frames/s beyond the rounds' range from a-dense@1")
                .doesNotContain("times the frames/s")
                .doesNotContain("joules");
    }

    @Test
    void saysSoWhereDenseIsFaster() throws IOException {
        String finding =
                finding(
                        Samples.cell("a-ps4_p4@1", "PS4_P4", "jvm", 50, 1),
                        Samples.cell("a-dense@1", "dense", "jvm", 100, 1));

        assertThat(finding).contains("sustained only 0.50 times the frames/s of a-dense@1");
    }

    @Test
    void doesNotHoldOneNetworkAgainstAnother() throws IOException {
        String finding =
                finding(
                        Samples.cell("small-ps4_p4@1", "PS4_P4", "jvm", 900, 1),
                        Samples.cell("large-ps4_p4@1", "PS4_P4", "jvm", 200, 1),
                        Samples.cell("large-dense@1", "dense", "jvm", 100, 1));

        assertThat(finding).contains("large-ps4_p4@1").doesNotContain("small");
    }

    @Test
    void countsAnEngineThatFillsZerosInAsDense() throws IOException {
        String finding =
                finding(
                        Samples.cell("large-ps4_p4@1", "PS4_P4", "jvm", 200, 1),
                        Samples.cell("large-ps4_p4@1", "PS4_P4", "onnxruntime", 50, 1),
                        Samples.cell("small-dense@1", "dense", "jvm", 900, 1));

        assertThat(finding)
                .contains(
                        "large-ps4_p4@1 on jvm, the fastest sparse cell, sustained 4.00 times the"
                                + " frames/s of large-ps4_p4@1 on onnxruntime");
    }

    @Test
    void comparesNothingWithoutADenseCell() throws IOException {
        assertThat(finding(Samples.cell("a-ps4_p4@1", "PS4_P4", "jvm", 50, 1)))
                .startsWith("No sparse model was measured at the parallelism and cameras");
        assertThat(finding()).isEqualTo("No cell was measured.");
    }

    private static String finding(ResultCell... cells) throws IOException {
        PipelineResults all = Samples.results();
        return Finding.of(
                new PipelineResults(
                        all.startedAt(),
                        1,
                        "1",
                        "bench pipeline",
                        true,
                        all.machine(),
                        all.settings(),
                        List.of(cells),
                        List.of(),
                        List.of()));
    }
}
