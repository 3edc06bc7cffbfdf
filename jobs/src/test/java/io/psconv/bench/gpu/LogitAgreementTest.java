package io.psconv.bench.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.psconv.model.convolution.ConvolutionForms;
import io.psconv.model.engine.JvmEngine;
import io.psconv.model.pattern.Variant;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogitAgreementTest {
    @Test
    void isTheLargestDistanceOfAnImage() {
        LogitAgreement found =
                LogitAgreement.of(new float[] {3, 4, 0, 5}, new float[] {3, 4.5f, 0, 5.25f}, 2);

        assertThat(found.largestDistance()).isEqualTo(0.1, within(1e-6));
        assertThat(found.sameLabels()).isEqualTo(2);
        assertThat(found.sameLabelShare()).isEqualTo(1);
    }

    @Test
    void countsOtherLabels() {
        LogitAgreement found =
                LogitAgreement.of(new float[] {1, 2, 2, 1}, new float[] {1, 2, 1, 2}, 2);

        assertThat(found.sameLabelShare()).isEqualTo(0.5);
        assertThat(found.and(found)).isEqualTo(new LogitAgreement(4, found.largestDistance(), 2));
    }

    @Test
    void noNumberIsFarAway() {
        LogitAgreement found =
                LogitAgreement.of(new float[] {1, 2, 1, 2}, new float[] {Float.NaN, 2, 1, 2}, 2);

        assertThat(found.largestDistance()).isGreaterThan(1e6);
        assertThat(found.and(new LogitAgreement(1, 0, 1)).largestDistance()).isGreaterThan(1e6);
    }

    @Test
    void rejectsLogitsOfDifferentLengths() {
        assertThatThrownBy(() -> LogitAgreement.of(new float[4], new float[2], 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("logits were 4 and 2 but both must be a multiple of 2");
    }

    /** Batches and tiles do not change the JVM engine's bits. */
    @Test
    void anEngineAgreesWithItself() {
        JvmEngine engine = new JvmEngine(ConvolutionForms.choose("auto", false));

        CheckRow row =
                new AgreementCheck(engine, engine, 0)
                        .untrained("fp32", "resnet20", List.of(Variant.of("PS1_P9")));

        assertThat(row)
                .isEqualTo(
                        new CheckRow(
                                "fp32 resnet20, 1 variants, random",
                                "0.0e+00 of the norm",
                                "at most 0.0e+00 of the norm",
                                CheckRow.Result.PASSED));
    }
}
